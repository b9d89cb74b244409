#include "cowork/commands/setup_files.hpp"

#include "config/env_file.hpp"
#include "core/atomic_file.hpp"
#include "envfile/diff.hpp"
#include "envfile/document.hpp"
#include "envfile/git_guard.hpp"
#include "envfile/merge.hpp"
#include "rules/secret_names.hpp"
#include "secrets/redactor.hpp"
#include "setup/env_text.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <utility>

namespace cowork::app {
namespace {

using namespace std::chrono_literals;

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

// Whether a file that cowork did not write is an env file of a service that cowork knows.
bool recognised(const config::EnvFile& file) {
    return std::any_of(file.entries.begin(), file.entries.end(),
                       [](const auto& entry) { return rules::find_key(entry.key) != nullptr; });
}

// Only a service's own keys are known not to be secret: a name such as SESSION_KEY or REDIS_URL says nothing
// of what its value holds.
bool masked(std::string_view key) { return rules::find_key(key) == nullptr || rules::is_secret_key(key); }

std::vector<envfile::Wish> wishes_of(const setup::EnvFile& file) {
    std::vector<envfile::Wish> wishes;
    for (const auto& value : file.values)
        if (const auto group = file.service->group_of(value.key); !group.empty())
            wishes.push_back({value.key, value.value.clone(), std::string(group)});
    for (const std::string& key : file.absent) wishes.push_back({key, std::nullopt, {}});
    return wishes;
}

Result<void> render(const setup::EnvFile& env, PreparedFile& file, const ExistingFiles& existing) {
    if (!blank(file.before->text.reveal())) {
        auto merged = envfile::merge(file.before->text.reveal(), file.path,
                                     existing.read_dialect(*file.before), file.dialect, wishes_of(env));
        if (merged) {
            file.text = std::move(merged->text);
            file.stale = std::move(merged->stale);
            return {};
        }
        // With --force a file that cannot be edited is replaced; its backup stays.
        if (!existing.force() || merged.error().code != ErrorCode::invalid)
            return tl::unexpected(std::move(merged.error()));
    }
    auto text = setup::render_new(env, file.dialect, COWORK_VERSION);
    if (!text) return tl::unexpected(std::move(text.error()));
    file.text = std::move(*text);
    return {};
}

Result<PreparedFile> prepare(const setup::EnvFile& env, ExistingFiles& existing) {
    const auto before = existing.env_text(env.path);
    if (!before) return tl::unexpected(before.error());
    PreparedFile file;
    file.path = env.path;
    file.env = &env;
    file.before = *before;
    file.dialect = existing.write_dialect(**before);
    if (auto rendered = render(env, file, existing); !rendered) return tl::unexpected(rendered.error());
    file.diff = envfile::masked_diff({file.before->text.reveal(), existing.read_dialect(*file.before)},
                                     {file.text.reveal(), file.dialect}, masked, Redactor());
    // The header of a new file, up to the first blank line, says nothing that the operator decided.
    if (const auto blank_line = std::find_if(file.diff.begin(), file.diff.end(),
                                             [](const SafeText& line) { return line.str() == "+"; });
        !file.before->found && blank_line != file.diff.end())
        file.diff.erase(file.diff.begin() + 1, blank_line + 1);
    return file;
}

Result<PreparedFile> prepare(const setup::LayerFile& layer, ExistingFiles& existing) {
    const auto before = existing.env_text(layer.path);
    if (!before) return tl::unexpected(before.error());
    const std::string* read = existing.read_before(layer.path);
    if (read != nullptr && *read != (*before)->text.reveal())
        return fail(ErrorCode::refused, fmt::format("{} changed while it was being read", layer.path),
                    "try again");
    PreparedFile file;
    file.path = layer.path;
    file.before = *before;
    file.text = Secret(layer.text);
    const Redactor redactor;
    for (const std::string& edit : layer.edits) file.diff.push_back(redactor.clean(edit));
    return file;
}

// Every check that writing makes, without writing. A directory that setup will make need not be there.
Result<void> check(PreparedFile& file, const ExistingFiles& existing) {
    if (file.env == nullptr) {
        std::error_code problem;
        const auto parent = std::filesystem::path(file.path).parent_path();
        if (!parent.empty() && !std::filesystem::exists(parent, problem)) return {};
    }
    if (const auto git = envfile::check_target(file.path, Budget::lasting(5s)); !git)
        return tl::unexpected(git.error());
    auto outcome = envfile::write_private(
        file.path, file.text, {.force = existing.force(), .dry_run = true, .merged_from = file.before});
    if (!outcome) return tl::unexpected(std::move(outcome.error()));
    file.outcome = std::move(*outcome);
    return {};
}

}  // namespace

Result<const envfile::ExistingText*> ExistingFiles::env_text(const std::string& path) {
    if (const auto known = env_.find(path); known != env_.end()) return &known->second;
    std::error_code problem;
    const auto parent = std::filesystem::path(path).parent_path();
    // A missing directory is the writer's to tell, once the plan stands.
    if (!parent.empty() && !std::filesystem::exists(parent, problem))
        return &env_.try_emplace(path).first->second;
    auto text = envfile::read_existing(path);
    if (!text) return tl::unexpected(std::move(text.error()));
    return &env_.try_emplace(path, std::move(*text)).first->second;
}

config::Dialect ExistingFiles::read_dialect(const envfile::ExistingText& text) const {
    if (const auto header = config::read_header(text.text.reveal())) return header->dialect;
    if (!text.found || blank(text.text.reveal())) return wished_.value_or(config::Dialect::portable);
    return wished_.value_or(config::detect_dialect(text.text.reveal()));
}

config::Dialect ExistingFiles::write_dialect(const envfile::ExistingText& text) const {
    return wished_.value_or(read_dialect(text));
}

Result<config::Config> ExistingFiles::values(const std::string& path) {
    config::Config values;
    const auto text = env_text(path);
    if (!text) return tl::unexpected(text.error());
    const auto content = (*text)->text.reveal();
    if (!(*text)->found || blank(content)) return values;
    config::EnvFile file = config::parse_env_file(content, path, read_dialect(**text));
    if (!force_ && !file.by_cowork && !recognised(file))
        return fail(ErrorCode::refused,
                    fmt::format("{} exists and is no settings file that cowork recognises", path),
                    "choose another path, or take it over with --force");
    for (auto& entry : file.entries) values.set(entry.key, std::move(entry.value), entry.where);
    return values;
}

Result<std::string> ExistingFiles::text(const std::string& path) {
    auto text = read_file(path, config::max_env_file_bytes);
    if (text) plain_[path] = *text;
    if (!text && text.error().code == ErrorCode::not_found) plain_[path].clear();
    return text;
}

const std::string* ExistingFiles::read_before(const std::string& path) const {
    const auto found = plain_.find(path);
    return found == plain_.end() ? nullptr : &found->second;
}

Result<std::vector<PreparedFile>> prepare_files(const setup::Plan& plan, ExistingFiles& existing) {
    std::vector<PreparedFile> files;
    for (const setup::EnvFile& env : plan.env_files) {
        auto file = prepare(env, existing);
        if (!file) return tl::unexpected(std::move(file.error()));
        files.push_back(std::move(*file));
    }
    for (const setup::LayerFile& layer : plan.layers) {
        auto file = prepare(layer, existing);
        if (!file) return tl::unexpected(std::move(file.error()));
        files.push_back(std::move(*file));
    }
    return files;
}

Result<void> check_files(std::vector<PreparedFile>& files, const ExistingFiles& existing) {
    for (PreparedFile& file : files)
        if (auto checked = check(file, existing); !checked) return checked;
    return {};
}

Result<void> write_files(std::vector<PreparedFile>& files, const ExistingFiles& existing) {
    std::string written;
    for (PreparedFile& file : files) {
        if (const auto parent = std::filesystem::path(file.path).parent_path();
            file.env == nullptr && !parent.empty())
            if (auto made = make_directory(parent); !made) return tl::unexpected(std::move(made.error()));
        auto outcome = envfile::write_private(file.path, file.text,
                                              {.force = existing.force(), .merged_from = file.before});
        if (!outcome) {
            Error error = std::move(outcome.error());
            if (!written.empty()) error.message += fmt::format("; written before it: {}", written);
            return tl::unexpected(std::move(error));
        }
        file.outcome = std::move(*outcome);
        if (file.outcome.change != envfile::WriteOutcome::Change::unchanged)
            written += (written.empty() ? "" : ", ") + file.path;
    }
    return {};
}

Result<bool> make_directory(const std::string& path) {
    std::error_code problem;
    if (std::filesystem::is_directory(path, problem)) return false;
    std::string part;
    for (const auto& name : std::filesystem::path(path)) {
        part = part.empty() ? name.string() : (std::filesystem::path(part) / name).string();
        if (::mkdir(part.c_str(), 0700) == 0) continue;
        const int why = errno;
        if (why == EEXIST && std::filesystem::is_directory(part, problem)) continue;
        return tl::unexpected(system_error(why == EEXIST ? ENOTDIR : why, "make the directory", part));
    }
    return true;
}

}  // namespace cowork::app
