#include "setup/desktop/pairing.hpp"

#include "rules/desktop_pairings.hpp"
#include "rules/desktop_urls.hpp"
#include "setup/desktop/layer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

namespace cowork::setup {
namespace {

using rules::DesktopPairing;

constexpr std::string_view where_in_app = "Settings of the Local workspace, Pairing";

constexpr std::array options{
    Option{"--broker-url", "", "the broker that Desktop calls: https on a public host, or http to localhost"},
};

class PairingPlanner {
  public:
    PairingPlanner(const Answers& answers, const Surroundings& surroundings, std::string root)
        : answers_(answers), surroundings_(surroundings), root_(std::move(root)) {}

    Planned run() {
        plan_.intent = catalogue::Intent::desktop_pairing;
        if (!surroundings_.output.empty())
            problems_.push_back({ErrorCode::usage,
                                 "--output names a file, and desktop-pairing writes none",
                                 "leave it out",
                                 {"--output", 0, 0, {}}});
        recorded();
        broker();
        if (!problems_.empty()) return tl::unexpected(std::move(problems_));
        for (const DesktopPairing& pairing : file_.pairings) judge(pairing);
        set_aside();
        steps();
        return std::move(plan_);
    }

  private:
    void note(bool ok, std::string text, std::string remedy = {}) {
        plan_.notes.push_back({ok, std::move(text), std::move(remedy)});
    }
    std::string path(std::string_view name) const { return fmt::format("{}/{}", root_, name); }

    void recorded() {
        const auto text = surroundings_.read(path("desktop-pairings.json"));
        if (!text) {
            if (text.error().code == ErrorCode::not_found)
                note(true, fmt::format("Desktop has no pairing yet ({} is not there)",
                                       path("desktop-pairings.json")));
            else
                note(false, fmt::format("the pairings cannot be read: {}", text.error().message),
                     text.error().remedy);
            return;
        }
        file_ = rules::judge_pairings(*text);
        if (file_.unusable.empty()) {
            note(true, fmt::format("{} holds {} pairing(s) that Desktop can read",
                                   path("desktop-pairings.json"), file_.pairings.size()));
            return;
        }
        for (const std::string& reason : file_.unusable)
            note(false, fmt::format("{}: {}", path("desktop-pairings.json"), reason));
        note(false,
             "for any of that Desktop puts the whole file aside as desktop-pairings.json.corrupt and goes on "
             "without a pairing",
             "quit Desktop, keep a copy of the file, and pair anew in the app; do not edit the file");
        file_.pairings.clear();
    }

    void broker() {
        const auto said = answers_.text("--broker-url");
        if (said.empty()) {
            const bool known = std::any_of(
                file_.pairings.begin(), file_.pairings.end(),
                [](const DesktopPairing& pairing) { return pairing.has_broker && !pairing.revoked(); });
            if (!known)
                note(false,
                     "no pairing has a broker yet, and Desktop is reached only through one that it calls",
                     "have the broker's address checked with --broker-url URL before it is typed in the app");
            return;
        }
        auto checked = rules::pairing_broker_url(said);
        if (!checked) {
            problems_.push_back(
                {ErrorCode::usage,
                 fmt::format("the URL of --broker-url {}", checked.error()),
                 "write the broker's public https address, such as https://broker.example.org",
                 {"--broker-url", 0, 0, {}}});
            return;
        }
        broker_ = std::move(*checked);
        note(true, fmt::format("Desktop accepts this broker and keeps it as {}", broker_));
        note(true,
             "before every request Desktop looks the broker's name up again, and refuses a private address");
    }

    void judge(const DesktopPairing& pairing) {
        const std::string name = fmt::format("pairing '{}'", pairing.label);
        if (pairing.revoked()) {
            note(true, fmt::format("{} is revoked and cannot be used again", name));
            return;
        }
        if (!pairing.elevated.empty())
            note(
                false,
                fmt::format("{}: whoever holds its token, or the broker, {}", name,
                            fmt::join(pairing.elevated, ", ")),
                fmt::format("{}: set approvals and questions to local confirmation and turn the rest off; if "
                            "it was not meant, revoke it and pair anew",
                            where_in_app));
        else
            note(true, fmt::format("{} leaves approvals and questions to this machine{}", name,
                                   pairing.every_session ? "; it reaches every session" : ""));
        if (!pairing.enabled) {
            note(false, fmt::format("{} is disabled", name), fmt::format("connect it: {}", where_in_app));
        } else if (!pairing.has_broker) {
            note(false, fmt::format("{} has no broker", name), fmt::format("give it one: {}", where_in_app));
        } else if (!pairing.connected_once) {
            note(false, fmt::format("{} has never reached its broker (no heartbeat)", name),
                 "start Desktop, and check the broker's address and its token");
        } else if (pairing.status != "paired_online") {
            note(false,
                 fmt::format("{} was not connected when Desktop last looked ({})", name, pairing.status),
                 fmt::format("start Desktop and read the error there: {}", where_in_app));
        }
    }

    // Files that tell a story without being read.
    void set_aside() {
        if (surroundings_.facts(path("desktop-pairings.json.corrupt")).kind == PathKind::file)
            note(false,
                 fmt::format("{} holds pairings that Desktop put aside as unreadable",
                             path("desktop-pairings.json.corrupt")),
                 "pair anew in the app, and revoke the old pairings at the broker");
        const bool any = std::any_of(file_.pairings.begin(), file_.pairings.end(),
                                     [](const DesktopPairing& pairing) { return !pairing.revoked(); });
        if (any && surroundings_.facts(path("desktop-pairing-credentials.json")).kind == PathKind::absent)
            note(false, "no token of a pairing is stored, so none can connect",
                 "revoke the pairings in the app and make new ones");
    }

    void steps() {
        const bool paired = std::any_of(file_.pairings.begin(), file_.pairings.end(),
                                        [](const DesktopPairing& pairing) { return !pairing.revoked(); });
        if (!broker_.empty() || !paired) {
            plan_.steps = {
                {fmt::format("In Desktop open the {}, and create a pairing with {}", where_in_app,
                             broker_.empty() ? "the broker's address" : "the broker " + broker_),
                 {}},
                {"Leave remote approvals and questions at local confirmation, and what is exposed turned off",
                 {}},
                {"Copy the token, which is shown once, into the broker; it does not expire, so treat it as a "
                 "password",
                 {}},
                {"Connect the pairing, and choose Sync once to see the first heartbeat", {}},
            };
        }
        plan_.steps.push_back({"Keep Desktop running: it calls the broker, nothing calls it", {}});
    }

    const Answers& answers_;
    const Surroundings& surroundings_;
    std::string root_;
    std::string broker_;
    rules::PairingFile file_;
    std::vector<Error> problems_;
    Plan plan_;
};

}  // namespace

std::span<const Option> desktop_pairing_options() { return options; }

Planned plan_desktop_pairing(const Answers& answers, const Surroundings& surroundings) {
    auto layers = desktop_layers(surroundings);
    if (!layers) return tl::unexpected(std::vector<Error>{std::move(layers.error())});
    auto plan = PairingPlanner(answers, surroundings, layers->data_root).run();
    // A broken layer changes where Desktop looks, so it belongs to what is told.
    if (plan)
        for (const Error& problem : layers->problems)
            plan->notes.push_back({false, problem.message, problem.remedy});
    return plan;
}

}  // namespace cowork::setup
