#!/usr/bin/env bash
# NeuralCore and PyTorch on one CUDA device, in turns: run.sh [ROUNDS [DEVICE]]. Needs Python with a PyTorch that has CUDA.
set -euo pipefail

rounds=${1:-5} device=${2:-0}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
benchmarks=$here/../../NeuralCore.Benchmarks
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
python3 -c 'import torch; assert torch.cuda.is_available()' 2>/dev/null ||
  { echo "This takes Python with a PyTorch that finds a CUDA device." >&2; exit 1; }
dotnet build -c Release "$benchmarks" --verbosity quiet --nologo

for batch in 128 1024; do
  steps=$((batch == 128 ? 400 : 50))
  for ((round = 1; round <= rounds; round++)); do
    ours=$(dotnet run -c Release --no-build --project "$benchmarks" -- gpu --device "$device" --cpu false --filter none --rounds 1 --batches "$batch" --steps "$steps" |
      sed -n 's|^training, batch [0-9]* *\([0-9]*\) images/s.*|\1|p')
    eager=$(python3 "$here/torch_step.py" "$batch" "$steps" eager "$device")
    compiled=$(python3 "$here/torch_step.py" "$batch" "$steps" compiled "$device")
    awk -v b="$batch" -v r="$round" -v o="$ours" -v e="$eager" -v c="$compiled" 'BEGIN {
      printf "batch %4d, round %d: NeuralCore %8d, PyTorch eager %8d, compiled %8d images/s; ours to eager %.2f\n", b, r, o, e, c, o / e }'
  done
done
