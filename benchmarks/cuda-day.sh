#!/usr/bin/env bash
# What there is to learn from a GPU that is at hand for minutes.
#
#   cuda-day.sh pack FILE.tar.xz        makes an archive for a Linux x64 machine without .NET and without a network: programs, tests, MNIST
#   cuda-day.sh run [FOLDER [PART...]]  there, in the unpacked archive: runs all parts, or those named, at most eight minutes; FOLDER gets the
#                                       output of each as it ends, and report.md
#
# Parts: devices tests registers epoch gpu gpu-direct bits torch profile tiles sanitizer. What a machine lacks is skipped
# and said: CUDA's profiler (ncu), its assembler (ptxas), its compute-sanitizer, Python with PyTorch.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=NeuralCore.CudaDay

die() { echo "$1" >&2; exit 2; }

pack() {
  [ $# = 1 ] || die "pack takes the name of the archive."
  local folder
  folder=$(mktemp -d)
  trap "rm -rf $folder" EXIT
  DOTNET_CLI_TELEMETRY_OPTOUT=1 dotnet publish "$here/$name" -c Release -r linux-x64 --self-contained --nologo --verbosity quiet -o "$folder/cuda-day/program"
  # Debuggers, other garbage collectors and documentation are not for the road.
  rm -f "$folder"/cuda-day/program/{libmscordaccore,libmscordbi,libclrgc,libclrgcexp,libcoreclrtraceptprovider}.so "$folder"/cuda-day/program/*.{xml,pdb}
  mkdir -p "$folder/cuda-day/data"
  cp -r "$here/../data/mnist" "$folder/cuda-day/data/"
  cp "${BASH_SOURCE[0]}" "$folder/cuda-day/"
  tar -C "$folder" -c cuda-day | xz -T0 -9 >"$1"
  echo "$1: $(($(stat -c %s "$1") / 1000000)) MB. There: tar xf $(basename "$1") && cuda-day/cuda-day.sh run"
}

# part NAME SECONDS COMMAND...: runs a command for so long at most, and adds what it printed to the report.
part() {
  local part=$1 limit=$2 status=0 left=$((deadline - SECONDS)) began=$SECONDS
  shift 2
  [[ " $parts " == *" $part "* ]] || return 0
  limit=$((limit < left ? limit : left))
  echo "== $part"
  if [ "$limit" -le 0 ]; then
    echo "skipped: the time is up" | tee "$out/$part.txt"
  else
    timeout --kill-after=5 "$limit" "$@" 2>&1 | tee "$out/$part.txt" || status=$?
  fi
  case $status in
    0) status="$((SECONDS - began)) s" ;;
    124 | 137) status="stopped after $limit s" ;;
    *) status="exit code $status after $((SECONDS - began)) s" ;;
  esac
  { printf '\n## %s (%s)\n\n```\n' "$part" "$status"; tail -c 20000 "$out/$part.txt"; printf '```\n'; } >>"$out/report.md"
}

# The seconds that each kernel of a step takes, step by step: with one pass a kernel, and the clocks left as they are.
profile() {
  local table
  table=$(ncu --clock-control none --csv --launch-skip 336 --launch-count 72 \
    --metrics gpu__time_duration.sum,launch__registers_per_thread,launch__grid_size,launch__block_size,sm__throughput.avg.pct_of_peak_sustained_elapsed,gpu__compute_memory_throughput.avg.pct_of_peak_sustained_elapsed,sm__warps_active.avg.pct_of_peak_sustained_active,sm__inst_executed_pipe_fma.avg.pct_of_peak_sustained_active \
    "$program" steps --steps 20 "$@" 2>&1) || { echo "$table" | tail -5; return 1; }
  echo "$table" | python3 -c '
import csv, sys
lines = [line for line in sys.stdin if line.startswith("\"")]
kernels, order = {}, []
for row in csv.DictReader(lines):
    if row["ID"] not in kernels:
        kernels[row["ID"]] = {"Kernel Name": row["Kernel Name"]}
        order.append(row["ID"])
    kernels[row["ID"]][row["Metric Name"]] = row["Metric Value"].replace(",", "")
    units = row["Metric Unit"]
names = ["gpu__time_duration.sum", "launch__registers_per_thread", "launch__grid_size", "launch__block_size", "sm__throughput.avg.pct_of_peak_sustained_elapsed", "gpu__compute_memory_throughput.avg.pct_of_peak_sustained_elapsed", "sm__warps_active.avg.pct_of_peak_sustained_active", "sm__inst_executed_pipe_fma.avg.pct_of_peak_sustained_active"]
print("     ns   regs    grid   block     sm%    mem%   warps%    fma%  kernel")
for id in order:
    print(" ".join(f"{kernels[id].get(name, str()):>7.7}" for name in names), kernels[id]["Kernel Name"][:60])
'
}

torch() {
  python3 -c 'import torch; assert torch.cuda.is_available()' 2>/dev/null || { echo "skipped: there is no Python here with a PyTorch that finds a CUDA device."; return 0; }
  "$program" torch "$@"
}

run() {
  out=${1:-cuda-day-results}
  shift $(($# > 0 ? 1 : 0))
  parts=${*:-devices tests registers epoch gpu gpu-direct bits torch profile tiles sanitizer}
  deadline=$((SECONDS + ${CUDA_DAY_SECONDS:-480}))
  program=$here/program/$name
  [ -x "$program" ] || die "$program is missing: run this in the unpacked archive that pack makes."
  mkdir -p "$out"
  out=$(cd "$out" && pwd)
  export PATH=$PATH:/usr/local/cuda/bin program
  export -f profile torch
  cd "$here"
  {
    echo "# A day with a GPU"
    echo
    command -v nvidia-smi >/dev/null && nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
    sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1
    echo "$(nproc) processors"
  } >"$out/report.md"
  part devices 20 "$program" devices
  part tests 170 "$program" tests
  part registers 60 "$program" registers
  part epoch 60 "$program" epoch
  part gpu 45 "$program" gpu --device 0 --cpu false
  part gpu-direct 45 "$program" gpu --device 0 --cpu false --conv direct
  part bits 30 "$program" bits
  part torch 170 bash -c torch
  if command -v ncu >/dev/null; then
    part profile 60 bash -c profile
  else
    part profile 10 echo "skipped: there is no ncu on the PATH."
  fi
  part tiles 40 "$program" tiles --rounds 2 --sample-ms 20
  if command -v compute-sanitizer >/dev/null; then
    part sanitizer 60 compute-sanitizer --tool memcheck "$program" steps --steps 2 --batch 16
    part sanitizer 60 compute-sanitizer --tool racecheck "$program" steps --steps 2 --batch 16
  else
    part sanitizer 10 echo "skipped: there is no compute-sanitizer on the PATH."
  fi
  echo "The report is $out/report.md"
}

case ${1:-} in
  pack) shift; pack "$@" ;;
  run) shift; run "$@" ;;
  *) sed -n '2,/^set/{/^#/p}' "${BASH_SOURCE[0]}" | cut -c3- ;;
esac
