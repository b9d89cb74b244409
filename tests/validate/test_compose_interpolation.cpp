#include "config/yaml_document.hpp"
#include "core/names.hpp"
#include "support/process.hpp"
#include "support/scratch_directory.hpp"
#include "validators/compose/interpolation.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <fstream>

// Values are read as Compose reads them: what is claimed is asked of the real docker-compose.
namespace {

using namespace cowork;
using namespace cowork::test;
using validators::ComposeText;
using validators::ComposeVariables;
using validators::interpolate;

constexpr const char* refused = "(refused)";

struct Row {
    const char* text;
    const char* result;           // of Compose 2
    const char* first = nullptr;  // of Compose 1, where it differs
};

// SET is `value`, EMPTY is empty, UNSET is not set.
constexpr Row rows[] = {
    {"plain", "plain"},
    {"", ""},
    {"$SET", "value"},
    {"${SET}", "value"},
    {"a-$SET-b", "a-value-b"},
    {"$SET$SET", "valuevalue"},
    {"${SET}TAIL", "valueTAIL"},
    {"$$", "$"},
    {"$$SET", "$SET"},
    {"$$$SET", "$value"},
    {"$${SET}", "${SET}"},
    {"$$$$", "$$"},
    {"$EMPTY|", "|"},
    {"${UNSET}|", "|"},
    {"${SET:-default}", "value"},
    {"${SET-default}", "value"},
    {"${EMPTY:-default}", "default"},
    {"${EMPTY-default}", ""},
    {"${UNSET:-default}", "default"},
    {"${UNSET-default}", "default"},
    {"${UNSET:-}", ""},
    {"${UNSET-}", ""},
    {"${UNSET:-a:b}", "a:b"},
    {"${UNSET:-a-b?c}", "a-b?c"},
    {"${UNSET:-http://host:80/}", "http://host:80/"},
    {"${UNSET:- spaced }", " spaced "},
    {"${UNSET:-a}b}", "ab}"},
    {"${SET:?text}", "value"},
    {"${SET?text}", "value"},
    {"${EMPTY?text}", ""},
    {"${EMPTY:?text}", refused},
    {"${UNSET:?text}", refused},
    {"${UNSET?text}", refused},
    {"${UNSET:?}", refused},
    {"${", refused},
    {"${}", refused},
    {"${ SET}", refused},
    {"${SET }", refused},
    {"${SET!}", refused},
    {"${1}", refused},
    {"${SET", refused},
    // Where the two differ.
    {"${SET:+text}", "text", refused},
    {"${SET+text}", "text", refused},
    {"${EMPTY:+text}", "", refused},
    {"${EMPTY+text}", "text", refused},
    {"${UNSET:+text}", "", refused},
    {"${UNSET+text}", "", refused},
    {"${UNSET:-${SET}}", "value", "${SET}"},
    {"${UNSET:-${UNSET:-inner}}", "inner", "${UNSET:-inner}"},
    {"${UNSET:-a ${EMPTY:-b} c}", "a b c", "a ${EMPTY:-b c}"},
    {"${SET:-${UNSET}}", "value", "value}"},
    {"${SET:-{\"a\":1}}", "value", "value}"},
    {"${UNSET:-$SET}", "value", "$SET"},
    {"${UNSET:-$$}", "$", "$$"},
    {"a$", "a$", refused},
    {"$1", "$1", refused},
    {"$-", "$-", refused},
};

ComposeVariables variables() {
    ComposeVariables all;
    all.values = {{"SET", "value"}, {"EMPTY", ""}};
    all.complete = true;
    return all;
}

std::string ours(const char* text) {
    const ComposeText read = interpolate(text, variables());
    return read.refused || (!read.known && read.required) ? refused : read.text;
}

// The docker-compose of this machine, in a directory with an env file of its own and no other environment.
class RealCompose {
  public:
    RealCompose() { std::ofstream(scratch_ / ".env") << "SET=value\nEMPTY=\n"; }

    [[nodiscard]] int major_version() const {
        const auto said = run({"docker-compose", "version", "--short"});
        const auto digit = said.out.find_first_of("0123456789");
        return said.exit_code == 0 && digit != std::string::npos ? said.out[digit] - '0' : 0;
    }

    // What it makes of the values, or nothing when it refuses them.
    [[nodiscard]] std::optional<std::vector<std::string>> values(
        const std::vector<std::string>& texts) const {
        std::ofstream file(scratch_ / "compose.yaml");
        file << "version: '3.8'\nservices:\n  a:\n    image: x\n    environment:\n";
        for (std::size_t i = 0; i < texts.size(); ++i) file << "      V" << i << ": '" << texts[i] << "'\n";
        file.close();
        const auto said = run({"docker-compose", "-f", "compose.yaml", "config"});
        if (said.exit_code != 0) return std::nullopt;
        const auto read = config::YamlStream::parse(said.out, "config");
        REQUIRE(read);
        const auto* environment = read->documents().front()->at({"services", "a", "environment"});
        REQUIRE(environment != nullptr);
        std::vector<std::string> found;
        for (std::size_t i = 0; i < texts.size(); ++i)
            found.push_back(single_dollars(environment->find(fmt::format("V{}", i))->text));
        return found;
    }

