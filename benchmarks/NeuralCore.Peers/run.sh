#!/usr/bin/env bash
# Builds the comparison and runs it: run.sh JOB [OPTION...]; run.sh help lists them. Linux on x64.
#
# TorchSharp's native library wants a C++ runtime as new as Debian 13's or Ubuntu 24.04's. Where this system's is older, the
# program runs in a Debian 13 root (450 MB), made at the first call; that takes debootstrap, and the rights of root.
#   NEURALCORE_PEERS_BASE    the folder of that root; without it, neuralcore-peers in the folder for temporary files
#   NEURALCORE_PEERS_MIRROR  the Debian mirror; without it, the first one of this system's own sources
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
base=${NEURALCORE_PEERS_BASE:-${TMPDIR:-/tmp}/neuralcore-peers}
root=$base/root
program=benchmarks/NeuralCore.Peers/bin/Release/net10.0/NeuralCore.Peers.dll
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 ORT_DISABLE_TELEMETRY=1

die() { echo "$1" >&2; exit 1; }

new_enough() {
  local library
  library=$(ldconfig -p | sed -n 's/.*libstdc++\.so\.6 .*x86-64.*=> //p' | head -1)
  [ -n "$library" ] && grep -qa 'GLIBCXX_3\.4\.32' "$library"
}

make_root() {
  command -v debootstrap >/dev/null || die "This system's C++ runtime is too old for TorchSharp, and debootstrap, which makes a newer one, is not here: install it."
  local mirror=${NEURALCORE_PEERS_MIRROR:-}
  # Either of the two forms of sources may not be there, which is no reason to stop.
  [ -n "$mirror" ] || mirror=$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null || true; } |
    sed -n -e 's/^URIs: *\([^ ]*\).*/\1/p' -e 's/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p' | sed -n 1p)
  [ -n "$mirror" ] || die "No Debian mirror is known: name one in NEURALCORE_PEERS_MIRROR."
  mkdir -p "$base"
  local made
  made=$(mktemp -d "$base/making.XXXXXX")
  echo "Making a Debian 13 root in $root; this takes a minute or two." >&2
  debootstrap --variant=minbase --include=libstdc++6 trixie "$made" "$mirror" >"$base/debootstrap.log" 2>&1 ||
    die "debootstrap failed; its last words are in $base/debootstrap.log."
  mv "$made" "$root"
}

log=$(dotnet build -c Release "$here" --verbosity quiet --nologo 2>&1) || die "$log"
if new_enough; then
  exec dotnet "$repository/$program" "$@"
fi

[ "$(id -u)" = 0 ] || die "This system's C++ runtime is too old for TorchSharp, and only root can run the program in a newer one."
[ -d "$root" ] || make_root
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")

# The mounts live in a namespace of their own and end with the program, however it ends.
exec unshare --mount bash -c '
  set -e
  root=$1 repository=$2 dotnet=$3 program=$4
  shift 4
  mkdir -p "$root/repository" "$root/dotnet" "$root/proc" "$root/sys"
  mount --rbind "$repository" "$root/repository"
  mount --bind "$dotnet" "$root/dotnet"
  mount --rbind /proc "$root/proc"
  mount --rbind /sys "$root/sys"
  cd "$root/repository"
  exec chroot "$root" /bin/sh -c "cd /repository && exec /dotnet/dotnet \"\$@\"" sh "$program" "$@"
' sh "$root" "$repository" "$dotnet" "$program" "$@"
