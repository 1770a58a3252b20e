# shellcheck shell=bash
# Sourced by boot/run.sh and tests/run.sh: sees to the programs that the .NET SDK does not bring.

# The exit code for a missing tool, the same as the runner's.
readonly TOOL_MISSING=3

# What building and booting takes, as program=package; a path stands for a file of a package that brings no program.
readonly X64_TOOLS=(qemu-system-x86_64=qemu-system-x86 ld.lld=lld nasm=nasm)
readonly X86_TOOLS=(qemu-system-i386=qemu-system-x86 lld-link=lld nasm=nasm)
# A disc with GRUB, for guests that want a framebuffer.
readonly GRUB_TOOLS=(grub-mkrescue=grub-common /usr/lib/grub/i386-pc/multiboot.mod=grub-pc-bin xorriso=xorriso)

say() { printf '%s\n' "$*" >&2; }

# Ends the script unless there is a dotnet that can build net10.0.
require_dotnet() {
    if ! command -v dotnet >/dev/null; then
        say "dotnet is not on PATH: install the .NET SDK 10.0 (https://dotnet.microsoft.com/download) and run this again"
        exit "$TOOL_MISSING"
    fi
    # A Debian without libicu is enough: nothing here depends on a culture.
    export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_NOLOGO=1
    local version
    if ! version=$(cd -- "$1" && dotnet --version); then
        say "dotnet cannot build this: its own words are above; global.json asks for SDK 10.0, 'dotnet --list-sdks' lists what there is"
        exit "$TOOL_MISSING"
    fi
    say "dotnet   SDK $version"
}

# install_missing program=package ...: installs by apt the packages of those programs that are not there.
install_missing() {
    local entry program package programs=() packages=()
    for entry in "$@"; do
        program=${entry%%=*}
        package=${entry#*=}
        if command -v "$program" >/dev/null || [[ ($program == /* && -f $program) || " ${programs[*]} " == *" $program "* ]]; then
            continue
        fi
        programs+=("$program")
        if [[ " ${packages[*]} " != *" $package "* ]]; then
            packages+=("$package")
        fi
    done
    if ((${#packages[@]} == 0)); then
        return
    fi

    if ! command -v apt-get >/dev/null; then
        say "missing: ${programs[*]}; this system has no apt-get, so install what brings them (on Debian: ${packages[*]})"
        exit "$TOOL_MISSING"
    fi
    if ((EUID != 0)); then
        say "missing: ${programs[*]}; as root, run: apt-get install --no-install-recommends ${packages[*]}"
        exit "$TOOL_MISSING"
    fi

    say "missing: ${programs[*]}; installing ${packages[*]}"
    local log
    log=$(mktemp)
    if ! { apt_install "${packages[@]}" || { apt-get update && apt_install "${packages[@]}"; }; } >"$log" 2>&1 </dev/null; then
        cat -- "$log" >&2
        rm -f -- "$log"
        say "apt-get could not install ${packages[*]}; its own words are above"
        exit "$TOOL_MISSING"
    fi
    rm -f -- "$log"
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@"
}
