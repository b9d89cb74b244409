// What merge() promises, held against many generated files: the checks here are made apart from its own.
#include "config/env_file.hpp"
#include "envfile/merge.hpp"
#include "envfile/quote.hpp"
#include "support/env_readers.hpp"
#include "support/places.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::envfile;
using config::Dialect;
using config::EnvEntry;
using config::EnvFile;

namespace {

class Generator {
  public:
    enum class Taste { wild, tame };  // tame: without what readers of one dialect disagree about

    Generator(unsigned seed, Dialect dialect, Taste taste = Taste::wild)
        : random_(seed), dialect_(dialect), tame_(taste == Taste::tame) {}

    std::string file() {
        line_end_ = dialect_ != Dialect::sh && one_of(4) ? "\r\n" : "\n";
        std::string text = !tame_ && one_of(12) ? "\xEF\xBB\xBF" : "";
        if (one_of(4)) text += config::header_line({"1.0", dialect_}) + line_end_;
        for (auto left = random_() % 12; left > 0; --left) text += line();
        if (one_of(4) && text.ends_with('\n')) text.resize(text.size() - line_end_.size());
        return text;
    }

    std::vector<Wish> wishes() {
        std::vector<Wish> wishes;
        for (const std::string& key : keys) {
            if (!one_of(2) || (tame_ && key == keys.back())) continue;
            Wish wish{key, std::nullopt, "Group " + std::to_string(key.back() % 3)};
            if (!one_of(4)) wish.value = Secret(value());
            wishes.push_back(std::move(wish));
        }
        return wishes;
    }

  private:
    static inline const std::vector<std::string> keys{"A", "B_1", "LONGER_KEY", "D", "E", "F", "G", "export"};

    std::string key() { return keys[random_() % (keys.size() - (tame_ ? 1 : 0))]; }

    bool one_of(unsigned number) { return random_() % number == 0; }
    std::string pick(const std::vector<std::string>& from) { return from[random_() % from.size()]; }

    std::string value() {
        const bool plain = dialect_ == Dialect::portable || one_of(3);
        std::string text;
        for (auto left = random_() % 6; left > 0; --left)
            text += plain ? pick({"a", "1", "_", "/", ":", "%", "x=y"})
                          : pick({"a", "1", " ", "'", "\"", "$", "#", "\\", "`", " #", "é", "*", "{", "="});
        if (text == "=" || !render_value("K", Secret(text), dialect_)) return "";
        return text;
    }

    std::string blanks() { return tame_ ? "" : pick({"", "", "", " ", "\t", "  "}); }

    std::string line() {
        switch (random_() % 8) {
            case 0:
                return blanks() + line_end_;
            case 1:
                return blanks() + pick({"# c", "#", "# A=1", "# it's \"open"}) + line_end_;
            case 2:
                return odd_line();
            default:
                return assignment() + line_end_;
        }
    }

    // What readers skip, drop or treat in their own way.
    std::string odd_line() {
        switch (dialect_) {
            case Dialect::portable:
            case Dialect::docker:
                return pick({"words", "export Q=1", "Q", "1A=2"}) + line_end_;
            case Dialect::sh:
                return pick({"Q=$(id)", "Q=\"$X\n\"", "set -a", "export Q", "Q=1; R='2\n3' # c"}) + line_end_;
            case Dialect::systemd:
                return pick({"; c \\\nA=2", "words", "export Q=1"}) + line_end_;
            case Dialect::compose:
                return pick({"Q=${X}", "Q=\"${X}\n\"", "Q", "Q='1' x"}) + line_end_;
        }
        return line_end_;
    }

    std::string assignment() {
        const bool shell_like = dialect_ == Dialect::sh || dialect_ == Dialect::compose;
        const std::string exported = shell_like && one_of(4) ? "export " : "";
        const std::string comment = shell_like && one_of(4) ? " # it's c" : "";
        std::string equals = "=";
        if (dialect_ == Dialect::systemd) equals = pick({"=", " = "});
        // Compose 1.29 knows the plain sign only.
        if (dialect_ == Dialect::compose && !tame_) equals = pick({"=", " = ", ": "});
        return blanks() + exported + key() + equals + spelled() + comment;
    }

    // The same values can be spelled in many ways.
    std::string spelled() {
        if (dialect_ == Dialect::portable || dialect_ == Dialect::docker || one_of(2)) {
            const auto rendered = render_value("K", Secret(value()), dialect_);
            return std::string(rendered.value().reveal());
        }
        switch (dialect_) {
            case Dialect::sh:
                return pick(
                    {"'a b'", "\"a\\\"b\"", "a\\ b", "'a\nb'", "a\\\nb", "\"\"", "'a'\"b\"c", "a#b", "$"});
            case Dialect::systemd:
                return pick(
                    {"'a b'", "\"a\\\"b\"", "a b  ", "'a\nb'", "a\\\n b", "'a' \"b\" c", "a#b $x", "\\"});
            case Dialect::compose:
                return pick({"'a b'", "\"a\\\"b\"", "a b  ", "'a\nb'", "\"a\\nb\"", "a#b $$x", "'it\\'s'#c"});
            case Dialect::portable:
            case Dialect::docker:
                break;
        }
        return "";
    }

