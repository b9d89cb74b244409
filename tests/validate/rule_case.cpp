#include "validate/rule_case.hpp"

#include "core/timestamp.hpp"
#include "support/places.hpp"
#include "support/process.hpp"
#include "support/scratch_directory.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace cowork::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json expectations(const RuleCase& one) {
    const fs::path path = one.directory / "expect.json";
    INFO(path);
    REQUIRE(fs::exists(path));
    json document = json::parse(content_of(path.string()), nullptr, false);
    REQUIRE(document.is_object());
    return document;
}

validators::Settings settings_of(const RuleCase& one, const json& options, const fs::path& copy) {
    validators::Settings settings;
    const auto text = [&](const char* key) { return options.value(key, std::string{}); };
    settings.now = parse_timestamp(options.value("now", "2026-11-01T12:00:00Z")).value();
    for (const auto tier : rules::all_cloud_tiers)
        if (text("tier") == rules::to_string(tier)) settings.tier = tier;
    if (!text("intent").empty()) settings.intent = catalogue::parse_intent(text("intent")).value();
    if (!text("reader").empty()) settings.reader = config::parse_dialect(text("reader")).value();
    settings.promotion = options.value("promotion", false);
    if (!text("helmDefaults").empty()) {
        settings.helm_defaults = content_of((one.directory / text("helmDefaults")).string());
        settings.helm_defaults_path = (copy / text("helmDefaults")).string();
    }
    return settings;
}

void git(const std::string& directory, std::vector<std::string> words) {
    std::vector<std::string> command{
        "git", "-C", directory, "-c", "user.name=t", "-c", "user.email=t@example.com"};
    command.insert(command.end(), words.begin(), words.end());
    REQUIRE(run_process({command}).exit_code == 0);
}

void arrange(const json& facts, const std::string& copy) {
    const json owners = facts.value("owners", json::object());
    for (const auto& [file, owner] : owners.items())
        REQUIRE(::chown((copy + "/" + file).c_str(), owner.get<uid_t>(), static_cast<gid_t>(-1)) == 0);
    const json modes = facts.value("modes", json::object());
    for (const auto& [file, mode] : modes.items())
        fs::permissions(fs::path(copy) / file,
                        static_cast<fs::perms>(std::stoul(mode.get<std::string>(), nullptr, 8)));
    const json states = facts.value("git", json::object());
    if (states.empty()) return;
    git(copy, {"init", "-q"});
    for (const auto& [file, state] : states.items()) {
        if (state == "ignored") std::ofstream(copy + "/.gitignore", std::ios::app) << "/" << file << '\n';
        if (state == "tracked") git(copy, {"add", "-f", file});
    }
}

}  // namespace

fs::path cases_directory() { return fs::path(COWORK_SOURCE_DIR) / "tests/validate/cases"; }

RuleCase read_case(const std::string& rule) {
    RuleCase one{rule, cases_directory() / rule, {}};
    const json document = expectations(one);
    for (const json& place : document.at("bad"))
        one.expected.push_back({place.at("file"), place.value("severity", std::string{}),
                                place.value("key", std::string{}), place.at("line"), place.at("column")});
    return one;
}

bool out_of_reach(const RuleCase& one) { return expectations(one).contains("owners") && !is_root(); }

validators::Request prepare_case(const RuleCase& one, const std::string& which, const std::string& copy) {
    json facts = expectations(one);
    if (which == "good" && facts.contains("good")) {
        const json different = facts["good"];
        facts.update(different);
    }
    REQUIRE(fs::is_directory(one.directory / which));
    fs::copy(one.directory / which, copy, fs::copy_options::recursive);
    for (const auto& entry : fs::recursive_directory_iterator(copy))
        if (entry.is_regular_file()) fs::permissions(entry.path(), static_cast<fs::perms>(0600));
    arrange(facts, copy);
    validators::Request request;
    for (const std::string& path : facts.value("paths", std::vector<std::string>{}))
        request.paths.push_back(copy + "/" + path);
    if (request.paths.empty()) request.paths.push_back(copy);
    const json options = facts.value("options", json::object());
    request.settings = settings_of(one, options, copy);
    if (options.contains("kind")) request.kind = validators::parse_kind(options["kind"].get<std::string>());
    return request;
}

validators::Outcome validate_case(const RuleCase& one, const std::string& which) {
    const ScratchDirectory scratch;
    const std::string copy = scratch / "here";
    auto outcome = validators::validate(prepare_case(one, which, copy));
    REQUIRE(outcome);
    for (validators::Checked& file : outcome->files)
        if (file.path.view().starts_with(copy))
            file.path = Redactor().clean(file.path.view().substr(copy.size() + 1));
    return std::move(*outcome);
}

std::vector<std::string> places_of(const validators::Outcome& outcome, const std::string& rule) {
    std::vector<std::string> places;
    for (const validators::Checked& file : outcome.files)
        for (const validators::Finding& finding : file.findings)
            if (finding.rule->id == rule)
                places.push_back(fmt::format("{}:{}:{} {} {}", file.path.str(), finding.where.line,
                                             finding.where.column, to_string(finding.severity), finding.key));
    return places;
}

}  // namespace cowork::test
