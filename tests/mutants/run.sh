#!/usr/bin/env bash
# Applies every edit in edits/, alone, to a scratch copy of the sources and checks that the build goes red with the named rule.
#   run.sh             builds the kernel's project after each edit
#   run.sh --solution  builds all of Kernel.sln after each edit: slower, and the same answer
set -Eeuo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
case ${1-} in
    '') ;;
    --solution) export KERNEL_MUTANTS_TARGET=Kernel.sln ;;
    *)
        printf 'usage: %s [--solution]\n' "$0" >&2
        exit 2
        ;;
esac
exec dotnet test "$here/Kernel.Mutants.Tests.csproj" --nologo --logger 'console;verbosity=normal'
