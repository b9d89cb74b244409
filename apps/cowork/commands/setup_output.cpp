#include "cowork/commands/setup_output.hpp"

#include "catalogue/catalogue.hpp"
#include "core/shell_quote.hpp"
#include "report/render.hpp"
#include "rules/channel_gateway.hpp"
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
std::string start_command(const PreparedFile& file) {
    const std::string start = fmt::format(
        "pnpm --filter @open-cowork/{} start",
        file.env->service == &rules::channel_gateway() ? "channel-gateway" : "standalone-gateway");
    switch (file.dialect) {
        case config::Dialect::portable:
        case config::Dialect::sh:
            return fmt::format("(set -a; . {}; {})", sourced(file.path), start);
        case config::Dialect::systemd: {
            std::error_code problem;
            const auto absolute = std::filesystem::absolute(file.path, problem).string();
            return fmt::format("systemd-run --pty --same-dir -p {} {}",
                               shell_word("EnvironmentFile=" + (problem ? file.path : absolute)), start);
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

// Only a service's own keys are known not to be secret: a name such as SESSION_KEY or REDIS_URL says nothing
// of what its value holds.
bool masked(const setup::PlannedValue& value) {
    return value.secret || rules::find_key(value.key) == nullptr;
}

// The masked diff; of each line that is added, where its value comes from.
std::string diff_text(const PreparedFile& file) {
    std::string text;
    for (const SafeText& line : file.diff) {
        const std::string& shown = line.str();
        const auto key = shown.substr(std::min<std::size_t>(1, shown.size()), shown.find('=') - 1);
        const auto* value = file.env != nullptr && shown.starts_with('+') ? file.env->find(key) : nullptr;
        text +=
            fmt::format("  {}{}\n", shown,
                        value == nullptr ? std::string{} : fmt::format("  [{}]", to_string(value->origin)));
    }
    return text;
}

std::string_view change_word(setup::AssetOutcome::Change change) {
    switch (change) {
        case setup::AssetOutcome::Change::created:
            return "Wrote";
        case setup::AssetOutcome::Change::replaced:
            return "Replaced";
        case setup::AssetOutcome::Change::unchanged:
            return "Unchanged:";
    }
    return "Wrote";
}

std::string dry_run_text(const PreparedFile& file) {
    const std::string path = Redactor().clean(file.path).str();
    switch (file.outcome.change) {
        case envfile::WriteOutcome::Change::created:
            return fmt::format("Would write {} (mode 0600), a new file:\n{}", path, diff_text(file));
        case envfile::WriteOutcome::Change::replaced:
            return fmt::format("Would change {} (mode 0600), keeping the old one as a backup:\n{}", path,
                               diff_text(file));
        case envfile::WriteOutcome::Change::unchanged:
            break;
    }
    return fmt::format("{} holds all of this already; nothing would be written\n", path);
}

std::string written_text(const PreparedFile& file) {
    const Redactor redactor;
    const std::string path = redactor.clean(file.path).str();
    std::string text =
        file.outcome.change == envfile::WriteOutcome::Change::unchanged
            ? fmt::format("{} holds all of this already; nothing written (mode 0600)\n", path)
            : fmt::format("Wrote {} (mode 0600, {})\n", path, change_name(file.outcome.change));
    if (!file.outcome.backup.empty())
        text += fmt::format("Kept the old one as {}{}\n", redactor.clean(file.outcome.backup).str(),
                            file.env == nullptr ? "" : ": it holds the old secrets");
    if (file.outcome.tightened)
        text += fmt::format(
            "Its mode was {:04o} and is 0600 now: rotate its secrets if others use this machine\n",
            file.outcome.previous_mode);
    for (const std::string& key : file.stale)
        text += fmt::format("An earlier line of {} still sets {} to another value; the last line wins\n",
                            path, key);
    return text;
}

std::string notes_text(const setup::Plan& plan) {
    const Redactor redactor;
    std::string text;
    for (const setup::Note& note : plan.notes) {
        text += fmt::format("{} {}\n", note.ok ? "ok  " : "note", redactor.clean(note.text).str());
        if (!note.remedy.empty()) text += fmt::format("     -> {}\n", redactor.clean(note.remedy).str());
    }
    return text;
}

std::string assets_text(const PreparedAssets& assets, bool dry_run) {
    const Redactor redactor;
    std::string text;
    for (const PreparedAsset& asset : assets.written)
        text += fmt::format("{} {}: {}\n", dry_run ? "Would write" : change_word(asset.change),
                            redactor.clean(asset.path).str(), redactor.clean(asset.purpose).str());
    for (const std::string& sentence : assets.left_out)
        text += fmt::format("Left out: {}\n", redactor.clean(sentence).str());
    return text;
}

// Where threads live when the gateway keeps them in memory.
bool forgets(const SetupResult& result) {
    return std::any_of(result.files.begin(), result.files.end(), [](const PreparedFile& file) {
        return file.env != nullptr && file.env->service == &rules::standalone_gateway() &&
               rules::view_gateway(file.env->as_config()).memory_store;
    });
}

std::string steps_text(const SetupResult& result) {
    const Redactor redactor;
    std::string text;
    int number = 0;
    for (const setup::Step& step : result.plan.steps) {
        text += fmt::format("  {}. {}\n", ++number, redactor.clean(step.text).str());
        if (!step.command.empty()) text += fmt::format("     {}\n", redactor.clean(step.command).str());
    }
    if (!result.assets.written.empty())
        text +=
            fmt::format("  {}. cd {}\n", ++number, redactor.clean(path_word(result.options.assets)).str());
    for (const PreparedAsset& asset : result.assets.written)
        if (!asset.next.empty())
            text += fmt::format("  {}. {}\n", ++number, redactor.clean(asset.next).str());
    for (const std::string& command : result.next)
        text += fmt::format("  {}. {}\n", ++number, redactor.clean(command).str());
    return text.empty() ? text : "\nNext\n" + text;
}

// What does the same without a question. The names of its secrets are those of the keys in the file.
std::string command_text(const SetupResult& result) {
    if (result.command.empty()) return {};
    std::string text = "\nThe same without questions\n";
    if (result.command.find("env:") != std::string::npos)
        for (const PreparedFile& file : result.files)
            if (file.dialect == config::Dialect::portable || file.dialect == config::Dialect::sh)
                if (file.env != nullptr) text += fmt::format("  set -a; . {}; set +a\n", sourced(file.path));
    return text + fmt::format("  {}\n", result.command);
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
    const auto& intent = catalogue::row(result.plan.intent);
    std::vector<std::string> commands;
    for (const PreparedFile& file : result.files) {
        if (file.env == nullptr || !result.assets.written.empty()) continue;  // the assets' units start it
        if (file.env->service == &rules::channel_gateway())
            if (std::string start = start_command(file); !start.empty()) commands.push_back(std::move(start));
        if (file.env->service != &rules::standalone_gateway()) continue;
        if (!is_ready(result, "gateway.private_opencode.reachable"))
            if (const auto* row = row_of(result, "gateway.private_opencode.reachable");
                row == nullptr || !row->recovery.command.empty())
                commands.push_back(row == nullptr ? "opencode serve --hostname 127.0.0.1 --port 4096"
                                                  : row->recovery.command.str());
        if (!is_ready(result, "gateway.provider.healthy"))
            if (std::string start = start_command(file); !start.empty()) commands.push_back(std::move(start));
    }
    std::string doctor = fmt::format("{} doctor {}", shell_word(program), intent.id);
    for (const PreparedFile& file : result.files)
        if (file.env != nullptr && file.path != intent.env_file)
            doctor += " --env-file " + path_word(file.path);
    commands.push_back(std::move(doctor));
    return commands;
}

std::string plan_text(const setup::Plan& plan, const std::vector<PreparedFile>& files,
                      const PreparedAssets& assets) {
    const Redactor redactor;
    std::string text;
    for (const PreparedFile& file : files) text += dry_run_text(file);
    for (const setup::NewDirectory& directory : plan.directories)
        text += fmt::format("Would make {} (mode 0700) {}\n", redactor.clean(directory.path).str(),
                            directory.purpose);
    text += assets_text(assets, true);
    setup::Plan attention;
    for (const setup::Note& note : plan.notes)
        if (!note.ok) attention.notes.push_back(note);
    return text + (attention.notes.empty() ? "" : "\n") + notes_text(attention) + "\n";
}

std::string setup_text(const SetupResult& result, bool color) {
    const auto& intent = catalogue::row(result.plan.intent);
    const Redactor redactor;
    std::string text;
    for (const PreparedFile& file : result.files)
        text += result.options.dry_run ? dry_run_text(file) : written_text(file);
    if (result.files.empty()) text += "Nothing to write: this path is about what is there.\n";
    text += assets_text(result.assets, result.options.dry_run);
    for (const setup::NewDirectory& made : result.created_directories)
        text += fmt::format("Made {} (mode 0700) {}\n", redactor.clean(made.path).str(), made.purpose);
    if (!result.plan.notes.empty()) text += "\n" + notes_text(result.plan);
    if (result.options.dry_run) return text;
    std::string planes;
    for (const auto plane : intent.control_planes)
        planes += fmt::format("{}{}", planes.empty() ? "" : ", ", catalogue::to_string(plane));
    text += fmt::format("{}Execution authority {}, state owned by {}{}\n",
                        result.plan.notes.empty() ? "" : "\n", catalogue::to_string(intent.authority), planes,
                        forgets(result) ? " (memory store: nothing survives a restart)" : "");
    if (result.check) text += "\nCheck  " + check_text(*result.check, color);
    text += steps_text(result);
    return text + command_text(result);
}

namespace {

json file_json(const PreparedFile& file) {
    json diff = json::array();
    for (const SafeText& line : file.diff) diff.push_back(line.str());
    const Redactor redactor;
    return {{"path", redactor.clean(file.path).str()},
            {"kind", file.env == nullptr ? "layer" : "env"},
            {"mode", "0600"},
            {"dialect", file.env == nullptr ? json(nullptr) : json(config::to_string(file.dialect))},
            {"change", change_name(file.outcome.change)},
            {"tightened", file.outcome.tightened},
            {"backup",
             file.outcome.backup.empty() ? json(nullptr) : json(redactor.clean(file.outcome.backup).str())},
            {"diff", diff}};
}

json values_json(const SetupResult& result) {
    const Redactor redactor;
    json values = json::array();
    for (const PreparedFile& file : result.files) {
        if (file.env == nullptr) continue;
        for (const auto& value : file.env->values)
            values.push_back(
                {{"key", value.key},
                 {"value", masked(value) ? json(nullptr) : json(redactor.clean(value.value.reveal()).str())},
                 {"secret", masked(value)},
                 {"origin", to_string(value.origin)},
                 {"file", redactor.clean(file.path).str()}});
    }
    return values;
}

json assets_json(const SetupResult& result) {
    const Redactor redactor;
    json assets = json::array();
    for (const PreparedAsset& asset : result.assets.written)
        assets.push_back(
            {{"path", redactor.clean(asset.path).str()},
             {"purpose", redactor.clean(asset.purpose).str()},
             {"change", asset.change == setup::AssetOutcome::Change::created    ? "created"
                        : asset.change == setup::AssetOutcome::Change::replaced ? "replaced"
                                                                                : "unchanged"},
             {"next", asset.next.empty() ? json(nullptr) : json(redactor.clean(asset.next).str())}});
    return assets;
}

json left_out_json(const SetupResult& result) {
    const Redactor redactor;
    json sentences = json::array();
    for (const std::string& sentence : result.assets.left_out)
        sentences.push_back(redactor.clean(sentence).str());
    return sentences;
}

json notes_json(const SetupResult& result) {
    const Redactor redactor;
    json notes = json::array();
    for (const setup::Note& note : result.plan.notes)
        notes.push_back({{"ok", note.ok},
                         {"text", redactor.clean(note.text).str()},
                         {"remedy", redactor.clean(note.remedy).str()}});
    return notes;
}

json steps_json(const SetupResult& result) {
    const Redactor redactor;
    json steps = json::array();
    for (const setup::Step& step : result.plan.steps)
        steps.push_back(
            {{"text", redactor.clean(step.text).str()},
             {"command", step.command.empty() ? json(nullptr) : json(redactor.clean(step.command).str())}});
    return steps;
}

}  // namespace

std::string setup_json(const SetupResult& result) {
    const auto& intent = catalogue::row(result.plan.intent);
    json planes = json::array();
    for (const auto plane : intent.control_planes) planes.push_back(catalogue::to_string(plane));
    json files = json::array();
    for (const PreparedFile& file : result.files) files.push_back(file_json(file));
    json directories = json::array();
    for (const setup::NewDirectory& made : result.created_directories) directories.push_back(made.path);
    const json document{{"schemaVersion", 1},
                        {"tool", {{"name", "cowork"}, {"version", COWORK_VERSION}}},
                        {"command", "setup"},
                        {"intent", intent.id},
                        {"topology", intent.topology},
                        {"executionAuthority", catalogue::to_string(intent.authority)},
                        {"controlPlanes", planes},
                        {"dryRun", result.options.dry_run},
                        {"files", files},
                        {"directories", directories},
                        {"values", values_json(result)},
                        {"assets", assets_json(result)},
                        {"assetsLeftOut", left_out_json(result)},
                        {"notes", notes_json(result)},
                        {"steps", steps_json(result)},
                        {"check", check_json(result)},
                        {"next", result.next},
                        {"exitCode", result.exit_code},
                        {"redacted", true}};
    return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace cowork::app
