#include "checks/env_file_layers.hpp"

#include "core/shell_quote.hpp"
#include "envfile/git_guard.hpp"
#include "rules/channel_gateway.hpp"
#include "rules/cloud_server.hpp"
#include "rules/standalone_gateway.hpp"

#include <optional>
#include <string_view>

namespace cowork::checks {
namespace {

std::optional<Finding> place_in_git(Layers& layers, const Context& context, const std::string& path) {
    const auto verdict = envfile::ask_git(path, context.probe());
    switch (verdict.state) {
        case envfile::GitState::outside:
        case envfile::GitState::ignored:
            return std::nullopt;
        case envfile::GitState::unknown:
            // Not being able to ask git is no evidence of danger; it is told, and the file's mode decides.
            layers.passed("git",
                          context.redactor.text("{}: git could not be asked: {}", path, verdict.reason));
            return std::nullopt;
        case envfile::GitState::tracked:
            return layers.broke("git", Status::action_required, "env-file.tracked",
                                context.redactor.text("{} is tracked by git", path),
                                context.redactor.text("git rm --cached -- {}", path_word(path)));
        case envfile::GitState::not_ignored:
            return layers.broke(
                "git", Status::action_required, "env-file.not-ignored",
                context.redactor.text("{} is not ignored by git", path),
                context.redactor.text("echo {} >> {}", shell_quote("/" + verdict.relative_path),
                                      path_word(verdict.work_tree + "/.gitignore")));
    }
    return std::nullopt;
}

std::optional<Finding> one_env_file(Layers& layers, const Context& context, const std::string& path) {
    layers.source({path, 0, 0, {}});
    const auto facts = context.files.facts(path);
    // It was read a moment ago.
    if (!facts)
        return layers.broke(
            "file", Status::unknown, "env-file.not-regular",
            context.redactor.text("{} has changed meanwhile: {}", path, facts.error().message));
    if (facts->kind != probes::FileKind::regular || facts->links > 1)
        return layers.broke(
            "file", Status::action_required, "env-file.not-regular",
            context.redactor.text("{} is a link, has several names, or is no regular file", path));
    const uid_t user = context.files.effective_user();
    // Root may look after the file of a service user; anybody else must own what they trust.
    if (facts->owner != user && user != 0)
        return layers.broke("owner", Status::action_required, "env-file.owner",
                            context.redactor.text("{} belongs to user {}", path, facts->owner));
    if ((facts->mode & 077U) != 0)
        return layers.broke(
            "mode", Status::action_required, "env-file.mode",
            context.redactor.text("{} has mode {:04o}: others can read it", path, facts->mode),
            context.redactor.text("chmod 600 {}", path_word(path)));
    if (auto broken = place_in_git(layers, context, path)) return broken;
    layers.passed("file", context.redactor.text("{}: mode {:04o}, not in git", path, facts->mode));
    return std::nullopt;
}

}  // namespace

Finding env_files_private(const Context& context, const std::vector<std::string>& files) {
    Layers layers;
    layers.evidence("files", static_cast<std::int64_t>(files.size()));
    for (const std::string& path : files)
        if (auto broken = one_env_file(layers, context, path)) return std::move(*broken);
    if (files.empty()) return layers.ready("no env file is in use"_safe);
    return layers.ready(files.size() == 1 ? context.redactor.text("{} is private", files.front())
                                          : context.redactor.text("{} env files are private", files.size()));
}

bool only_the_cloud_reads(const Context& context, const std::string& path) {
    bool cloud = false;
    bool other = false;
    const auto look_at = [&](const config::Setting& setting) {
        if (setting.source.file != path) return;
        const bool gateways = setting.key.starts_with(rules::gateway_prefix) ||
                              rules::channel_gateway().find(setting.key) != nullptr;
        other = other || gateways;
        cloud = cloud || (!gateways && setting.key.starts_with(rules::cloud_prefix));
    };
    for (const auto& setting : context.config.settings()) look_at(setting);
    for (const auto& setting : context.config.overridden()) look_at(setting);
    return cloud && !other;
}

}  // namespace cowork::checks
