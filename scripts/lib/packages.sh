# shellcheck shell=sh disable=SC2154 # root comes from the sourcing script, the exit codes from common.sh
# Which packages are missing, and how to get them. Needs common.sh.

# packages_of GROUP…: the packages of these groups, on one line.
packages_of() {
    for wanted in "$@"; do
        while IFS='|' read -r group _ packages; do
            [ "$group" != "$wanted" ] || printf '%s ' "$packages"
        done <"$root/scripts/lib/packages"
    done
}

# missing_of GROUP…: those that are not installed. One dpkg-query for all, because it reads the whole status file.
missing_of() (
    wanted=$(packages_of "$@")
    # shellcheck disable=SC2086,SC2016 # a list of words; the ${} are dpkg-query's
    have=$(dpkg-query -W -f '${db:Status-Status}=${Package} ' $wanted 2>/dev/null)
    for package in $wanted; do
        case " $have" in
        *" installed=$package "*) ;;
        *) printf '%s ' "$package" ;;
        esac
    done
)

# why_not_installable: prints why packages may not be installed from here; prints nothing when they may.
why_not_installable() (
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        echo "this system has no apt"
    elif [ "$(id -u)" -eq 0 ] || sudo -n true </dev/null 2>/dev/null; then
        :
    elif ! command -v sudo >/dev/null; then
        echo "you are not root, and there is no sudo"
    # sudo talks to the terminal, not to stdin, which may be the program's input.
    elif ! [ -t 2 ] || ! (: </dev/tty) 2>/dev/null; then
        echo "sudo asks for a password, and there is no terminal"
    fi
)

# unsupported_system: prints the system's name when it is not one that the package list is for.
unsupported_system() (
    ID=unknown ID_LIKE='' VERSION_ID='' PRETTY_NAME=''
    # shellcheck disable=SC1091
    [ ! -r /etc/os-release ] || . /etc/os-release
    case " $ID $ID_LIKE " in
    *" debian "*) ;;
    *) echo "${PRETTY_NAME:-$ID}" && exit ;;
    esac
    # Derivatives count in their own way, so only these two can be too old.
    case "$ID:${VERSION_ID%%.*}" in
    debian:[0-9] | debian:1[01] | ubuntu:1? | ubuntu:2[0-3]) echo "$PRETTY_NAME" ;;
    esac
)

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# install_command PACKAGE…: what to type by hand.
install_command() {
    if [ "$(id -u)" -eq 0 ]; then
        echo "apt-get update && apt-get install --no-install-recommends $*"
    elif command -v sudo >/dev/null; then
        echo "sudo apt-get update && sudo apt-get install --no-install-recommends $*"
    else
        echo "as root: apt-get update && apt-get install --no-install-recommends $*"
    fi
}

# announce GROUP…: one line for each group of which something is missing.
announce() (
    for group in "$@"; do
        missing=$(missing_of "$group")
        [ -n "$missing" ] || continue
        why=$(sed -n "s/^$group|\([^|]*\)|.*/\1/p" "$root/scripts/lib/packages")
        say "installing $group ($why): ${missing% }"
    done
)

# can_be_had GROUP…: true when all are there or may be installed. Otherwise says what is missing and how to get it.
# It changes nothing, so that a run which cannot succeed leaves nothing behind.
can_be_had() {
    had_missing=$(missing_of "$@")
    [ -n "$had_missing" ] || return 0
    had_why_not=$(why_not_installable)
    [ -n "$had_why_not" ] || return 0
    say "these packages are missing: ${had_missing% }"
    say "they cannot be installed from here: $had_why_not. Install them, then run this again:"
    say "  $(install_command "${had_missing% }")"
    return 1
}

# ensure_packages GROUP…: installs what is missing; true when all are there at the end.
ensure_packages() {
    ensure_missing=$(missing_of "$@")
    [ -n "$ensure_missing" ] || return 0
    can_be_had "$@" || return 1
    ensure_system=$(unsupported_system)
    [ -z "$ensure_system" ] ||
        say "$ensure_system is not among the supported systems (Debian 12, Ubuntu 24.04, or newer); trying all the same"
    announce "$@"
    # shellcheck disable=SC2086 # a list of words
    quietly "$root/build/packages.log" as_root "$root/scripts/lib/apt-install" $ensure_missing && return 0
    say "apt could not install them (log: $root/build/packages.log). By hand:"
    say "  $(install_command "${ensure_missing% }")"
    return 1
}
