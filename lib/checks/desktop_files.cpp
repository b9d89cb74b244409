#include "checks/desktop.hpp"
#include "checks/desktop_target.hpp"
#include "core/shell_quote.hpp"

#include <array>

namespace cowork::checks {
namespace {

constexpr std::array docs{std::string_view{"docs/reference/checks.md"}};
constexpr std::array shown_for{catalogue::Intent::desktop_local, catalogue::Intent::desktop_pairing};

constexpr std::array own_reasons{
    Reason{"desktop-files.open", Status::action_required,
           "other users of this machine can read or change a file that holds Desktop's secrets",
           "give it to the user who runs Desktop, with mode 600"},
    Reason{"desktop-files.not-regular", Status::action_required,
           "a file for secrets is a symbolic link, has several names, or is no regular file",
           "replace it by a regular file of its own"},
    Reason{"desktop-files.unreadable", Status::unknown, "a file's mode and owner cannot be seen",
           "run doctor as the user who runs Desktop"},
};
constexpr auto reasons = joined(desktop_place_reasons, own_reasons);

// Where Desktop keeps what nobody else may read (contract/health-center.md section 7).
constexpr std::array private_files{
    std::string_view{"settings.enc"},
    std::string_view{"settings.json"},
    std::string_view{"desktop-pairing-credentials.json"},
    std::string_view{"cloud-workspace-credentials.json"},
    std::string_view{"gateway-workspace-credentials.json"},
    std::string_view{"google-tokens.json"},
    std::string_view{"application_default_credentials.json"},
    std::string_view{"runtime-home/.local/share/opencode/auth.json"},
};

std::optional<Finding> one_file(Layers& layers, const Context& context, const Desktop& desktop,
                                const std::string& path, std::int64_t& seen) {
    const auto facts = context.files.facts(path);
    if (!facts && facts.error().code == ErrorCode::not_found) return std::nullopt;
    layers.source({path, 0, 0, {}});
    if (!facts)
        return layers.broke("file", Status::unknown, "desktop-files.unreadable",
                            context.redactor.text("{} cannot be looked at", path));
    if (facts->kind != probes::FileKind::regular || facts->links > 1)
        return layers.broke(
            "file", Status::action_required, "desktop-files.not-regular",
            context.redactor.text("{} is a link, has several names, or is no regular file", path));
    if ((facts->mode & 077U) != 0)
        return layers.broke("mode", Status::action_required, "desktop-files.open",
                            context.redactor.text("{} has mode {:04o}: others can use it", path, facts->mode),
                            context.redactor.text("chmod 600 {}", path_word(path)));
    if (facts->owner != desktop.owner)
        return layers.broke("owner", Status::action_required, "desktop-files.open",
                            context.redactor.text("{} belongs to user {}, Desktop's data to user {}", path,
                                                  facts->owner, desktop.owner));
    ++seen;
    layers.passed("file", context.redactor.text("{}: mode {:04o}", path, facts->mode));
    return std::nullopt;
}

Finding files_private(const Context& context) {
    Layers layers;
    Desktop desktop;
    if (auto broken = desktop_place(layers, context, desktop)) return std::move(*broken);
    std::int64_t seen = 0;
    for (const std::string_view name : private_files)
        if (auto broken = one_file(layers, context, desktop, desktop.file(name), seen))
            return std::move(*broken);
    layers.source({});
    layers.evidence("files", seen);
    return layers.ready(seen == 0 ? "Desktop keeps no secrets here yet"_safe
                                  : context.redactor.text("{} files with secrets are private", seen));
}

constexpr std::array rows{
    Check{.id = "desktop.files.private",
          .label = "Desktop secret files private",
          .authority = catalogue::Authority::desktop_local,
          .control_plane = std::nullopt,
          .failing = Status::action_required,
          .looks_at = "Kind, mode and owner of the files in which Desktop keeps settings, tokens and "
                      "provider keys. What is in them is not read.",
          .docs = docs,
          .needs = {},
          .ready_when = {},
          .also_for = {},
          .reasons = reasons,
          .run = files_private,
          .shown_for = shown_for},
};

}  // namespace

std::span<const Check> desktop_files_checks() { return rows; }

}  // namespace cowork::checks
