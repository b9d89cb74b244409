# shellcheck shell=sh disable=SC2154 # root comes from the sourcing script
# What every script shares. The sourcing script has set `root`, the absolute path of the checkout.
# POSIX sh, no `local`: a function that needs names of its own is a subshell.

# Exit codes of the scripts themselves. 70 (EX_SOFTWARE) is outside the table that cowork's own codes come from.
# shellcheck disable=SC2034
exit_unavailable=2 exit_build=70

# Everything that the scripts say goes to stderr: stdout belongs to the program or to ctest.
say() { printf 'cowork: %s\n' "$*" >&2; }

die() {
    die_code=$1
    shift
    say "$*"
    exit "$die_code"
}

# quietly LOG COMMAND…: no input, output into LOG, and shown only when the command fails.
quietly() (
    log=$1
    shift
    "$@" </dev/null >"$log" 2>&1 && exit 0
    code=$?
    lines=$(wc -l <"$log")
    [ "$lines" -le 200 ] || say "the last 200 of $lines lines:"
    tail -n 200 "$log" >&2
    exit "$code"
)

# make_build_folder: where logs and the lock live. A tree made by another user is named rather than fought.
make_build_folder() {
    mkdir -p "$root/build" 2>/dev/null || :
    for folder in "$root/build" "$root/build/release"; do
        if [ -e "$folder" ] && [ ! -w "$folder" ]; then
            die "$exit_build" "$folder is not writable for you; it belongs to $(stat -c %U "$folder")." \
                "Either remove it or take it over: sudo chown -R $(id -un) '$root/build'"
        fi
    done
    [ -d "$root/build" ] || die "$exit_build" "cannot create $root/build: the checkout is not writable for you"
}

# with_lock FUNCTION…: one install or build at a time for a checkout. The lock goes when the subshell ends.
# Descriptor 9 is closed for the children, so that no daemon that a package starts can keep it.
with_lock() {
    (
        if ! flock -n 9; then
            say "another run is installing or building here; waiting for it"
            flock 9
        fi
        "$@" 9>&-
    ) 9>>"$root/build/.lock"
}
