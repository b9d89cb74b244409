#include "config/env_file.hpp"
#include "envfile/document.hpp"
#include "envfile/quote.hpp"
#include "support/code_points.hpp"
#include "support/documented_readers.hpp"
#include "support/env_readers.hpp"
#include "support/nasty_values.hpp"
#include "support/scratch_directory.hpp"
#include "support/seed.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <random>
#include <regex>
#include <string>
#include <vector>

// The promise of the dialects: a value is written so that every reader gets it back byte for byte, or it is
// refused.
using namespace cowork;
using namespace cowork::envfile;
using namespace cowork::test;
using config::Dialect;

namespace {

constexpr std::size_t random_values = 12'000;

const std::vector<std::string>& all_values() {
    static const std::vector<std::string> values = [] {
        std::mt19937 random(test_seed());
        auto made = nasty_values(random, random_values);
        const auto fixed = fixed_values();
        made.insert(made.end(), fixed.begin(), fixed.end());
        std::sort(made.begin(), made.end());
        made.erase(std::unique(made.begin(), made.end()), made.end());
        std::shuffle(made.begin(), made.end(), random);
        return made;
    }();
    return values;
}

Result<Secret> file_of(const Variables& variables, Dialect dialect) {
    Document document(dialect, ".env.test");
    document.comment("It's a \"comment\" with $HOME, `id`, KEY=value and a backslash at its end \\");
    for (const auto& [key, value] : variables) document.assign(key, Secret(value));
    return document.render("0.1.0");
}

// The values that the dialect accepts, under names of their own, in files that any reader takes: an
// environment may have some 2 MB, and cowork's own parser reads 1 MiB and 10,000 variables.
std::vector<Variables> files_for(Dialect dialect) {
    constexpr std::size_t largest_file = 700'000;
    constexpr std::size_t most_variables = 2000;
    std::vector<Variables> files(1);
    std::size_t bytes = 0;
    for (const std::string& value : all_values()) {
        const auto text = render_value("KEY", Secret(value), dialect);
        if (!text) continue;
        if (bytes + text->size() > largest_file || files.back().size() == most_variables) {
            files.emplace_back();
            bytes = 0;
        }
        bytes += text->size() + 8;
        files.back()[fmt::format("V{:05}", files.back().size())] = value;
    }
    return files;
}

// How many come back otherwise than they were written; shows the first.
int differences(const Variables& written, const Variables& read) {
    int count = 0;
    for (const auto& [key, value] : written) {
        const auto found = read.find(key);
        if (found != read.end() && found->second == value) continue;
        if (count++ > 0) continue;
        UNSCOPED_INFO(shown(value) << " comes back as "
                                   << (found == read.end() ? "nothing" : shown(found->second)));
    }
    return count;
}

EnvReader own_parser() {
    return {"cowork",
            {config::all_dialects.begin(), config::all_dialects.end()},
            true,
            true,
            [](const std::string& path) -> std::optional<Variables> {
                const config::EnvFile file = config::parse_env_file(content_of(path));
                if (!file.diagnostics.empty()) return std::nullopt;
                Variables variables;
                for (const auto& entry : file.entries) variables[entry.key] = entry.value.reveal();
                return variables;
            }};
}

std::vector<EnvReader> all_readers() {
    std::vector<EnvReader> readers = real_env_readers();
    for (EnvReader& reader : documented_env_readers()) readers.push_back(std::move(reader));
    readers.push_back(own_parser());
    return readers;
}

bool accepts(const std::string& value, Dialect dialect) {
    return render_value("KEY", Secret(value), dialect).has_value();
}

// Whether the value holds what no dialect can: C0 and C1 controls, DEL, and the line ends beyond ASCII. Where
// it is no UTF-8 only its ASCII is asked about, and where a broken character could hide one of those the
// answer is open.
enum class Answer { yes, no, open };
Answer holds_control(const std::string& value) {
    const auto is_control = [](char32_t c) {
        return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
    };
    if (const auto points = code_points(value))
        return std::any_of(points->begin(), points->end(), is_control) ? Answer::yes : Answer::no;
    for (const char c : value)
        if (static_cast<unsigned char>(c) < 0x20 || c == '\x7F') return Answer::yes;
    static const std::regex wide("\xC2[\x80-\x9F]|\xE2\x80[\xA8\xA9]");
    return std::regex_search(value, wide) ? Answer::open : Answer::no;
}

bool holds_noncharacter(const std::u32string& points) {
    return std::any_of(points.begin(), points.end(),
                       [](char32_t c) { return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF); });
}

}  // namespace

