#include "checks/cloud_reasons.hpp"
#include "checks/registry.hpp"
#include "support/places.hpp"
#include "validators/registry.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <regex>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace cowork {
static std::ostream& operator<<(std::ostream& out, Status status) { return out << to_string(status); }
}  // namespace cowork

using namespace cowork;
using namespace cowork::checks;

namespace {

const std::filesystem::path source_root = COWORK_SOURCE_DIR;

std::string text_of(const std::filesystem::path& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("registry: every row is well formed") {
    std::set<std::string_view> ids;
    const std::regex id_shape("[a-z_]+(\\.[a-z_]+)+");
    for (const Check* check : registry()) {
        CAPTURE(check->id);
        CHECK(ids.insert(check->id).second);
        CHECK(std::regex_match(std::string(check->id), id_shape));
        CHECK_FALSE(check->label.empty());
        CHECK_FALSE(check->looks_at.empty());
        CHECK(check->failing != Status::ready);
        CHECK(check->failing != Status::unknown);
        CHECK(check->run != nullptr);
        CHECK(find_check(check->id) == check);
        CHECK_FALSE((check->ready_when.empty() && check->also_for.empty() && check->shown_for.empty()));
        for (const std::string_view need : check->needs) CHECK(find_check(need) != nullptr);
    }
    CHECK(find_check("no.such.check") == nullptr);
}

TEST_CASE("registry: every reason is unique in its check, and says what it means and what to do") {
    const std::regex code_shape("[a-z-]+\\.[a-z_-]+");
    for (const Check* check : registry()) {
        std::set<std::string_view> codes;
        CHECK_FALSE(check->reasons.empty());
        for (const auto& list : {check->reasons, engine_reasons()}) {
            for (const Reason& reason : list) {
                CAPTURE(check->id, reason.code);
                CHECK(codes.insert(reason.code).second);
                CHECK(std::regex_match(std::string(reason.code), code_shape));
                CHECK_FALSE(reason.meaning.empty());
                CHECK_FALSE(reason.recovery.empty());
                CHECK(reason.status != Status::ready);
                CHECK(check->reason(reason.code) == &reason);
            }
        }
        CHECK(check->reason("no.such-reason") == nullptr);
        CHECK(check->reason("") == nullptr);
    }
}

// Every literal in the sources that looks like a reason code must be known to some check, or be a rule of
// validate.
TEST_CASE("registry: every reason code in the sources is in a table") {
    std::set<std::string> known;
    std::set<std::string> families;
    for (const Check* check : registry())
        for (const auto& list : {check->reasons, engine_reasons()})
            for (const Reason& reason : list) {
                known.emplace(reason.code);
                families.insert(std::string(reason.code.substr(0, reason.code.find('.'))));
            }
    for (const Reason& reason : cloud_configuration_reasons()) known.emplace(reason.code);
    for (const std::string_view rule : validators::rule_ids()) known.emplace(rule);
    const std::regex literal("\"([a-z-]+)\\.([a-z_-]+)\"");
    std::size_t seen = 0;
    for (const char* folder : {"lib/checks", "lib/rules", "lib/net", "lib/engine"}) {
        for (const auto& entry : std::filesystem::directory_iterator(source_root / folder)) {
            if (entry.path().extension() != ".cpp") continue;
            // Its words are the actions that the product's audit knows.
            if (entry.path().filename() == "desktop_pairings.cpp") continue;
            // And its words the keys of the product's configuration.
            if (entry.path().filename() == "product_shape.cpp") continue;
            const std::string text = text_of(entry.path());
            for (std::sregex_iterator it(text.begin(), text.end(), literal), end; it != end; ++it) {
                if (!families.contains((*it)[1])) continue;
                const std::string code = (*it)[1].str() + "." + (*it)[2].str();
                CAPTURE(entry.path().string(), code);
                // `metadata.google.internal` and the gateway's own check names are no reason codes.
                if (code == "providers.configured") continue;
                CHECK(known.contains(code));
                ++seen;
            }
        }
    }
    CHECK(seen > 100);
}

TEST_CASE("registry: the product's checks are as its contract has them") {
    struct Row {
        std::string_view id, label;
        Status failing;
    };
    std::vector<std::string_view> ready_when;
    for (const Check* check : checks_for(std::array{catalogue::Intent::gateway_only}))
        if (std::find(check->ready_when.begin(), check->ready_when.end(), catalogue::Intent::gateway_only) !=
            check->ready_when.end())
            ready_when.push_back(check->id);
    CHECK(ready_when == std::vector<std::string_view>{"gateway.private_opencode.reachable",
                                                      "gateway.provider.healthy",
                                                      "gateway.operator_auth.configured"});
    for (const Row& row : {Row{"gateway.private_opencode.reachable", "Gateway private OpenCode reachable",
                               Status::action_required},
                           Row{"gateway.provider.healthy", "Gateway provider healthy", Status::degraded},
                           Row{"gateway.operator_auth.configured", "Gateway operator auth configured",
                               Status::action_required}}) {
        CAPTURE(row.id);
        const Check* check = find_check(row.id);
        REQUIRE(check != nullptr);
        CHECK(check->label == row.label);
        CHECK(check->authority == catalogue::Authority::gateway_standalone);
        CHECK(check->failing == row.failing);
    }
}

TEST_CASE("registry: the pages that checks name are there") {
    for (const Check* check : registry())
        for (const std::string_view page : check->docs) {
            CAPTURE(check->id, page);
            CHECK(std::filesystem::is_regular_file(source_root / page));
        }
}
