# Reads file names, one a line, and reports every #include that points up the table of docs/architecture.md.
# A row: what a folder of lib/ may include besides itself; `x/` is a whole folder, `x/y.hpp` one header.
function table() {
    may["core"] = ""
    may["secrets"] = "core/"
    may["net"] = "core/"
    may["catalogue"] = "core/"
    may["config"] = "core/ secrets/"
    may["envfile"] = "core/ secrets/ config/"
    may["report"] = "core/ catalogue/ secrets/ net/"
    may["probes"] = "core/ secrets/ net/"
    may["rules"] = "core/ secrets/ net/ catalogue/ config/"
    # Checks see probes by their interfaces only, so that tests can give fakes.
    may["capabilities"] = "core/ secrets/ net/ catalogue/ config/ rules/ report/capability.hpp probes/files.hpp"
    may["checks"] = "core/ secrets/ net/ catalogue/ config/ envfile/ report/ rules/ capabilities/ " \
        "probes/http.hpp probes/postgres.hpp probes/files.hpp"
    may["engine"] = "core/ secrets/ config/ catalogue/ checks/ report/model.hpp"
    may["smoke"] = "core/ secrets/ net/ catalogue/ config/ rules/ report/model.hpp probes/ checks/"
    may["validators"] = "core/ secrets/ net/ catalogue/ config/ envfile/ rules/"
    may["setup"] = "core/ secrets/ net/ catalogue/ config/ envfile/ rules/"

    # Other people's libraries with a fixed address: which folders of lib/ may touch them.
    home["curl/"] = "probes net"
    home["uriparser/"] = "net"
    home["openssl/"] = "probes secrets"
    home["libpq-fe.h"] = "probes"
    home["yaml.h"] = "config"
    home["postgresql/libpq-fe.h"] = "probes"
    home["microhttpd.h"] = "probes"
    home["pugixml.hpp"] = "report"
}

function complain(rule, remedy) {
    printf "%s:%d: %s: includes %s; %s\n", path, line_number, rule, target, remedy
    violations++
}

# in_words(word, list): whether the space-separated list holds the word.
function in_words(word, list) { return index(" " list " ", " " word " ") > 0 }

function first_folder(name) { return index(name, "/") ? substr(name, 1, index(name, "/") - 1) : "" }

function allowed(folder,    permitted, count, i) {
    count = split(may[folder], permitted, " ")
    for (i = 1; i <= count; i++) {
        if (permitted[i] == target) { return 1 }
        if (permitted[i] ~ /\/$/ && index(target, permitted[i]) == 1) { return 1 }
    }
    return 0
}

function check_project_include(folder,    to) {
    to = first_folder(target)
    if (target ~ /(^|\/)\.\.?\//) {
        complain("relative-include", "write the path from lib/ on, as in \"core/status.hpp\"")
    } else if (to == "cowork" || to == "apps") {
        complain("nothing-includes-apps", "move what both need down into lib/, or pass it in as a parameter")
    } else if (to == folder) {
        return
    } else if (!(to in may)) {
        complain("unknown-folder", "write the path from lib/ on; a new folder needs a row in scripts/lib/layers.awk and docs/architecture.md")
    } else if (!allowed(folder)) {
        complain("layer", folder "/ may include: " (may[folder] == "" ? "no other folder" : may[folder]) "; move the code or pass the value in")
    }
}

function check_library_home(folder,    prefix) {
    for (prefix in home) {
        if (index(target, prefix) == 1 && !in_words(folder, home[prefix])) {
            complain("library-home", "only lib/ folders " home[prefix] " talk to this library; use or extend an interface in lib/probes")
        }
    }
}

function check_header_weight() {
    if (path ~ /\.(hpp|h|hh|ipp|inc)$/ && target == "nlohmann/json.hpp") {
        complain("json-in-header", "include <nlohmann/json_fwd.hpp> here and json.hpp in the source file")
    }
}

function check_cli11() {
    if (target !~ /^CLI\//) { return }
    if (path !~ /^(\.\/)?apps\/.*\.cpp$/) {
        complain("cli11-home", "CLI11 stays in the one source file in apps/ that parses the command line")
    } else if (cli11_home == "") {
        cli11_home = path
    } else if (cli11_home != path) {
        complain("cli11-home", cli11_home " is already the one source file that includes it")
    }
}

function check_include(quoted,    folder) {
    folder = ""
    if (path ~ /^(\.\/)?lib\//) {
        folder = path
        sub(/^(\.\/)?lib\//, "", folder)
        folder = first_folder(folder)
        # <net/if.h> is the system's; <net/url.hpp> would be ours in the wrong brackets.
        if (quoted || (target ~ /\.hpp$/ && (first_folder(target) in may))) { check_project_include(folder) }
    }
    check_library_home(folder)
    check_header_weight()
    check_cli11()
}

function check_place(    rest) {
    if (path !~ /^(\.\/)?lib\//) { return }
    rest = path
    sub(/^(\.\/)?lib\//, "", rest)
    if (first_folder(rest) in may) { return }
    line_number = 1
    target = "(any)"
    complain("unknown-folder", "this folder has no row in scripts/lib/layers.awk and docs/architecture.md")
}

function check_line(line,    closing) {
    if (in_comment) {
        if (line ~ /\*\//) { in_comment = 0 }
        return
    }
    if (line ~ /^[ \t]*\/\*/ && line !~ /\*\//) { in_comment = 1; return }
    if (!match(line, /^[ \t]*#[ \t]*include/)) { return }
    target = substr(line, RSTART + RLENGTH)
    sub(/^[ \t]*/, "", target)
    closing = substr(target, 1, 1) == "<" ? ">" : "\""
    if (target !~ /^[<"]/) {
        complain("unreadable-include", "name the header itself; through a macro it cannot be checked")
        return
    }
    target = substr(target, 2)
    target = substr(target, 1, index(target, closing) - 1)
    check_include(closing == "\"")
}

BEGIN {
    table()
    while ((getline path) > 0) {
        files++
        in_comment = 0
        line_number = 0
        check_place()
        line_number = 0
        while ((getline text < path) > 0) {
            line_number++
            check_line(text)
        }
        close(path)
    }
    if (violations) {
        printf "layers: %d violation(s) in %d files\n", violations, files
        exit 1
    }
    printf "layers: %d files, none includes what it may not\n", files
}
