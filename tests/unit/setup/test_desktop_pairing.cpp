#include "setup/desktop/pairing.hpp"
#include "support/desktop_machine.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::setup;
using namespace cowork::test;

namespace {

using Said = std::vector<std::pair<std::string, std::string>>;
const std::string file = std::string(DesktopMachine::root) + "/desktop-pairings.json";
const std::string broker = "https://broker.example.org";

// A pairing as Desktop writes it, with some of its text replaced.
std::string pairings(const std::vector<std::pair<std::string, std::string>>& replacements = {}) {
    std::string text = R"({"schemaVersion": 1, "audit": [], "pairings": [{
        "id": "desktop_pairing_1", "label": "Phone", "deviceName": "Desktop", "status": "paired_online",
        "enabled": true, "brokerUrl": "https://broker.example.org", "allowedWorkspaceIds": ["local"],
        "allowedSessionIds": null, "policy": {"allowRemotePrompts": true, "allowRemoteAbort": true,
        "remoteApprovals": "local_confirmation", "remoteQuestions": "local_confirmation",
        "exposeArtifactBodies": false, "exposeLocalPaths": false, "exposeLocalMcpDetails": false,
        "allowRemoteAttachments": false}, "lastConnectedAt": "2026-08-01T10:00:00.000Z",
        "lastHeartbeatAt": "2026-08-01T10:00:00.000Z", "lastCommandSequence": 0, "error": null,
        "createdAt": "2026-08-01T09:00:00.000Z", "updatedAt": "2026-08-01T10:00:00.000Z",
        "revokedAt": null}]})";
    for (const auto& [from, to] : replacements) {
        const auto at = text.find(from);
        REQUIRE(at != std::string::npos);
        text.replace(at, from.size(), to);
    }
    return text;
}

Planned planned(DesktopMachine& machine, const Said& said = {}) {
    return plan_desktop_pairing(desktop_answers(said), machine.surroundings());
}

