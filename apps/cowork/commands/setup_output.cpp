#include "cowork/commands/setup_output.hpp"

#include "catalogue/catalogue.hpp"
#include "core/shell_quote.hpp"
#include "report/render.hpp"
#include "rules/standalone_gateway.hpp"
#include "secrets/redactor.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

namespace cowork::app {
namespace {

using json = nlohmann::ordered_json;

std::string change_name(envfile::WriteOutcome::Change change) {
    switch (change) {
        case envfile::WriteOutcome::Change::created:
            return "created";
        case envfile::WriteOutcome::Change::replaced:
            return "replaced";
        case envfile::WriteOutcome::Change::unchanged:
            return "unchanged";
    }
    return "unchanged";
}

// What a shell can source: a bare name would be looked up in PATH.
std::string sourced(const std::string& path) {
    return shell_word(path.find('/') == std::string::npos ? "./" + path : path);
}

// How to start the gateway with the file. Only two dialects are a shell's: sourcing another one could run
// what its values say.
std::string start_command(const SetupResult& result) {
    constexpr std::string_view start = "pnpm --filter @open-cowork/standalone-gateway start";
    switch (result.options.dialect) {
        case config::Dialect::portable:
        case config::Dialect::sh:
            return fmt::format("(set -a; . {}; {})", sourced(result.path), start);
        case config::Dialect::systemd: {
            std::error_code problem;
            const auto absolute = std::filesystem::absolute(result.path, problem).string();
            return fmt::format("systemd-run --pty --same-dir -p {} {}",
                               shell_word("EnvironmentFile=" + (problem ? result.path : absolute)), start);
        }
        case config::Dialect::docker:
        case config::Dialect::compose:
            return {};  // the image is the operator's
    }
    return {};
}

const report::Row* row_of(const SetupResult& result, std::string_view id) {
    if (!result.check) return nullptr;
    for (const auto& row : result.check->rows)
        if (row.id == id) return &row;
    return nullptr;
}

bool is_ready(const SetupResult& result, std::string_view id) {
    const auto* row = row_of(result, id);
    return row != nullptr && row->status == Status::ready;
}

// Only the gateway's own keys are known not to be secret: a name such as SESSION_KEY or REDIS_URL says
// nothing of what its value holds.
bool masked(const setup::PlannedValue& value) {
    return value.secret || rules::find_gateway_key(value.key) == nullptr;
}

std::string shown_value(const Redactor& redactor, const setup::PlannedValue& value) {
    return masked(value) ? "(secret)" : redactor.clean(value.value.reveal()).str();
}

std::string values_text(const SetupResult& result) {
    std::size_t width = 0;
    for (const auto& value : result.plan.values) width = std::max(width, value.key.size());
    std::string text;
    const Redactor redactor;
    for (const auto& value : result.plan.values)
        text += fmt::format("  {:<{}}  {}  [{}]\n", value.key, width, shown_value(redactor, value),
                            to_string(value.origin));
    return text;
}

std::string check_text(const report::Report& check, bool color) {
    // The closing check is a glance: the whole story is doctor's.
    return report::render_text(check, {}, {color, report::Verbosity::brief});
}

json check_json(const SetupResult& result) {
    if (!result.check) return nullptr;
    return json::parse(report::render_json(*result.check, {}));
}

}  // namespace

std::vector<std::string> next_commands(const SetupResult& result, const std::string& program) {
    std::vector<std::string> commands;
    if (!is_ready(result, "gateway.private_opencode.reachable"))
        if (const auto* row = row_of(result, "gateway.private_opencode.reachable");
            row == nullptr || !row->recovery.command.empty())
            commands.push_back(row == nullptr ? "opencode serve --hostname 127.0.0.1 --port 4096"
                                              : row->recovery.command.str());
    if (!is_ready(result, "gateway.provider.healthy"))
        if (std::string start = start_command(result); !start.empty()) commands.push_back(std::move(start));
    const bool usual = result.path == catalogue::row(catalogue::Intent::gateway_only).env_file;
    commands.push_back(fmt::format("{} doctor gateway-only{}", shell_word(program),
                                   usual ? std::string{} : " --env-file " + path_word(result.path)));
    return commands;
}

std::string setup_text(const SetupResult& result, bool color) {
    const auto& intent = catalogue::row(catalogue::Intent::gateway_only);
    const bool memory = rules::view_gateway(result.plan.as_config({})).memory_store;
    const Redactor redactor;
    const std::string path = redactor.clean(result.path).str();
    std::string text;
    if (result.options.dry_run) {
        text += fmt::format(
            "Would write {} (mode 0600), {}:\n{}", path,
            result.outcome.change == envfile::WriteOutcome::Change::created ? "a new file" : "replacing it",
            values_text(result));
        return text;
    }
    const bool unchanged = result.outcome.change == envfile::WriteOutcome::Change::unchanged;
    text += unchanged ? fmt::format("{} holds all of this already; nothing written (mode 0600)\n", path)
                      : fmt::format("Wrote {} (mode 0600, {})\n", path, change_name(result.outcome.change));
    if (result.outcome.tightened)
        text += fmt::format(
            "Its mode was {:04o} and is 0600 now: rotate its secrets if others use this machine\n",
            result.outcome.previous_mode);
    for (const std::string& directory : result.created_directories)
        text += fmt::format("Made {} (mode 0700) for OpenCode to work in\n", redactor.clean(directory).str());
    text +=
        fmt::format("Execution authority {}, state owned by {}{}\n", catalogue::to_string(intent.authority),
                    catalogue::to_string(intent.control_planes.front()),
                    memory ? " (memory store: nothing survives a restart)" : "");
    if (result.check) text += "\nCheck  " + check_text(*result.check, color);
    text += "\nNext\n";
    for (std::size_t i = 0; i < result.next.size(); ++i)
        text += fmt::format("  {}. {}\n", i + 1, redactor.clean(result.next[i]).str());
    return text;
}

std::string setup_json(const SetupResult& result) {
    const auto& intent = catalogue::row(catalogue::Intent::gateway_only);
    const Redactor redactor;
    json values = json::array();
    for (const auto& value : result.plan.values)
        values.push_back({{"key", value.key},
                          {"value", masked(value) ? json(nullptr) : json(shown_value(redactor, value))},
                          {"secret", masked(value)},
                          {"origin", to_string(value.origin)}});
    json planes = json::array();
    for (const auto plane : intent.control_planes) planes.push_back(catalogue::to_string(plane));
    const json document{{"schemaVersion", 1},
                        {"tool", {{"name", "cowork"}, {"version", COWORK_VERSION}}},
                        {"command", "setup"},
                        {"intent", intent.id},
                        {"topology", intent.topology},
                        {"executionAuthority", catalogue::to_string(intent.authority)},
                        {"controlPlanes", planes},
                        {"dryRun", result.options.dry_run},
                        {"files", json::array({{{"path", result.path},
                                                {"mode", "0600"},
                                                {"dialect", config::to_string(result.options.dialect)},
                                                {"change", change_name(result.outcome.change)},
                                                {"tightened", result.outcome.tightened}}})},
                        {"directories", result.created_directories},
                        {"values", values},
                        {"check", check_json(result)},
                        {"next", result.next},
                        {"exitCode", result.exit_code},
                        {"redacted", true}};
    return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace cowork::app
