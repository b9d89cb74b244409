#include "core/text.hpp"
#include "setup/desktop/layer.hpp"
#include "setup/desktop/local.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace cowork::setup {
namespace {

using rules::DesktopLayers;

// A variable that changes what Desktop or its runtime does. `only` is the value that has the effect; any
// when empty.
struct Switch {
    std::string_view name;
    std::string_view only;
    bool harmless;
    std::string_view effect;
};
constexpr std::array switches{
    Switch{"OPENCODE_CONFIG", "", true,
           "counts only when Desktop runs OpenCode with this machine's own configuration"},
    Switch{"OPENCODE_CONFIG_DIR", "", true,
           "counts only when Desktop runs OpenCode with this machine's own configuration"},
    Switch{"OPENCODE_CONFIG_CONTENT", "", true,
           "counts only when Desktop runs OpenCode with this machine's own configuration"},
    Switch{"OPEN_COWORK_USER_DATA_DIR", "", true, "moves everything that Desktop keeps"},
    Switch{"OPEN_COWORK_DISABLE_SEMANTIC_UI_MCP", "1", false, "turns off the tools that act in the app"},
    Switch{"OPEN_COWORK_RUNTIME_COMPONENT_MANIFEST", "", false,
           "replaces the list that the runtime's components are verified with"},
    Switch{"OPEN_COWORK_RUNTIME_COMPONENT_ENFORCE", "1", true,
           "makes Desktop refuse runtime components that do not match their list"},
    Switch{"OPEN_COWORK_E2E", "1", false, "is for tests of the app: it turns off the single-instance lock"},
};

// Desktop environments for which the app's runtime (Chromium) chooses a keyring; on any other it keeps
// secrets unprotected, which a packaged Desktop refuses.
constexpr std::array keyring_desktops{
    std::string_view{"gnome"},    std::string_view{"unity"},      std::string_view{"kde"},
    std::string_view{"xfce"},     std::string_view{"x-cinnamon"}, std::string_view{"cinnamon"},
    std::string_view{"pantheon"}, std::string_view{"deepin"},     std::string_view{"ukui"}};

enum class There { unknown, no, yes };

// Asked of the file system; where nobody may ask it, of reading.
There exists(const Surroundings& surroundings, const std::string& path) {
    switch (surroundings.facts(path).kind) {
        case PathKind::unknown:
            return There::unknown;
        case PathKind::absent:
            return There::no;
        case PathKind::file:
        case PathKind::directory:
        case PathKind::other:
            return There::yes;
    }
    return There::unknown;
}

class Findings {
  public:
    Findings(const DesktopLayers& layers, const Surroundings& surroundings)
        : layers_(layers), surroundings_(surroundings) {}

    std::vector<Note> run() {
        root();
        settings();
        for (Note& each : layer_notes(layers_)) notes_.push_back(std::move(each));
        keyring();
        variables();
        cloud();
        return std::move(notes_);
    }

  private:
    void note(bool ok, std::string text, std::string remedy = {}) {
        notes_.push_back({ok, std::move(text), std::move(remedy)});
    }
    std::string in_root(std::string_view name) const { return fmt::format("{}/{}", layers_.data_root, name); }
    std::string variable(std::string_view name) const {
        return surroundings_.environment == nullptr ? std::string{}
                                                    : rules::variable(*surroundings_.environment, name);
    }

    void root() {
        switch (exists(surroundings_, layers_.data_root)) {
            case There::yes:
                note(true, fmt::format("Desktop keeps its data in {}", layers_.data_root));
                break;
            case There::no:
                note(false,
                     fmt::format("{} is not there: Desktop has not run for this user", layers_.data_root),
                     "start Desktop once; if it runs under another name or user, set "
                     "OPEN_COWORK_USER_DATA_DIR "
                     "or HOME as it has them");
                break;
            case There::unknown:
                note(false, fmt::format("cannot tell whether {} is there", layers_.data_root),
                     "run cowork as the user who runs Desktop");
                break;
        }
    }

    void settings() {
        const bool plain = exists(surroundings_, in_root("settings.json")) == There::yes;
        const auto sealed = surroundings_.facts(in_root("settings.enc"));
        if (plain)
            note(false,
                 fmt::format(
                     "{} holds settings and their secrets in plain text, and an installed Desktop does "
                     "not start with it",
                     in_root("settings.json")),
                 "if Desktop is installed and not a development build, quit it and move that file away");
        if (sealed.kind == PathKind::file) {
            if ((sealed.mode & 077U) != 0)
                note(false,
                     fmt::format("{} is open to other users (mode {:04o})", in_root("settings.enc"),
                                 sealed.mode),
                     fmt::format("chmod 600 '{}'", in_root("settings.enc")));
            else
                note(true, "settings are saved, encrypted and private");
        } else if (sealed.kind == PathKind::absent && !plain) {
            note(false, "Desktop has saved no settings yet",
                 "finish its first start: provider, key and model");
        }
    }

    // The keyring is only seen through the session that this command runs in.
    void keyring() {
        if (has_settings(layers_, surroundings_) || rules::this_platform() == rules::Platform::macos) return;
        const std::string session = lowered(variable("XDG_CURRENT_DESKTOP"));
        if (variable("DBUS_SESSION_BUS_ADDRESS").empty()) {
            note(
                false,
                "this session has no D-Bus session bus, so no keyring can be reached from it; without one "
                "an installed Desktop cannot save settings",
                "start Desktop from a desktop session with GNOME Keyring, KWallet or another Secret Service");
        } else if (!any_keyring_desktop(session)) {
            note(false,
                 "XDG_CURRENT_DESKTOP names no desktop that the app chooses a keyring for; without one an "
                 "installed Desktop cannot save settings",
                 "start Desktop with --password-store=gnome-libsecret if a Secret Service runs");
        } else {
            note(true, "this desktop session is one that the app chooses a keyring for");
        }
    }

    static bool any_keyring_desktop(std::string_view session) {
        while (!session.empty()) {
            const auto colon = session.find(':');
            if (std::find(keyring_desktops.begin(), keyring_desktops.end(), session.substr(0, colon)) !=
                keyring_desktops.end())
                return true;
            session = colon == std::string_view::npos ? std::string_view{} : session.substr(colon + 1);
        }
        return false;
    }

    void variables() {
        for (const Switch& each : switches) {
            const std::string value = variable(each.name);
            if (value.empty() || (!each.only.empty() && value != each.only)) continue;
            note(each.harmless, fmt::format("{} is set here; it {}", each.name, each.effect),
                 each.harmless
                     ? std::string{}
                     : fmt::format("unset {} where Desktop starts, unless that is wanted", each.name));
        }
    }

    void cloud() {
        constexpr std::string_view key = "/cloudDesktop/enabled";
        if (!layers_.flag(key).value_or(true))
            note(true, fmt::format("Cloud workspaces are turned off ({})",
                                   layers_.winner(key)->document.where(key).place()));
    }

    const DesktopLayers& layers_;
    const Surroundings& surroundings_;
    std::vector<Note> notes_;
};

}  // namespace

std::vector<Note> desktop_findings(const DesktopLayers& layers, const Surroundings& surroundings) {
    return Findings(layers, surroundings).run();
}

bool has_settings(const DesktopLayers& layers, const Surroundings& surroundings) {
    return exists(surroundings, layers.data_root + "/settings.enc") == There::yes;
}

}  // namespace cowork::setup
