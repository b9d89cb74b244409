# shellcheck shell=sh disable=SC2154 # root comes from the sourcing script, the exit codes from common.sh
# Configuring and building the release tree, and knowing when there is nothing to do. Needs common.sh.

tree="$root/build/release"
binary="$tree/apps/cowork/cowork"
# Its time is the moment before the last successful build began: what is newer may not be in the binary.
stamp="$tree/.built"

# is_fresh: true when the binary is known to be up to date, without asking ninja: nothing that the build reads, and nothing
# about the installed packages, has changed since the stamp. Folders count too, which catches added, removed and renamed files.
# (A file put in place with an older time, as by `cp -p`, changes its folder.) Any doubt means: ask ninja.
is_fresh() {
    [ -x "$binary" ] && [ -f "$stamp" ] || return 1
    fresh_newer=$(find "$root/lib" "$root/apps" "$root/scripts/cmake" "$root/CMakeLists.txt" "$root/CMakePresets.json" \
        /var/lib/dpkg/status -newer "$stamp" -print -quit 2>/dev/null) || return 1
    [ -z "$fresh_newer" ]
}

# parallel_jobs: one job a core, but no more than one for each 800 MB of free memory: small servers run out of it first.
parallel_jobs() (
    cores=$(nproc)
    room=$(awk '$1 == "MemAvailable:" { print int($2 / 800000) }' /proc/meminfo 2>/dev/null)
    [ "${room:-$cores}" -lt "$cores" ] && cores=$room
    [ "$cores" -ge 1 ] || cores=1
    echo "$cores"
)

# Sources lie elsewhere in another checkout, and are the same: a compiler cache may serve both.
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1

cached() { grep -q -x -F "$1" "$tree/CMakeCache.txt" 2>/dev/null; }

# configure [-DNAME=VALUE…]: from scratch when the tree was made for a checkout that lay elsewhere.
configure() {
    configure_fresh=
    if [ -f "$tree/CMakeCache.txt" ] && ! cached "CMAKE_HOME_DIRECTORY:INTERNAL=$root"; then
        configure_fresh=--fresh
    fi
    mkdir -p "$tree"
    # cmake looks for the presets where it runs; the caller's own folder stays as it is.
    (cd -- "$root" && quietly "$root/build/configure.log" cmake --preset release $configure_fresh "$@") ||
        die "$exit_build" "the build could not be configured (log: $root/build/configure.log)"
}

# links: false when the loader misses a library, as after an upgrade of the system to new library versions.
links() { ! ldd "$binary" 2>/dev/null | grep -q 'not found'; }

# compile [TARGET]: builds it, or everything, and notes the time from which on changes count as new.
compile() {
    : >"$tree/.building"
    quietly "$root/build/build.log" cmake --build "$tree" --parallel "${CMAKE_BUILD_PARALLEL_LEVEL:-$(parallel_jobs)}" \
        ${1:+--target "$1"} ||
        die "$exit_build" "the build failed; what it printed is above and in $root/build/build.log"
    mv -f "$tree/.building" "$stamp"
}

# build_program: the program alone. A tree that also holds the tests keeps them configured, so that this script and
# scripts/test do not undo each other's work.
build_program() {
    is_fresh && return 0
    if [ ! -f "$tree/build.ninja" ] || ! cached "CMAKE_HOME_DIRECTORY:INTERNAL=$root"; then
        say "building cowork once in ${tree}; this takes a few minutes"
        configure -DCOWORK_TESTS=OFF
    fi
    compile cowork
    links && return 0
    say "the system's libraries have changed; building afresh"
    cmake --build "$tree" --target clean </dev/null >/dev/null 2>&1 || :
    rm -f "$tree/CMakeCache.txt"
    configure -DCOWORK_TESTS=OFF
    compile cowork
}

# build_everything: program and tests, in the same tree, so that the library is compiled once.
build_everything() {
    if ! cached COWORK_TESTS:BOOL=ON || ! cached "CMAKE_HOME_DIRECTORY:INTERNAL=$root"; then
        configure -DCOWORK_TESTS=ON
    fi
    compile
}
