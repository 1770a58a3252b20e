#!/usr/bin/env bash
# Builds everything once and runs every test. The last line is "N passed, N failed"; the exit status is 0 only without failures.
set -Eeuo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source-path=SCRIPTDIR source=../boot/tools.sh
source "$root/boot/tools.sh"
cd -- "$root"

readonly CONFIGURATION=Release
readonly RESULTS="$root/tests/TestResults"
# The rules are tested in the compiler that Directory.Packages.props names, that of SDK 9, and in those of SDK 8 and newest: there
# without the tests that no compiler makes a difference to, and without those of a language that SDK 8 does not know.
readonly OTHER_COMPILERS=(4.8.0 5.12.0)
readonly OTHER_TESTS='Compiler!=Any&Language!=13'
# A project whose tests take longer than this many seconds hangs.
readonly PROJECT_LIMIT=600

# No build node may outlive the script: it would hold the pipe that a caller reads from.
export MSBUILDDISABLENODEREUSE=1

passed=0
failed=0
summary=()

finish() {
    printf '\n'
    printf '%s\n' "${summary[@]}"
    printf '%d passed, %d failed\n' "$passed" "$failed"
    ((failed == 0 && passed > 0))
    exit
}

# count label passed failed
count() {
    passed=$((passed + $2))
    failed=$((failed + $3))
    summary+=("$(printf '%-28s %5d passed %5d failed   %4d s' "$1" "$2" "$3" "$SECONDS")")
}

build() {
    printf '\n== %s\n' "$1"
    shift
    if ! dotnet build "$@" --configuration "$CONFIGURATION" --verbosity minimal -nologo </dev/null; then
        count "build of $1" 0 1
        finish
    fi
}

# The attribute of the first <Counters> element of a test log.
counter() {
    sed -n "s/.*<Counters[^>]* $1=\"\([0-9]*\)\".*/\1/p" "$2" | head -n 1
}

# Adds the names of the failed tests to the summary.
failed_names() {
    local name
    while IFS= read -r name; do
        summary+=("    failed: $name")
    done < <([[ -f $1 ]] && sed -n 's/.*<UnitTestResult.* testName="\([^"]*\)".* outcome="Failed".*/\1/p' "$1" \
        | sed 's/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&#x[0-9A-F]*;/ /g; s/&amp;/\&/g')
}

# test_project project [option of dotnet test]
test_project() {
    local name log status=0 project_passed project_failed
    name=$(basename -- "$1" .csproj)${2:+ $2}
    log="$RESULTS/${name//[^A-Za-z0-9.]/_}.trx"
    printf '\n== %s\n' "$name"
    SECONDS=0
    timeout --kill-after=10 "$PROJECT_LIMIT" dotnet test "$1" --configuration "$CONFIGURATION" --no-build --nologo "${@:2}" \
        --logger "console;verbosity=normal" --logger "trx;LogFileName=$(basename -- "$log")" --results-directory "$RESULTS" </dev/null || status=$?
    project_passed=0
    project_failed=0
    if [[ -f $log ]]; then
        project_passed=$(counter passed "$log")
        project_failed=$(counter failed "$log")
    fi
    # Ended badly though no test says so: crashed, hung, or found no tests.
    if ((project_failed == 0 && (status != 0 || project_passed == 0))); then
        summary+=("$name ended with status $status and no failed test to show for it")
        project_failed=1
    fi
    count "$name" "${project_passed:-0}" "${project_failed:-0}"
    failed_names "$log"
}

require_dotnet "$root"
install_missing "${X64_TOOLS[@]}" "${X86_TOOLS[@]}" "${GRUB_TOOLS[@]}"

rm -rf -- "$RESULTS"
SECONDS=0
build "the solution" Kernel.sln
build "the 64-bit image" boot/Boot.X64.csproj -target:Image --no-restore
build "the 32-bit image" boot/Boot.X86.csproj -target:Image --no-restore
for compiler in "${OTHER_COMPILERS[@]}"; do
    build "the tests of the rules for compiler $compiler" tests/Kernel.Analyzers.Tests "-property:RoslynVersion=$compiler"
done
for project in tests/*/*.Tests.csproj; do
    test_project "$project"
done
for compiler in "${OTHER_COMPILERS[@]}"; do
    test_project tests/Kernel.Analyzers.Tests/Kernel.Analyzers.Tests.csproj "-property:RoslynVersion=$compiler" --filter "$OTHER_TESTS"
done
finish