TEST_CASE("dialects: every accepted value comes back byte for byte from every reader") {
    CAPTURE(test_seed());
    std::map<Dialect, std::vector<Variables>> files;
    for (const Dialect dialect : config::all_dialects) files[dialect] = files_for(dialect);
    const ScratchDirectory scratch;
    for (const EnvReader& reader : all_readers()) {
        if (!reader.present) {
            WARN("NOT TESTED: " << reader.name << " is missing on this machine");
            CHECK_FALSE((reader.needed_in_ci && in_ci()));
            continue;
        }
        for (const Dialect dialect : reader.dialects) {
            CAPTURE(reader.name, to_string(dialect));
            std::size_t values = 0;
            for (const Variables& written : files[dialect]) {
                const auto text = file_of(written, dialect);
                REQUIRE(text);
                const auto read = reader.read(scratch.file("env", std::string(text->reveal())));
                CHECK(read);
                if (!read) break;
                CHECK(differences(written, *read) == 0);
                values += written.size();
            }
            std::cout << reader.name << " reads " << values << " values of the " << to_string(dialect)
                      << " dialect\n";
        }
    }
}

TEST_CASE("dialects: thousands of values are accepted and none that a dialect is bound to hold is refused") {
    CAPTURE(test_seed());
    // Not the alphabet of the program, but that of the documented interface.
    const std::regex portable("(?![~=])(?!.*[:=]~)[A-Za-z0-9_./:@%+,=^!*?{}~\\[\\]-]*");
    std::map<Dialect, std::size_t> accepted;
    int wrong = 0;
    for (const std::string& value : all_values()) {
        for (const Dialect dialect : config::all_dialects)
            accepted[dialect] += accepts(value, dialect) ? 1U : 0U;
        const Answer control = holds_control(value);
        const auto points = code_points(value);
        const bool fits = value.size() <= config::max_value_bytes;
        const bool plain = fits && points && control == Answer::no;
        // A regular expression of the library recurses once a byte.
        const bool is_portable = value.size() < 1000 && std::regex_match(value, portable);
        const auto differs = [&](Dialect dialect, bool expected) {
            return accepts(value, dialect) != expected;
        };
        if ((value.size() < 1000 && differs(Dialect::portable, is_portable)) ||
            (control != Answer::open && differs(Dialect::sh, fits && control == Answer::no)) ||
            differs(Dialect::docker, plain) ||
            differs(Dialect::systemd, plain && !holds_noncharacter(*points)) ||
            (is_portable && !accepts(value, Dialect::compose))) {
            if (wrong++ == 0) UNSCOPED_INFO("wrong about " << shown(value));
        }
    }
    CHECK(wrong == 0);
    for (const auto& [dialect, count] : accepted)
        std::cout << to_string(dialect) << " holds " << count << " of " << all_values().size() << " values\n";
    CHECK(all_values().size() > 10'000);
    CHECK(accepted[Dialect::portable] > 2500);
    CHECK(accepted[Dialect::sh] > 6000);
    CHECK(accepted[Dialect::systemd] > 5000);
    CHECK(accepted[Dialect::docker] > 5000);
    CHECK(accepted[Dialect::compose] > 4000);
}

TEST_CASE("dialects: a refused value is nowhere to be found") {
    CAPTURE(test_seed());
    int refused = 0;
    int shown_to_reader = 0;
    for (const std::string& value : all_values()) {
        for (const Dialect dialect : config::all_dialects) {
            if (accepts(value, dialect)) continue;
            ++refused;
            // One such value keeps the whole file from being written.
            const auto text = file_of({{"GOOD", "1"}, {"KEY", value}}, dialect);
            if (text) {
                INFO(to_string(dialect) << " renders " << shown(value));
                REQUIRE_FALSE(text);
            }
            const std::string said = text.error().message + text.error().remedy;
            constexpr std::size_t tell_tale = 12;
            if (value.size() >= tell_tale && said.find(value) != std::string::npos) ++shown_to_reader;
        }
    }
    CHECK(refused > 10'000);
    CHECK(shown_to_reader == 0);
}