bool holds(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("desktop-pairing: a broker that Desktop accepts leads to the steps in the app") {
    DesktopMachine machine;
    const auto plan = planned(machine, {{"--broker-url", broker + "/x/?a=hunter2#y"}});
    REQUIRE(plan);
    CHECK(plan->intent == catalogue::Intent::desktop_pairing);
    CHECK(plan->layers.empty());
    CHECK(plan->env_files.empty());
    CHECK(plan->directories.empty());
    CHECK(holds(notes_of(*plan), "keeps it as https://broker.example.org/x\n"));
    CHECK(holds(notes_of(*plan), "Desktop has no pairing yet"));
    const std::string steps = steps_of(*plan);
    CHECK_FALSE(holds(steps + notes_of(*plan), "hunter2"));
    std::size_t at = 0;
    for (const std::string words :
         {"create a pairing with the broker https://broker.example.org/x", "local confirmation",
          "Copy the token", "Sync once", "Keep Desktop running"}) {
        CAPTURE(words);
        const auto found = steps.find(words, at);
        REQUIRE(found != std::string::npos);
        at = found;
    }
}

TEST_CASE("desktop-pairing: where no broker is known it says how to have one checked") {
    struct Row {
        std::string content;  // of the pairings' file; empty for none
        bool told;
        std::size_t steps;
    };
    for (const Row& row : std::vector<Row>{
             {"", true, 5},
             {"{}", true, 5},
             {pairings(), false, 1},
             {pairings({{"\"https://broker.example.org\"", "null"}}), true, 1},
             {pairings({{"\"paired_online\"", "\"revoked\""}}), true, 5},
         }) {
        DesktopMachine machine;
        if (!row.content.empty()) machine.files[file] = row.content;
        const auto plan = planned(machine);
        REQUIRE(plan);
        CAPTURE(row.content, notes_of(*plan));
        CHECK(holds(notes_of(*plan), "!no pairing has a broker yet") == row.told);
        CHECK(plan->steps.size() == row.steps);
    }
}

TEST_CASE("desktop-pairing: a broker that Desktop would refuse is refused") {
    for (const auto& [url, words] : std::vector<std::pair<std::string, std::string>>{
             {"http://broker.example.org", "the URL of --broker-url uses http"},
             {"https://192.168.0.9", "names a private address"},
             {"https://ada:hunter2@broker.example.org", "user name or password"},
         }) {
        DesktopMachine machine;
        machine.files[file] = pairings();
        const auto plan = planned(machine, {{"--broker-url", url}});
        CHECK_FALSE(plan);
        CHECK(holds(problems_of(plan), "--broker-url | "));
        CHECK(holds(problems_of(plan), words));
        CHECK_FALSE(holds(problems_of(plan), "hunter2"));
    }
}

TEST_CASE("desktop-pairing: every pairing is judged") {
    struct Row {
        std::vector<std::pair<std::string, std::string>> changes;
        std::string words;
    };
    for (const Row& row : std::vector<Row>{
             {{},
              "\npairing 'Phone' leaves approvals and questions to this machine; it reaches every session"},
             {{{"\"allowedSessionIds\": null", "\"allowedSessionIds\": [\"s\"]"}}, "to this machine\n"},
             {{{"\"remoteApprovals\": \"local_confirmation\"", "\"remoteApprovals\": \"remote_allowed\""}},
              "!pairing 'Phone': whoever holds its token, or the broker, answers approvals"},
             {{{"\"exposeLocalPaths\": false", "\"exposeLocalPaths\": true"},
               {"\"allowRemoteAttachments\": false", "\"allowRemoteAttachments\": true"}},
              "sees paths of this machine, sends attachments"},
             {{{"\"enabled\": true", "\"enabled\": false"}}, "!pairing 'Phone' is disabled"},
             {{{"\"https://broker.example.org\"", "null"}}, "!pairing 'Phone' has no broker"},
             {{{"\"lastHeartbeatAt\": \"2026-08-01T10:00:00.000Z\"", "\"lastHeartbeatAt\": null"}},
              "!pairing 'Phone' has never reached its broker"},
             {{{"paired_online", "paired_offline"}},
              "was not connected when Desktop last looked (paired_offline)"},
             {{{"paired_online", "revoked"}}, "\npairing 'Phone' is revoked"},
             {{{"\"allowedWorkspaceIds\": [\"local\"]", "\"allowedWorkspaceIds\": []"}},
              "pairing 1: allowedWorkspaceIds does not include local"},
             {{{"\"revokedAt\": null", "\"revokedAt\": null, \"x\": 1"}},
              "!for any of that Desktop puts the whole file aside"},
         }) {
        DesktopMachine machine;
        machine.files[file] = pairings(row.changes);
        const auto plan = planned(machine, {{"--broker-url", broker}});
        REQUIRE(plan);
        CAPTURE(notes_of(*plan));
        CHECK(holds("\n" + notes_of(*plan), row.words));
    }
}

TEST_CASE("desktop-pairing: files beside the pairings tell a story unread") {
    DesktopMachine machine;
    machine.files[file] = pairings();
    machine.files[file + ".corrupt"] = "(forbidden)";
    const auto plan = planned(machine);
    REQUIRE(plan);
    CHECK(holds(notes_of(*plan), "!" + file + ".corrupt holds pairings that Desktop put aside"));
    CHECK(holds(notes_of(*plan), "!no token of a pairing is stored"));

    machine.files.erase(file + ".corrupt");
    machine.files[std::string(DesktopMachine::root) + "/desktop-pairing-credentials.json"] = "(forbidden)";
    const auto whole = planned(machine);
    REQUIRE(whole);
    CHECK_FALSE(holds(notes_of(*whole), "!"));
}

TEST_CASE("desktop-pairing: pairings that cannot be read and layers that are refused are told") {
    DesktopMachine machine;
    machine.files[file] = "(forbidden)";
    machine.files[DesktopMachine::user_layer] = "{\"unheard\": 1}";
    const auto plan = planned(machine, {{"--broker-url", broker}});
    REQUIRE(plan);
    CHECK(holds(notes_of(*plan), "!the pairings cannot be read"));
    CHECK(holds(notes_of(*plan), "unheard is no key"));
    auto around = machine.surroundings();
    around.output = "x";
    CHECK(holds(problems_of(plan_desktop_pairing({}, around)), "--output | "));
}

namespace {

// Everything that can be seen of a tree: names, modes, times and bytes.
std::vector<std::string> picture(const std::string& tree) {
    std::vector<std::string> seen;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(tree)) {
        struct stat facts {};
        REQUIRE(::lstat(entry.path().c_str(), &facts) == 0);
        seen.push_back(entry.path().string() + " " + std::to_string(facts.st_mode) + " " +
                       std::to_string(facts.st_mtim.tv_sec) + "." + std::to_string(facts.st_mtim.tv_nsec) +
                       " " + std::to_string(facts.st_ctim.tv_sec) + "." +
                       std::to_string(facts.st_ctim.tv_nsec) + " " + std::to_string(facts.st_ino) + " " +
                       (entry.is_regular_file() ? content_of(entry.path()) : ""));
    }
    std::sort(seen.begin(), seen.end());
    return seen;
}

}  // namespace

TEST_CASE("desktop-pairing: nothing in a real data root changes") {
    const ScratchDirectory home;
    const std::string root = home.directory(".config/Open Cowork");
    for (const auto& [name, content] : std::vector<std::pair<std::string, std::string>>{
             {"desktop-pairings.json", pairings({{"\"revokedAt\": null", "\"revokedAt\": null, \"x\": 1"}})},
             {"desktop-pairings.json.corrupt", "{"},
             {"desktop-pairing-credentials.json", "sealed"},
             {"settings.enc", "sealed"}})
        (void)home.file(".config/Open Cowork/" + name, content);
    const auto before = picture(home.path());
    config::Environment environment{{"HOME", home.path()}};
    Surroundings around;
    around.environment = &environment;
    around.read = [](const std::string& path) -> Result<std::string> {
        if (!std::filesystem::exists(path)) return fail(ErrorCode::not_found, "absent");
        return content_of(path);
    };
    const auto plan = plan_desktop_pairing(desktop_answers({{"--broker-url", broker}}), around);
    REQUIRE(plan);
    CHECK(holds(notes_of(*plan), "puts the whole file aside"));
    CHECK(plan->layers.empty());
    CHECK(plan->env_files.empty());
    CHECK(plan->directories.empty());
    CHECK(picture(home.path()) == before);
}