    std::mt19937 random_;
    Dialect dialect_;
    bool tame_;
    std::string line_end_;
};

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

const Wish* wish_for(const std::vector<Wish>& wishes, const std::string& key) {
    for (const Wish& wish : wishes)
        if (wish.key == key) return &wish;
    return nullptr;
}

bool edited(const EnvFile& file, const EnvEntry& entry, const std::vector<Wish>& wishes) {
    const Wish* const wish = wish_for(wishes, entry.key);
    if (wish == nullptr) return false;
    return !wish->value || (file.find(entry.key) == &entry && wish->value->reveal() != entry.value.reveal());
}

// The lines that hold no edited assignment, in order.
std::vector<std::string> untouched_lines(const std::string& text, const EnvFile& file,
                                         const std::vector<Wish>& wishes) {
    std::vector<std::string> lines;
    std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    const auto keep = [&](std::size_t end) {
        for (std::string& line : lines_of(text.substr(at, end - at))) lines.push_back(std::move(line));
    };
    for (const EnvEntry& entry : file.entries) {
        if (!edited(file, entry, wishes) || entry.place.line_begin < at) continue;
        keep(entry.place.line_begin);
        at = entry.place.line_end;
    }
    keep(text.size());
    return lines;
}

// The last of the few may have had no line end, and got one.
bool is_subsequence(const std::vector<std::string>& few, const std::vector<std::string>& many) {
    std::size_t next = 0;
    for (const std::string& line : many)
        if (next < few.size() && (few[next] == line || (next + 1 == few.size() && few[next] + "\r" == line)))
            ++next;
    return next == few.size();
}

void check_entries(const EnvFile& before, const EnvFile& after, const std::vector<Wish>& wishes) {
    std::vector<std::string> expected;
    std::vector<std::string> found;
    for (const EnvEntry& entry : before.entries)
        if (wish_for(wishes, entry.key) == nullptr)
            expected.push_back(entry.key + "=" + std::string(entry.value.reveal()));
    for (const EnvEntry& entry : after.entries)
        if (wish_for(wishes, entry.key) == nullptr)
            found.push_back(entry.key + "=" + std::string(entry.value.reveal()));
    CHECK(found == expected);
    for (const Wish& wish : wishes) {
        const EnvEntry* const entry = after.find(wish.key);
        CHECK((entry != nullptr) == wish.value.has_value());
        if (entry != nullptr && wish.value)
            CHECK(std::string(entry->value.reveal()) == std::string(wish.value->reveal()));
    }
}

// Around a value that was changed, everything on its line is as it was.
void check_surroundings(const std::string& text, const EnvFile& before, const std::string& result,
                        const EnvFile& after, const std::vector<Wish>& wishes) {
    for (const EnvEntry& entry : before.entries) {
        const Wish* const wish = wish_for(wishes, entry.key);
        if (wish == nullptr || !wish->value || !edited(before, entry, wishes)) continue;
        const auto& a = entry.place;
        const auto& b = after.find(entry.key)->place;
        if (a.line_end - a.line_begin > 0 && text.substr(a.line_begin).find(';') < a.line_end - a.line_begin)
            continue;
        const auto without_end = [](std::string line) {
            while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
            return line;
        };
        std::string tail = without_end(text.substr(a.value_end, a.line_end - a.value_end));
        if (before.dialect == Dialect::compose && tail.starts_with('#')) tail = " " + tail;
        const std::string line = without_end(result.substr(b.line_begin, b.line_end - b.line_begin));
        CHECK(line.starts_with(text.substr(a.line_begin, a.value_begin - a.line_begin)));
        CHECK(line.ends_with(tail));
    }
}

}  // namespace

TEST_CASE("merge holds its promises for generated files of every dialect") {
    constexpr unsigned files = 1500;
    for (const Dialect dialect : config::all_dialects) {
        unsigned merged_files = 0;
        for (unsigned seed = 0; seed < files; ++seed) {
            Generator generator(seed, dialect);
            const std::string text = generator.file();
            const std::vector<Wish> wishes = generator.wishes();
            CAPTURE(config::to_string(dialect), seed, text);
            const auto merged = envfile::merge(text, "f", dialect, dialect, wishes);
            if (!merged) {
                CHECK_FALSE(merged.error().remedy.empty());
                // Only a line after a backslash that nothing followed is found out that late.
                if (!text.ends_with('\\'))
                    CHECK(merged.error().message.find("read back") == std::string::npos);
                continue;
            }
            ++merged_files;
            const std::string result(merged->text.reveal());
            CAPTURE(result);
            const EnvFile before = config::parse_env_file(text, "f", dialect);
            const EnvFile after = config::parse_env_file(result, "f", dialect);
            check_entries(before, after, wishes);
            check_surroundings(text, before, result, after, wishes);
            CHECK(result.starts_with("\xEF\xBB\xBF") == text.starts_with("\xEF\xBB\xBF"));
            CHECK(is_subsequence(untouched_lines(text, before, wishes),
                                 lines_of(result.substr(result.starts_with("\xEF\xBB\xBF") ? 3 : 0))));
            CHECK((result == text) == merged->changes.empty());
            const auto again = envfile::merge(result, "f", dialect, dialect, wishes);
            REQUIRE(again);
            CHECK(std::string(again->text.reveal()) == result);
            CHECK(again->changes.empty());
            CHECK(again->stale == merged->stale);
        }
        CAPTURE(config::to_string(dialect));
        CHECK(merged_files > files / 2);
    }
}

