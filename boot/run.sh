#!/usr/bin/env bash
# Installs what is missing, builds the kernel and boots it. Options: boot/run.sh --help
set -Eeuo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source-path=SCRIPTDIR source=tools.sh
source "$root/boot/tools.sh"

readonly BUILD_FAILED=4

require_dotnet "$root"

tools=("${X64_TOOLS[@]}")
for argument in "$@"; do
    case $argument in
        x86 | --arch=x86 | --arch:x86) tools+=("${X86_TOOLS[@]}") ;;
        grub | --loader=grub | --loader:grub) tools+=("${GRUB_TOOLS[@]}") ;;
        --gdb) tools+=(gdb=gdb) ;;
        --help | -h | '-?' | --version) tools=() && break ;;
    esac
done
install_missing "${tools[@]}"

if ! output=$(dotnet build "$root/boot/Runner/Runner.csproj" --configuration Release --verbosity quiet -nologo </dev/null); then
    printf '%s\n' "$output" >&2
    say "the runner was not built; the errors above say why"
    exit "$BUILD_FAILED"
fi

exec dotnet "$root/boot/Runner/bin/Release/net10.0/kernel-run.dll" "$@"
