#include "checks/desktop_target.hpp"

#include <algorithm>

namespace cowork::checks {
namespace {

// A layer as Desktop reads it: a link counts as what it names, and what is no regular file as empty.
Result<std::string> read_layer(const Context& context, const std::string& path) {
    auto text = context.files.read(path, largest_desktop_file, probes::Links::follow);
    if (!text && text.error().code == ErrorCode::refused) return std::string{};
    return text;
}

Result<rules::DesktopLayers> layers_of(const Context& context) {
    return rules::read_desktop_layers(
        context.environment, [&](const std::string& path) { return read_layer(context, path); },
        rules::this_platform(), context.wishes.resources);
}

}  // namespace

std::optional<Finding> desktop_place(Layers& layers, const Context& context, Desktop& desktop) {
    auto read = layers_of(context);
    if (!read)
        return layers.broke("place", Status::unknown, "desktop.no-home",
                            "HOME is not set to an absolute path"_safe);
    desktop.layers = std::move(*read);
    desktop.root = context.wishes.data_dir.empty() ? desktop.layers.data_root : context.wishes.data_dir;
    while (desktop.root.size() > 1 && desktop.root.ends_with('/')) desktop.root.pop_back();
    const auto facts = context.files.target_facts(desktop.root);
    if (!facts && facts.error().code != ErrorCode::not_found)
        return layers.broke("place", Status::unknown, "desktop.data-unreadable",
                            context.redactor.text("{} cannot be looked at", desktop.root));
    if (!facts || facts->kind != probes::FileKind::directory)
        return layers.broke("place", Status::unknown, "desktop.not-installed",
                            context.redactor.text("there is no directory {}", desktop.root));
    // Inside an unreadable directory every file would look absent or refused, one by one.
    if (const auto inside = context.files.facts(desktop.root + "/.");
        !inside && inside.error().code == ErrorCode::permission)
        return layers.broke("place", Status::unknown, "desktop.data-unreadable",
                            context.redactor.text("{} is closed to this user", desktop.root));
    desktop.owner = facts->owner;
    layers.passed("place", context.redactor.text("Desktop keeps its data in {}", desktop.root));
    return std::nullopt;
}

std::optional<Desktop> find_desktop(const Context& context) {
    Desktop desktop;
    Layers unused;
    if (desktop_place(unused, context, desktop)) return std::nullopt;
    return desktop;
}

bool only_unreadable(const rules::DesktopLayers& layers) {
    return std::all_of(layers.problems.begin(), layers.problems.end(), [](const Error& problem) {
        return problem.code == ErrorCode::permission || problem.code == ErrorCode::io;
    });
}

std::optional<Finding> judge_desktop_layers(Layers& layers, const Context& context, const Desktop& desktop) {
    const auto& problems = desktop.layers.problems;
    if (problems.empty()) {
        layers.passed("configuration",
                      context.redactor.text("{} layers of configuration", desktop.layers.found.size()));
        return std::nullopt;
    }
    layers.source(problems.front().where);
    const bool unreadable = only_unreadable(desktop.layers);
    auto finding =
        unreadable ? layers.broke("configuration", Status::unknown, "desktop.configuration-unreadable",
                                  context.redactor.text("{}", problems.front().message))
                   : layers.broke("configuration", Status::action_required, "desktop.configuration-ignored",
                                  context.redactor.text("Desktop ignores all of its configuration: {}",
                                                        problems.front().message));
    finding.because = desktop_configuration_check;
    return finding;
}

SafeText plain_id(const Context& context, std::string_view id) {
    constexpr std::size_t longest = 80;
    const bool plain = !id.empty() && id.size() <= longest && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_' || c == '.' || c == '/' || c == ':';
    });
    return plain ? context.redactor.clean(id) : "(unusual)"_safe;
}

}  // namespace cowork::checks