  private:
    [[nodiscard]] ProcessResult run(std::vector<std::string> argv) const {
        return run_process({std::move(argv),
                            std::vector<std::string>{"PATH=/usr/local/bin:/usr/bin:/bin",
                                                     "HOME=" + scratch_.path(), "LC_ALL=C.UTF-8"},
                            scratch_.path()});
    }
    // `config` prints what Compose would read back.
    static std::string single_dollars(std::string text) {
        for (auto at = text.find("$$"); at != std::string::npos; at = text.find("$$", at + 1))
            text.erase(at, 1);
        return text;
    }
    ScratchDirectory scratch_;
};

}  // namespace

TEST_CASE("compose interpolation: every form") {
    for (const Row& row : rows) {
        INFO(row.text);
        CHECK(ours(row.text) == row.result);
    }
}

TEST_CASE("compose interpolation: the real docker-compose reads every form so") {
    const RealCompose real;
    const int version = real.major_version();
    if (version == 0) {
        WARN("docker-compose is not there");
        return;
    }
    const auto expected = [&](const Row& row) {
        return std::string(version == 1 && row.first != nullptr ? row.first : row.result);
    };
    std::vector<std::string> texts, results;
    for (const Row& row : rows)
        if (expected(row) != refused) {
            texts.emplace_back(row.text);
            results.push_back(expected(row));
        }
    const auto read = real.values(texts);
    REQUIRE(read);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        INFO(texts[i]);
        CHECK((*read)[i] == results[i]);
    }
    for (const Row& row : rows)
        if (expected(row) == refused) {
            INFO(row.text);
            CHECK_FALSE(real.values({row.text}));
        }
}

TEST_CASE("compose interpolation: what differs in Compose 1 is known") {
    for (const Row& row : rows) {
        const std::string text = row.text;
        if (row.first == nullptr || text.find("${") == std::string::npos) continue;
        INFO(text);
        const ComposeText read = interpolate(text, variables());
        // JSON as a default, and a doubled dollar in one, are too rare to tell apart.
        if (text.find("{\"") == std::string::npos && text.find("$$") == std::string::npos)
            CHECK_FALSE(read.unsupported.empty());
    }
    CHECK(interpolate("${SET:-default}", variables()).unsupported.empty());
}

TEST_CASE("compose interpolation: what nobody sets is not known") {
    const ComposeVariables none;
    CHECK_FALSE(interpolate("$UNSET", none).known);
    CHECK_FALSE(interpolate("${UNSET:?set it}", none).known);
    CHECK(interpolate("${UNSET:?set it}", none).required);
    CHECK_FALSE(interpolate("${UNSET:+text}", none).known);
    CHECK_FALSE(interpolate("${A:-${B}}", none).known);
    CHECK(interpolate("${A:-${B}}", none).unset == "B");
    CHECK(interpolate("${UNSET:-default}", none).known);
    CHECK(interpolate("${UNSET:-default}", none).defaulted);
    CHECK_FALSE(interpolate("${UNSET:-}", none).defaulted);
    CHECK(interpolate("$$UNSET", none).literal);
    CHECK(interpolate("${A:?}${B}", none).required);
    CHECK(interpolate("${B}${A:?}", none).unset == "A");
}

TEST_CASE("compose interpolation: a name within other text is told from one alone") {
    const ComposeVariables none;
    CHECK(interpolate("ab$cd", none).bare_name);
    CHECK_FALSE(interpolate("$cd", none).bare_name);
    CHECK_FALSE(interpolate("ab${cd}", none).bare_name);
    CHECK_FALSE(interpolate("ab$$cd", none).bare_name);
}

TEST_CASE("compose interpolation: hostile texts end soon") {
    const ComposeVariables none = variables();
    std::string open, closed, long_value(100'000, 'x');
    for (int i = 0; i < 100'000; ++i) open += "${A:-";
    CHECK(interpolate(open, none).refused);
    CHECK(interpolate(open + std::string(100'000, '}'), none).refused);
    for (int i = 0; i < 100'000; ++i) closed += "${A:-}";
    CHECK(interpolate(closed, none).text.empty());
    ComposeVariables large;
    large.values = {{"A", long_value}};
    std::string many;
    for (int i = 0; i < 10'000; ++i) many += "$A";
    const ComposeText read = interpolate(many, large);
    CHECK_FALSE(read.known);
    CHECK(read.text.size() <= std::size_t{32} * 1024 * 1024);
}
