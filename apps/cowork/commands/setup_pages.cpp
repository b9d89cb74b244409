#include "cowork/commands/setup_pages.hpp"

#include "catalogue/catalogue.hpp"
#include "setup/full_hybrid.hpp"
#include "setup/paths.hpp"

#include <fmt/format.h>

#include <string_view>

namespace cowork::app {
namespace {

std::string coded(std::string_view word) { return word.empty() ? std::string{} : fmt::format("`{}`", word); }

// A | in a table cell would end it.
std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
    return out;
}

std::string range_of(const rules::Key& key) {
    if (!key.choices.empty()) return cell(key.choices);
    return key.highest == 0 ? std::string{} : fmt::format("{} to {}", key.lowest, key.highest);
}

// The option that sets a key of a service, in the path that writes the service's file.
std::string option_of(const rules::Service& service, const rules::Key& key) {
    for (const setup::Path& part : setup::parts())
        for (const rules::Service* own : part.services)
            if (own == &service)
                for (const setup::Option& option : part.options)
                    if (option.key == key.name) return std::string(option.flag);
    return {};
}

std::string_view takes(const setup::Option& option) {
    switch (option.takes) {
        case setup::Takes::value:
            return "VALUE";
        case setup::Takes::secret:
            return "SECRET";
        case setup::Takes::new_secret:
            return "SECRET or generate";
        case setup::Takes::nothing:
            return "";
        case setup::Takes::values:
            return "VALUE, repeatable";
    }
    return "";
}

// A hyphen that a reader may copy into a shell.
std::string roff(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '-') {
            out += "\\-";
        } else if (c == '\\') {
            out += "\\e";
        } else {
            out += c;
        }
    }
    // A line must not begin with a control character of roff.
    return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

}  // namespace

std::string keys_page(const rules::Service& service) {
    std::string text = fmt::format(
        "# Keys of {}\n\nWritten by `scripts/update-reference` from the table that setup and doctor use; a "
        "test "
        "compares the two.\nA key begins with `{}`, which `--set` lets you leave out, unless it is written "
        "in full "
        "here. A secret takes `env:NAME`,\n`file:PATH` and the other forms of a secret option there too. "
        "Where there "
        "is a default, {} uses it when the key is not set.\n\n| key | option of setup | default | range | "
        "secret | "
        "meaning |\n| --- | --- | --- | --- | --- | --- |\n",
        service.label, service.prefix, service.noun);
    for (const rules::Key& key : service.keys)
        text += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", key.name, coded(option_of(service, key)),
                            coded(key.fallback), range_of(key), key.secret() ? "yes" : "", cell(key.meaning));
    return text;
}

std::string setup_options_page() {
    std::string text =
        "# Options of the set-up paths\n\nWritten by `scripts/update-reference` from the tables that setup "
        "uses; a test "
        "compares the two. [cli.md](cli.md) has the options that\nevery path takes, and says what SECRET may "
        "be.\n";
    for (const setup::Path& part : setup::parts()) {
        const auto& row = catalogue::row(part.intent);
        text += fmt::format("\n## {}\n\n{}.\n\n| option | takes | meaning |\n| --- | --- | --- |\n", row.id,
                            row.when);
        for (const setup::Option& option : part.options)
            text += fmt::format("| `{}` | {} | {} |\n", option.flag, takes(option), cell(option.meaning));
    }
    text += fmt::format(
        "\n## full-hybrid\n\n{}.\n\nIt takes every option of its parts. One that two parts have for "
        "different things "
        "begins with the part's name here.\n\n| option | meaning |\n| --- | --- |\n| `--without` | leave out "
        "a part that "
        "is set up elsewhere; repeatable |\n",
        catalogue::row(catalogue::Intent::full_hybrid).when);
    for (const setup::Path& part : setup::parts())
        for (const setup::Option& option : part.options)
            if (const auto flag = setup::hybrid_flag(part, option.flag); flag != option.flag)
                text +=
                    fmt::format("| `{}` | `{}` of {} |\n", flag, option.flag, catalogue::row(part.intent).id);
    return text;
}

std::string setup_manual() {
    std::string text =
        ".\\\" Written by scripts/update-reference from the tables that setup uses; a test compares the "
        "two.\n"
        ".TH COWORK\\-SETUP 1 2026\\-11\\-22 \"cowork " COWORK_VERSION
        "\" \"User Commands\"\n.SH NAME\ncowork\\-setup \\- the options of each set\\-up path\n.SH "
        "SYNOPSIS\n.B cowork "
        "setup\n.I PATH\n.RI [ options ]\n.SH DESCRIPTION\nThe options that every path takes are in\n.BR "
        "cowork (1).\n";
    for (const setup::Path& path : setup::paths()) {
        const auto& row = catalogue::row(path.intent);
        text += fmt::format(".SH {}\n{}.\n", roff(row.id), roff(row.when));
        for (const setup::Option& option : path.options) {
            const auto argument = takes(option);
            text += argument.empty()
                        ? fmt::format(".TP\n.B {}\n", roff(option.flag))
                        : fmt::format(".TP\n.BI {} \" {}\"\n", roff(option.flag), roff(argument));
            text += roff(option.meaning) + ".\n";
        }
    }
    return text + ".SH SEE ALSO\n.BR cowork (1)\n";
}

}  // namespace cowork::app