TEST_CASE("a conversion keeps every value of generated files") {
    constexpr unsigned files = 150;
    for (const Dialect from : config::all_dialects) {
        for (const Dialect to : config::all_dialects) {
            if (from == to) continue;
            unsigned converted = 0;
            for (unsigned seed = 0; seed < files; ++seed) {
                Generator generator(seed, from);
                const std::string text = generator.file();
                const std::vector<Wish> wishes = generator.wishes();
                CAPTURE(config::to_string(from), config::to_string(to), seed, text);
                const auto merged = envfile::merge(text, "f", from, to, wishes);
                if (!merged) {
                    CHECK_FALSE(merged.error().remedy.empty());
                    CHECK(merged.error().message.find("read back") == std::string::npos);
                    continue;
                }
                ++converted;
                const std::string result(merged->text.reveal());
                CAPTURE(result);
                const EnvFile after = config::parse_env_file(result, "f", to);
                check_entries(config::parse_env_file(text, "f", from), after, wishes);
                for (const auto& problem : after.diagnostics) CHECK_FALSE(problem.drops_entry);
                CHECK(std::string(envfile::merge(result, "f", to, to, wishes).value().text.reveal()) ==
                      result);
            }
            CAPTURE(config::to_string(from), config::to_string(to));
            CHECK(converted > 2);  // few files have only values that the portable dialect holds
        }
    }
}

TEST_CASE("programs that read env files agree about merged ones") {
    const test::ScratchDirectory scratch;
    for (const test::EnvReader& reader : test::real_env_readers()) {
        if (!reader.present) {
            WARN("NOT TESTED: " << reader.name << " is missing");
            continue;
        }
        for (const Dialect dialect : reader.dialects) {
            unsigned compared = 0;
            for (unsigned seed = 0; compared < 4 && seed < 1000; ++seed) {
                Generator generator(seed, dialect, Generator::Taste::tame);
                const std::string text = generator.file();
                const std::vector<Wish> wishes = generator.wishes();
                const EnvFile before = config::parse_env_file(text, "f", dialect);
                // Only files that mean the same to every reader.
                if (before.entries.size() < 2 || !before.diagnostics.empty() || wishes.empty()) continue;
                const auto merged = envfile::merge(text, "f", dialect, dialect, wishes);
                if (!merged) continue;
                const std::string result(merged->text.reveal());
                CAPTURE(reader.name, config::to_string(dialect), seed, text, result);
                const auto old = reader.read(scratch.file("before", text));
                const auto now = reader.read(scratch.file("after", result));
                REQUIRE(old);
                REQUIRE(now);
                for (const EnvEntry& entry : before.entries) {
                    if (wish_for(wishes, entry.key) == nullptr)
                        CHECK(now->at(entry.key) == old->at(entry.key));
                }
                for (const Wish& wish : wishes) {
                    CHECK(now->count(wish.key) == (wish.value ? 1U : 0U));
                    if (wish.value) CHECK(now->at(wish.key) == std::string(wish.value->reveal()));
                }
                ++compared;
            }
            CAPTURE(reader.name, config::to_string(dialect));
            CHECK(compared > 0);
        }
    }
}

TEST_CASE("merge takes the fuzz corpora in every pair of dialects") {
    unsigned seen = 0;
    for (const char* corpus : {"env_file", "merge"}) {
        for (const auto& entry : std::filesystem::directory_iterator(
                 std::string(COWORK_SOURCE_DIR "/tests/fuzz/corpus/") + corpus)) {
            const std::string text = test::content_of(entry.path().string());
            ++seen;
            for (const Dialect from : config::all_dialects) {
                for (const Dialect to : config::all_dialects) {
                    CAPTURE(entry.path().string(), config::to_string(from), config::to_string(to));
                    std::vector<Wish> wishes;
                    wishes.push_back({"A", Secret("new"), "G"});
                    wishes.push_back({"B", std::nullopt, "G"});
                    wishes.push_back({"NEW", Secret("1"), "G"});
                    const auto merged = envfile::merge(text, "f", from, to, wishes);
                    if (!merged) {
                        CHECK_FALSE(merged.error().message.empty());
                        continue;
                    }
                    check_entries(config::parse_env_file(text, "f", from),
                                  config::parse_env_file(merged->text.reveal(), "f", to), wishes);
                }
            }
        }
    }
    CHECK(seen >= 10);
}
