#include "matrix/desktop_world.hpp"
#include "matrix/groups.hpp"
#include "rules/desktop_workspaces.hpp"
#include "support/real_opencode.hpp"
#include "support/require_service.hpp"
#include "support/schema.hpp"

#include <unistd.h>

namespace cowork::test::matrix {
namespace {

using nlohmann::json;
using DesktopCase = Case<DesktopWorld>;
using Cases = std::vector<DesktopCase>;
using Fault = std::function<void(DesktopWorld&)>;

constexpr auto ready = Status::ready;
constexpr auto degraded = Status::degraded;
constexpr auto action = Status::action_required;
constexpr auto offline = Status::offline;
constexpr auto unknown = Status::unknown;

const std::string deep(200000, '[');
// A workspace of that URL is asked too: it must be on this machine, and nobody may answer.
const std::string nowhere = "https://127.0.0.1:9";

void add(Cases& all, std::string_view check, const std::string& fault, Status status, std::string_view reason,
         int exit_code, const Fault& breaks) {
    all.push_back({{check, fault, status, reason, exit_code}, breaks});
}

// What every check of a Desktop can end with.
void add_places(Cases& all, std::string_view check) {
    add(all, check, "HOME is not set", unknown, "desktop.no-home", 3,
        [](DesktopWorld& world) { world.environment.erase("HOME"); });
    add(all, check, "HOME is relative", unknown, "desktop.no-home", 3,
        [](DesktopWorld& world) { world.environment["HOME"] = "home"; });
    add(all, check, "Desktop never ran", unknown, "desktop.not-installed", 3,
        [](DesktopWorld& world) { std::filesystem::remove_all(world.at("")); });
    add(all, check, "--data-dir names a file", unknown, "desktop.not-installed", 3, [](DesktopWorld& world) {
        world.arguments = {"--data-dir", world.at("settings.enc")};
    });
    add(all, check, "the data directory is closed to this user", unknown, "desktop.data-unreadable", 3,
        [](DesktopWorld& world) { world.close(world.at(".")); });
}

void add_layers(Cases& all, std::string_view check) {
    add(all, check, "a layer with an unknown key", action, "desktop.configuration-ignored", 1,
        [](DesktopWorld& world) { world.write(world.home(world.layer), R"({"cloudDeskop":{}})"); });
    add(all, check, "a layer that ends in the middle", action, "desktop.configuration-ignored", 1,
        [](DesktopWorld& world) { world.write(world.home(world.layer), R"({"providers":{)"); });
    add(all, check, "a layer closed to this user", unknown, "desktop.configuration-unreadable", 3,
        [](DesktopWorld& world) { world.close(world.home(world.layer)); });
}

Cases runtime_cases() {
    constexpr std::string_view check = "desktop.runtime.ready";
    Cases all;
    add(all, check, "nothing", ready, "", 0, nullptr);
    add_places(all, check);
    add_layers(all, check);
    add(all, check, "Desktop with a window: only its runtime's process is seen", unknown,
        "desktop.runtime-not-visible", 3, [](DesktopWorld& world) { world.no_headless(); });
    add(all, check, "neither a runtime nor a note of one", unknown, "desktop.runtime-not-visible", 3,
        [](DesktopWorld& world) {
            world.no_headless();
            world.end_runtime();
            std::filesystem::remove(world.at(world.ledger));
        });
    add(all, check, "the host says ready, and its runtime is gone", offline, "desktop.runtime-not-running", 1,
        [](DesktopWorld& world) { world.end_runtime(); });
    add(all, check, "the host's report is older than its process", unknown, "desktop.runtime-not-visible", 3,
        [](DesktopWorld& world) {
            world.headless([](json& state) { state["updatedAt"] = "2020-01-01T00:00:00.000Z"; });
        });
    add(all, check, "the host has ended", unknown, "desktop.runtime-not-visible", 3,
        [](DesktopWorld& world) { world.headless([](json& state) { state["pid"] = 0x3fffffff; }); });
    add(all, check, "the host only checked, and stopped its runtime", unknown, "desktop.runtime-not-visible",
        3, [](DesktopWorld& world) { world.headless([](json& state) { state["mode"] = "check"; }); });
    add(all, check, "the host's report has another version", unknown, "desktop.runtime-not-visible", 3,
        [](DesktopWorld& world) { world.headless([](json& state) { state["schemaVersion"] = 2; }); });
    add(all, check, "the host's report is nested without end", unknown, "desktop.runtime-not-visible", 3,
        [](DesktopWorld& world) { world.write(world.at("headless-host/state.json"), "{\"a\":" + deep); });
    add(all, check, "a FIFO in place of the host's report", unknown, "desktop.runtime-not-visible", 3,
        [](DesktopWorld& world) { world.fifo(world.at("headless-host/state.json")); });
    add(all, check, "the noted runtimes have ended", offline, "desktop.runtime-not-running", 1,
        [](DesktopWorld& world) {
            world.no_headless();
            world.end_runtime();
        });
    add(all, check, "the number of a noted runtime belongs to another program", offline,
        "desktop.runtime-not-running", 1, [](DesktopWorld& world) {
            world.no_headless();
            world.end_runtime();
            world.write(world.at(world.ledger), json::array({::getpid()}).dump());
        });
    add(all, check, "the host says that the runtime is not ready", action, "desktop.runtime-not-ready", 1,
        [](DesktopWorld& world) {
            world.headless([](json& state) {
                state["status"]["runtime"] = {
                    {"ready", false}, {"phase", "health-auth"}, {"error", "no answer"}};
            });
        });
    add(all, check, "a check of the runtime failed", degraded, "desktop.runtime-check-failed", 4,
        [](DesktopWorld& world) {
            world.headless([](json& state) {
                state["status"]["checks"] = json::array(
                    {{{"code", "runtime.components"}, {"severity", "error"}, {"status", "fail"}}});
            });
        });
    const auto bad_ledger = [&](const std::string& fault, const Fault& breaks) {
        add(all, check, fault, unknown, "desktop.runtime-ledger-unreadable", 3,
            [breaks](DesktopWorld& world) {
                world.no_headless();
                breaks(world);
            });
    };
    bad_ledger("the note of runtimes is no list",
               [](DesktopWorld& world) { world.write(world.at(world.ledger), "{}"); });
    bad_ledger("the note of runtimes holds text",
               [](DesktopWorld& world) { world.write(world.at(world.ledger), R"(["1"])"); });
    bad_ledger("the note of runtimes is nested without end",
               [](DesktopWorld& world) { world.write(world.at(world.ledger), deep); });
    bad_ledger("the note of runtimes is huge", [](DesktopWorld& world) {
        world.write(world.at(world.ledger), std::string(2UL * 1024 * 1024, ' '));
    });
    bad_ledger("a FIFO in place of the note of runtimes",
               [](DesktopWorld& world) { world.fifo(world.at(world.ledger)); });
    return all;
}

// Encrypted settings, whose choice is ready only if whatever it may be is.
void add_hidden_choices(Cases& all, std::string_view check) {
    const auto offering = [&](const std::string& fault, bool enough,
                              const std::function<void(json&)>& change) {
        add(all, check, "encrypted settings, and " + fault, enough ? ready : unknown,
            enough ? "" : "desktop.settings-encrypted", enough ? 0 : 3,
            [change](DesktopWorld& world) { world.providers(change); });
    };
    const auto own = [](json credentials) {
        return json{
            {"own",
             {{"npm", "@x/y"}, {"name", "Own"}, {"models", json::object()}, {"credentials", credentials}}}};
    };
    const json field{{"key", "apiKey"}, {"label", "Key"}, {"description", "Its key"}};
    const auto required = [field](const json& value) {
        json one = field;
        one["required"] = value;
        return json::array({one});
    };
    offering("another provider on offer has no key", false, [](json& providers) {
        providers["available"] = {"openrouter", "anthropic"};
    });
    offering("nothing says what is on offer", false, [](json& providers) { providers.erase("available"); });
    offering("nothing is on offer", false, [](json& providers) { providers["available"] = json::array(); });
    offering("the default is not on offer", false,
             [](json& providers) { providers["defaultProvider"] = "anthropic"; });
    offering("no model is configured", false, [](json& providers) { providers.erase("defaultModel"); });
    const auto with_own = [=](const json& credentials) {
        return [=](json& providers) {
            providers["available"] = {"openrouter", "own"};
            providers["custom"] = own(credentials);
        };
    };
    offering("another provider on offer needs a key", false, with_own(required(true)));
    offering("another provider on offer may need a key", false, with_own(json::array({field})));
    offering("another provider on offer needs none", true, with_own(json::array()));
    offering("another provider on offer can do without", true, with_own(required(false)));
    add(all, check, "encrypted settings, and the key under the runtime's name for its provider", ready, "", 0,
        [](DesktopWorld& world) {
            world.write(world.at(world.keys), R"({"or":{"type":"api","key":"sk-or-v1-0123456789"}})");
        });
}

Cases credential_cases() {
    constexpr std::string_view check = "desktop.credentials.configured";
    Cases all;
    add(all, check, "nothing", ready, "", 0, nullptr);
    add_places(all, check);
    add_layers(all, check);
    const auto one = [&](const std::string& fault, Status status, std::string_view reason, int exit_code,
                         const Fault& breaks) { add(all, check, fault, status, reason, exit_code, breaks); };
    // Settings of a development build.
    const auto plain = [](DesktopWorld& world, const json& settings) {
        std::filesystem::remove(world.at("settings.enc"));
        world.write(world.at("settings.json"), settings.dump());
    };
    one("no settings are saved", action, "desktop.settings-missing", 1,
        [](DesktopWorld& world) { std::filesystem::remove(world.at("settings.enc")); });
    one("settings both encrypted and plain", action, "desktop.settings-both", 1,
        [](DesktopWorld& world) { world.write(world.at("settings.json"), "{}"); });
    one("plain settings closed to this user", unknown, "desktop.settings-unreadable", 3,
        [=](DesktopWorld& world) {
            plain(world, json::object());
            world.close(world.at("settings.json"));
        });
    one("a FIFO in place of the settings", unknown, "desktop.settings-unreadable", 3,
        [](DesktopWorld& world) {
            std::filesystem::remove(world.at("settings.enc"));
            world.fifo(world.at("settings.json"));
        });
    one("plain settings that end in the middle", action, "desktop.settings-corrupt", 1,
        [](DesktopWorld& world) {
            std::filesystem::remove(world.at("settings.enc"));
            world.write(world.at("settings.json"), R"({"selectedProviderId":)");
        });
    one("plain settings with all that is needed", degraded, "desktop.settings-plaintext", 4,
        [=](DesktopWorld& world) {
            world.secrets.push_back("PLAIN-key-8b2e40563f9c1d7a");
            plain(world, {{"selectedProviderId", "anthropic"},
                          {"selectedModelId", "model-2"},
                          {"providerCredentials", {{"anthropic", {{"apiKey", world.secrets.back()}}}}}});
        });
    one("encrypted settings, and the runtime has no key", unknown, "desktop.settings-encrypted", 3,
        [](DesktopWorld& world) { std::filesystem::remove(world.at(world.keys)); });
    one("encrypted settings, and a blank key", unknown, "desktop.settings-encrypted", 3,
        [](DesktopWorld& world) {
            world.write(world.at(world.keys), R"({"openrouter":{"type":"api","key":" "}})");
        });
    add_hidden_choices(all, check);
    one("the runtime's keys are open to others", action, "desktop.auth-file-refused", 1,
        [](DesktopWorld& world) { REQUIRE(::chmod(world.at(world.keys).c_str(), 0644) == 0); });
    one("the runtime's keys are a symbolic link", action, "desktop.auth-file-refused", 1,
        [](DesktopWorld& world) {
            std::filesystem::rename(world.at(world.keys), world.at("elsewhere"));
            std::filesystem::create_symlink(world.at("elsewhere"), world.at(world.keys));
        });
    one("the runtime's keys have a second name", action, "desktop.auth-file-refused", 1,
        [](DesktopWorld& world) {
            std::filesystem::create_hard_link(world.at(world.keys), world.at("elsewhere"));
        });
    one("a FIFO in place of the runtime's keys", action, "desktop.auth-file-refused", 1,
        [](DesktopWorld& world) { world.fifo(world.at(world.keys)); });
    one("the directory of the runtime's keys is closed to this user", unknown, "desktop.auth-file-unreadable",
        3, [](DesktopWorld& world) { world.close(world.at("runtime-home/.local/share/opencode")); });
    one("the runtime's keys are no object", action, "desktop.auth-file-corrupt", 1,
        [](DesktopWorld& world) { world.write(world.at(world.keys), "[]"); });
    one("the runtime's keys are nested without end", action, "desktop.auth-file-corrupt", 1,
        [](DesktopWorld& world) { world.write(world.at(world.keys), "{\"a\":" + deep); });
    one("no provider is chosen", action, "desktop.provider-not-chosen", 1, [=](DesktopWorld& world) {
        world.write(world.home(world.layer), "{}");
        plain(world, json::object());
    });
    one("the chosen provider has no key, and needs one", action, "desktop.credential-missing", 1,
        [=](DesktopWorld& world) {
            world.write(
                world.home(world.layer),
                R"({"providers":{"custom":{"own":{"npm":"@x/y","name":"Own","models":{},"credentials":)"
                R"([{"key":"apiKey","label":"Key","description":"Its key","required":true}]}}}})");
            plain(world, {{"selectedProviderId", "own"}, {"selectedModelId", "model-3"}});
        });
    one("the chosen provider has no key, and may need none", unknown, "desktop.credential-not-seen", 3,
        [=](DesktopWorld& world) {
            plain(world, {{"selectedProviderId", "ollama"}, {"selectedModelId", "model-4"}});
        });
    return all;
}

json workspace(const std::string& id, const std::string& url) {
    return {{"id", id},
            {"baseUrl", url},
            {"label", "Work"},
            {"lastSyncedAt", nullptr},
            {"createdAt", "2026-08-01T09:00:00.000Z"},
            {"updatedAt", "2026-08-01T09:00:00.000Z"}};
}

Cases workspace_cases() {
    constexpr std::string_view check = "workspace.authority.declared";
    const std::string url = nowhere;
    const std::string cloud_id = rules::workspace_id(rules::RemoteKind::cloud, url);
    const std::string gateway_id = rules::workspace_id(rules::RemoteKind::gateway, url);
    Cases all;
    add_places(all, check);
    add_layers(all, check);
    const auto cloud = [&](const std::string& fault, Status status, std::string_view reason, int exit_code,
                           const std::string& text) {
        add(all, check, fault, status, reason, exit_code,
            [text](DesktopWorld& world) { world.write(world.at("cloud-workspaces.json"), text); });
    };
    cloud("nothing", ready, "", 0, json::array({workspace(cloud_id, url)}).dump());
    cloud("the list of Cloud workspaces ends in the middle", degraded, "workspace.file-corrupt", 4, "[{");
    cloud("the list of Cloud workspaces is nested without end", degraded, "workspace.file-corrupt", 4, deep);
    json with_token = workspace(cloud_id, url);
    with_token["accessToken"] = "x";
    cloud("a row with a token", degraded, "workspace.row-dropped", 4, json::array({with_token}).dump());
    cloud("a row without encryption over a network", degraded, "workspace.row-dropped", 4,
          json::array({workspace(cloud_id, "http://cloud.example.org")}).dump());
    cloud("a row that is no object", degraded, "workspace.row-dropped", 4, "[1]");
    cloud("a Gateway's id among the Cloud workspaces", degraded, "workspace.id-mismatch", 4,
          json::array({workspace(gateway_id, url)}).dump());
    cloud("an id that is another URL's", degraded, "workspace.id-mismatch", 4,
          json::array({workspace("cloud:0123456789abcdef", url)}).dump());
    cloud("a workspace that is there twice", degraded, "workspace.declared-twice", 4,
          json::array({workspace(cloud_id, url), workspace(cloud_id, url)}).dump());
    add(all, check, "one URL as Cloud and as Gateway", degraded, "workspace.two-authorities", 4,
        [=](DesktopWorld& world) {
            world.write(world.at("cloud-workspaces.json"), json::array({workspace(cloud_id, url)}).dump());
            world.write(world.at("gateway-workspaces.json"),
                        json::array({workspace(gateway_id, url)}).dump());
        });
    add(all, check, "a FIFO in place of the list of Gateway workspaces", unknown, "workspace.file-unreadable",
        3, [](DesktopWorld& world) { world.fifo(world.at("gateway-workspaces.json")); });
    add(all, check, "no Desktop and no service", unknown, "workspace.none-declared", 3,
        [](DesktopWorld& world) {
            world.path = "full-hybrid";
            world.arguments = {"--only", "workspace.authority.declared"};
            world.environment.erase("HOME");
        });
    return all;
}

Cases connection_cases() {
    constexpr std::string_view check = "pairing.connection.active";
    Cases all;
    add(all, check, "nothing", ready, "", 0, nullptr);
    const auto one = [&](const std::string& fault, Status status, std::string_view reason, int exit_code,
                         const std::function<void(json&)>& change) {
        add(all, check, fault, status, reason, exit_code,
            [change](DesktopWorld& world) { world.pairing(change); });
    };
    one("the last heartbeat is old", offline, "pairing.heartbeat-stale", 1,
        [](json& record) { record["lastHeartbeatAt"] = "2026-01-01T00:00:00.000Z"; });
    one("there never was a heartbeat", offline, "pairing.heartbeat-stale", 1,
        [](json& record) { record["lastHeartbeatAt"] = nullptr; });
    one("the last heartbeat lies in the future", unknown, "pairing.heartbeat-future", 3,
        [](json& record) { record["lastHeartbeatAt"] = "2999-01-01T00:00:00.000Z"; });
    one("the pairing is offline", offline, "pairing.offline", 1,
        [](json& record) { record["status"] = "paired_offline"; });
    one("the pairing has an error", offline, "pairing.error", 1,
        [](json& record) { record["status"] = "error"; });
    one("the pairing has no broker", action, "pairing.no-broker", 1,
        [](json& record) { record["brokerUrl"] = nullptr; });
    // The policy of what is switched off is not judged, which is unknown too.
    one("the pairing is switched off", action, "pairing.disabled", 1, [](json& record) {
        record["status"] = "disabled";
        record["enabled"] = false;
    });
    one("the pairing is revoked", action, "pairing.revoked", 1, [](json& record) {
        record["status"] = "revoked";
        record["enabled"] = false;
        record["revokedAt"] = "2026-01-01T00:00:00.000Z";
    });
    return all;
}

Cases policy_cases() {
    constexpr std::string_view check = "pairing.remote_policy.scoped";
    Cases all;
    add(all, check, "nothing", ready, "", 0, nullptr);
    const auto one = [&](const std::string& fault, std::string_view reason, const std::string& key,
                         const json& value) {
        add(all, check, fault, action, reason, 1, [=](DesktopWorld& world) {
            world.pairing([=](json& record) { record["policy"][key] = value; });
        });
    };
    one("approvals are given remotely", "pairing.remote-approvals", "remoteApprovals", "remote_allowed");
    one("questions are answered remotely", "pairing.remote-questions", "remoteQuestions", "remote_allowed");
    one("attachments are taken", "pairing.remote-attachments", "allowRemoteAttachments", true);
    one("artifacts are sent", "pairing.exposes-artifacts", "exposeArtifactBodies", true);
    one("paths are sent", "pairing.exposes-paths", "exposeLocalPaths", true);
    one("commands of tools are sent", "pairing.exposes-mcp-details", "exposeLocalMcpDetails", true);
    add(all, check, "the only pairing is switched off", unknown, "pairing.none-enabled", 1,
        [](DesktopWorld& world) {
            world.pairing([](json& record) {
                record["status"] = "disabled";
                record["enabled"] = false;
            });
        });
    return all;
}

Cases pairing_cases() {
    Cases all = connection_cases();
    for (DesktopCase& one : policy_cases()) all.push_back(std::move(one));
    for (const std::string_view check : {"pairing.connection.active", "pairing.remote_policy.scoped"}) {
        add_places(all, check);
        const auto file = [&](const std::string& fault, Status status, std::string_view reason, int exit_code,
                              const std::string& text) {
            add(all, check, fault, status, reason, exit_code,
                [text](DesktopWorld& world) { world.write(world.at("desktop-pairings.json"), text); });
        };
        add(all, check, "there is no list of pairings", unknown, "pairing.none", 3,
            [](DesktopWorld& world) { std::filesystem::remove(world.at("desktop-pairings.json")); });
        file("the list of pairings is empty", unknown, "pairing.none", 3,
             R"({"schemaVersion":1,"pairings":[],"audit":[]})");
        file("the list of pairings has another version", action, "pairing.file-quarantined", 1,
             R"({"schemaVersion":2,"pairings":[],"audit":[]})");
        file("the list of pairings ends in the middle", action, "pairing.file-quarantined", 1, "{\"schema");
        file("the list of pairings is nested without end", action, "pairing.file-quarantined", 1,
             "{\"a\":" + deep);
        add(all, check, "a FIFO in place of the list of pairings", unknown, "pairing.file-unreadable", 3,
            [](DesktopWorld& world) { world.fifo(world.at("desktop-pairings.json")); });
        add(all, check, "the list of pairings is closed to this user", unknown, "pairing.file-unreadable", 3,
            [](DesktopWorld& world) { world.close(world.at("desktop-pairings.json")); });
        file("the list of pairings is larger than any", unknown, "pairing.file-unreadable", 3,
             std::string(33UL * 1024 * 1024, ' '));
    }
    return all;
}

// Optional ones, which do not decide.
Cases own_cases() {
    Cases all;
    constexpr std::string_view configuration = "desktop.configuration.valid";
    add(all, configuration, "nothing", ready, "", 0, nullptr);
    add_places(all, configuration);
    const auto layer = [&](const std::string& fault, const std::string& text) {
        add(all, configuration, fault, action, "desktop-configuration.refused", 1,
            [text](DesktopWorld& world) { world.write(world.home(world.layer), text); });
    };
    layer("an unknown key", R"({"cloudDeskop":{}})");
    layer("a value of the wrong type", R"({"cloudDesktop":{"enabled":"yes"}})");
    layer("a placeholder that the file does not allow", R"({"branding":{"helpUrl":"{env:BRAND}"}})");
    layer("a layer that is no object", "[]");
    layer("a layer that is nested without end", "{\"a\":" + deep);
    add(all, configuration, "a layer closed to this user", unknown, "desktop-configuration.unreadable", 3,
        [](DesktopWorld& world) { world.close(world.home(world.layer)); });
    add(all, configuration, "config.json beside config.jsonc", degraded, "desktop-configuration.shadowed", 0,
        [](DesktopWorld& world) {
            std::filesystem::copy_file(world.home(world.layer), world.home(world.layer) + std::string("c"));
        });
    add(all, configuration, "a variable names a layer that is not there", degraded,
        "desktop-configuration.no-file", 0, [](DesktopWorld& world) {
            world.environment["OPEN_COWORK_CONFIG_PATH"] = world.home("absent.json");
        });
    constexpr std::string_view files = "desktop.files.private";
    add(all, files, "nothing", ready, "", 0, nullptr);
    add_places(all, files);
    add(all, files, "encrypted settings that others can read", action, "desktop-files.open", 0,
        [](DesktopWorld& world) { REQUIRE(::chmod(world.at("settings.enc").c_str(), 0640) == 0); });
    add(all, files, "a symbolic link in place of the settings", action, "desktop-files.not-regular", 0,
        [](DesktopWorld& world) {
            std::filesystem::rename(world.at("settings.enc"), world.at("elsewhere"));
            std::filesystem::create_symlink(world.at("elsewhere"), world.at("settings.enc"));
        });
    add(all, files, "the directory of the runtime's keys is closed to this user", unknown,
        "desktop-files.unreadable", 3,
        [](DesktopWorld& world) { world.close(world.at("runtime-home/.local/share/opencode")); });
    return all;
}

// The Cloud's checks, which find it in Desktop's list when nobody names it.
Cases cloud_cases() {
    Cases all;
    for (const std::string_view check : {"workspace.cloud.authenticated", "workspace.cloud.sync.reachable",
                                         "cloud.execution_isolation.verified"})
        add(all, check, "Desktop has two Cloud workspaces", unknown, "cloud.several-workspaces", 3,
            [](DesktopWorld& world) {
                json list = json::array();
                for (const std::string& url : {nowhere, nowhere + "/two"})
                    list.push_back(workspace(rules::workspace_id(rules::RemoteKind::cloud, url), url));
                world.write(world.at("cloud-workspaces.json"), list.dump());
            });
    return all;
}

struct Group {
    const char* intent;
    Cases cases;
};

const std::vector<Group>& groups() {
    static const std::vector<Group> all{
        {"desktop-local", runtime_cases()},   {"desktop-local", credential_cases()},
        {"desktop-local", workspace_cases()}, {"desktop-pairing", pairing_cases()},
        {"desktop-local", own_cases()},       {"cloud-connect", cloud_cases()}};
    return all;
}

}  // namespace

std::vector<Row> desktop_rows() {
    std::vector<Row> rows;
    for (const Group& group : groups())
        for (Row& row : rows_of(group.cases)) rows.push_back(std::move(row));
    return rows;
}

TEST_CASE("kill matrix: Desktop's runtime", "[desktop]") {
    run_cases(groups()[0].cases, [] { return std::make_unique<DesktopWorld>("desktop-local"); });
}
TEST_CASE("kill matrix: Desktop's credentials", "[desktop]") {
    run_cases(groups()[1].cases, [] { return std::make_unique<DesktopWorld>("desktop-local"); });
}
TEST_CASE("kill matrix: Desktop's workspaces", "[desktop]") {
    run_cases(groups()[2].cases, [] { return std::make_unique<DesktopWorld>("desktop-local"); });
}
TEST_CASE("kill matrix: Desktop's pairings", "[desktop]") {
    run_cases(groups()[3].cases, [] { return std::make_unique<DesktopWorld>("desktop-pairing"); });
}
TEST_CASE("kill matrix: Desktop's own files", "[desktop]") {
    run_cases(groups()[4].cases, [] { return std::make_unique<DesktopWorld>("desktop-local"); });
}

TEST_CASE("kill matrix: the Clouds that Desktop knows", "[desktop]") {
    run_cases(groups()[5].cases, [] { return std::make_unique<DesktopWorld>("cloud-connect"); });
}

TEST_CASE("the report lists what Desktop has, each under its authority", "[desktop]") {
    DesktopWorld world("desktop-pairing");
    const std::string url = nowhere;
    const std::string id = rules::workspace_id(rules::RemoteKind::cloud, url);
    world.write(world.at("cloud-workspaces.json"), json::array({workspace(id, url)}).dump());
    world.write(world.home(world.layer), R"({"cloudDesktop":{"preconfiguredConnections":[{"baseUrl":")" +
                                             url + R"(","label":"Org"}]}})");
    world.pairing([](json& record) { record["policy"]["exposeLocalPaths"] = true; });
    const json report = json_of(world.doctor());
    CHECK(schema_violations(report, "report").empty());
    std::vector<std::string> rows;
    for (const json& row : report.at("workspaces"))
        rows.push_back(row.at("id").get<std::string>() + " " + row.at("authority").get<std::string>() + " " +
                       row.at("runtimeAuthority").get<std::string>());
    CHECK(rows == std::vector<std::string>{"local desktop_local desktop_local",
                                           id + " cloud_worker cloud_worker",
                                           "paired-desktop:desktop_pairing_1 desktop_paired desktop_local"});
    REQUIRE(report.at("pairings").size() == 1);
    const json& pairing = report.at("pairings")[0];
    CHECK(pairing.at("scoped") == false);
    CHECK(pairing.at("elevated") == json::array({"exposeLocalPaths"}));
    CHECK(pairing.at("brokerOrigin") == "https://broker.example.org");
    CHECK(pairing.at("status") == "paired_online");
}

TEST_CASE("a real runtime that Desktop would start is known by its command", "[desktop]") {
    if (!require_service(RealOpencode::available(), "OpenCode")) return;
    DesktopWorld world("desktop-local");
    world.no_headless();
    world.end_runtime();
    auto options = DesktopWorld::runtime_command(RealOpencode::binary());
    options.argv.erase(options.argv.begin());
    options.environment = {{"PATH=/usr/bin:/bin", "HOME=" + world.scratch.directory("opencode-home")}};
    Process opencode(std::move(options));
    world.write(world.at(world.ledger), json::array({opencode.pid()}).dump());
    const auto row = row_of(json_of(world.doctor()), "desktop.runtime.ready");
    CHECK(row.at("reasonCode") == "desktop.runtime-not-visible");
    CHECK(row.at("evidence").at("runtimes_noted_running") == 1);
}

}  // namespace cowork::test::matrix
