#include "setup/cloud/connect_desktop.hpp"

#include "rules/desktop_schema.hpp"
#include "rules/desktop_urls.hpp"
#include "setup/desktop/layer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace cowork::setup {
namespace {

using Json = nlohmann::ordered_json;
using rules::DesktopLayers;
using rules::LayerKind;

constexpr std::string_view block = "cloudDesktop";
constexpr std::string_view list = "/cloudDesktop/preconfiguredConnections";

constexpr std::array options{
    Option{"--cloud-url", "", "base URL of the Cloud: https, or http to this machine", Takes::value, true},
    Option{"--label", "", "what Desktop calls the connection [the host]"},
    Option{"--cache-mode", "", "what Desktop keeps of Cloud threads: full, metadata-only or disabled"},
    Option{"--cache-encryption-fallback", "",
           "when they cannot be encrypted: metadata-only, disabled or fail-startup"},
    Option{"--require-managed-org", "", "show configured connections only, none that people added",
           Takes::nothing},
    Option{"--allow-user-added-connections", "", "true or false: whether people may add Clouds in the app"},
    Option{"--enable-cloud", "", "turn Cloud workspaces on where the configuration turns them off",
           Takes::nothing},
};

// Options that are one key of the block each.
struct Choice {
    std::string_view flag;
    std::string_view key;
};
constexpr std::array choices{
    Choice{"--cache-mode", "cacheMode"},
    Choice{"--cache-encryption-fallback", "cacheEncryptionFallback"},
    Choice{"--require-managed-org", "requireManagedOrg"},
    Choice{"--allow-user-added-connections", "allowUserAddedConnections"},
};

bool same_url(const Json& entry, const std::string& base_url) {
    const auto url = entry.is_object() ? entry.find("baseUrl") : entry.end();
    return entry.is_object() && url != entry.end() && url->is_string() &&
           rules::same_workspace(url->get<std::string>(), base_url);
}

class CloudPlanner {
  public:
    CloudPlanner(const Answers& answers, const Surroundings& surroundings, DesktopLayers layers)
        : answers_(answers), surroundings_(surroundings), layers_(std::move(layers)) {}

    Planned run() {
        problems_ = layers_.problems;
        url();
        label();
        for (const Choice& choice : choices) option(choice);
        turned_on();
        if (problems_.empty()) connection();
        if (!problems_.empty()) return tl::unexpected(std::move(problems_));
        if (!wishes_.empty()) {
            auto layer = plan_user_layer(layers_, wishes_);
            if (!layer) return tl::unexpected(std::move(layer.error()));
            plan_.layers.push_back(std::move(*layer));
        }
        remarks();
        plan_.intent = catalogue::Intent::cloud_connect;
        steps();
        return std::move(plan_);
    }

  private:
    void refuse(std::string_view flag, std::string message, std::string remedy) {
        problems_.push_back(
            {ErrorCode::usage, std::move(message), std::move(remedy), {std::string(flag), 0, 0, {}}});
    }
    void note(bool ok, std::string text, std::string remedy = {}) {
        plan_.notes.push_back({ok, std::move(text), std::move(remedy)});
    }

    void url() {
        const auto said = answers_.text("--cloud-url");
        if (said.empty()) {
            refuse("--cloud-url",
                   "--cloud-url is missing: the base URL of the Cloud that Desktop connects to", {});
            return;
        }
        auto checked = rules::cloud_base_url(said);
        if (!checked) {
            refuse("--cloud-url", fmt::format("the URL of --cloud-url {}", checked.error()),
                   "write the address that people open the Cloud with, such as https://cowork.example.org");
            return;
        }
        if (rules::has_placeholder(*checked)) {
            refuse("--cloud-url", "the URL of --cloud-url holds what Desktop would replace as a placeholder",
                   "write the address itself");
            return;
        }
        base_url_ = std::move(*checked);
        const auto spelling = rules::layer_spelling(base_url_);
        if (spelling) {
            layer_url_ = *spelling;
        } else {
            refuse("--cloud-url",
                   "Desktop's configuration takes http to 127.0.0.1 and localhost only, and --cloud-url is "
                   "another loopback address",
                   "write 127.0.0.1 in its place, or add the Cloud in the app");
        }
    }

    void label() {
        const auto* row = rules::find_layer_key("cloudDesktop.preconfiguredConnections[]", "label");
        const std::string said(answers_.text("--label"));
        if (answers_.has("--label") && (rules::has_placeholder(said) || !rules::layer_value_fits(*row, said)))
            refuse("--label", "--label is not a plain text of 1 to 80 characters",
                   "write a short name without {env: or {file:");
    }

    void option(const Choice& choice) {
        if (!answers_.has(choice.flag)) return;
        const auto* row = rules::find_layer_key(block, choice.key);
        const std::string said(answers_.text(choice.flag));
        const bool boolean = row->type == rules::LayerType::boolean;
        if (boolean ? said != "true" && said != "false" : !rules::layer_value_fits(*row, said)) {
            refuse(choice.flag, fmt::format("{} is not {}", choice.flag, rules::expected_value(*row)),
                   fmt::format("write {}", rules::expected_value(*row)));
            return;
        }
        wishes_.push_back({std::string(choice.flag), fmt::format("/{}/{}", block, choice.key),
                           boolean ? said : Json(said).dump()});
    }

    void turned_on() {
        constexpr std::string_view key = "/cloudDesktop/enabled";
        if (layers_.flag(key).value_or(true)) return;
        const auto* layer = layers_.winner(key);
        if (answers_.has("--enable-cloud")) {
            wishes_.push_back({"--enable-cloud", std::string(key), "true"});
            return;
        }
        refuse("--enable-cloud",
               fmt::format("Cloud workspaces are turned off by cloudDesktop.enabled ({})",
                           layer->document.where(key).place()),
               layer->kind == LayerKind::managed ? "ask whoever administers this machine to turn them on"
                                                 : "add --enable-cloud if they may be turned on");
    }

    // Lists replace each other from layer to layer: the one that counts has to hold the connection.
    void connection() {
        const auto* holder = layers_.winner(list);
        const Json entries = holder == nullptr ? Json::array() : *holder->document.find(list);
        const auto known = std::find_if(entries.rbegin(), entries.rend(),
                                        [&](const Json& entry) { return same_url(entry, base_url_); });
        const bool there = known != entries.rend();
        const bool renamed = there && answers_.has("--label") &&
                             known->value("label", std::string()) != answers_.text("--label");
        if (there && !renamed) {
            note(true, fmt::format("the connection is already in {}", holder->document.path()));
            return;
        }
        if (holder != nullptr && holder->kind == LayerKind::managed) {
            refuse("--cloud-url",
                   fmt::format("{} sets the connections for everybody on this machine, so one in the user's "
                               "layer would have no effect",
                               holder->document.where(list).place()),
                   "ask whoever administers this machine to change it there, or add the Cloud in the app");
            return;
        }
        if (holder == nullptr || holder->kind == LayerKind::user) {
            change(there ? std::distance(known, entries.rend()) - 1 : -1);
        } else {
            take_over(*holder, entries, there ? std::distance(known, entries.rend()) - 1 : -1);
        }
    }

    Json entry() const {
        Json made{{"baseUrl", layer_url_}};
        if (answers_.has("--label")) made["label"] = answers_.text("--label");
        return made;
    }

    // In the list that the user's layer has or is to get.
    void change(std::ptrdiff_t index) {
        if (index >= 0) {
            wishes_.push_back(
                {"--label", fmt::format("{}/{}/label", list, index), Json(answers_.text("--label")).dump()});
        } else {
            wishes_.push_back({"--cloud-url", fmt::format("{}/-", list), entry().dump()});
        }
    }

    // A list in the user's layer would hide the one of a lower layer, so it begins with that.
    void take_over(const rules::DesktopLayer& holder, Json entries, std::ptrdiff_t index) {
        if (rules::has_placeholder(entries.dump())) {
            refuse("--cloud-url",
                   fmt::format("{} has connections with placeholders, which mean something only in their own "
                               "file, so they cannot be taken over into the user's layer",
                               holder.document.where(list).place()),
                   "add the connection there");
            return;
        }
        const auto size = entries.size();
        if (index >= 0) {
            entries[static_cast<std::size_t>(index)]["label"] = answers_.text("--label");
        } else {
            entries.push_back(entry());
        }
        wishes_.push_back({"--cloud-url", std::string(list), entries.dump()});
        note(false,
             fmt::format("the user's list of connections replaces the {} of {}, so it begins with a copy",
                         size, holder.document.path()),
             "repeat later changes of that file in the user's layer too");
    }

    void remarks() {
        for (Note& each : layer_notes(layers_)) plan_.notes.push_back(std::move(each));
        const auto* holder = layers_.winner(list);
        if (holder == nullptr)
            note(true,
                 "the list in the user's layer replaces the one that a branded application ships; the stock "
                 "application ships none");
        if (layer_url_ != base_url_)
            note(true,
                 fmt::format("it is written as {}, because the schema wants more than a slash after the "
                             "port; Desktop trims it to {}",
                             layer_url_, base_url_));
        if (!layers_.flag("/cloudDesktop/allowUserAddedConnections").value_or(true))
            note(
                true,
                "people cannot add Clouds in the app (cloudDesktop.allowUserAddedConnections is false); this "
                "one comes from the configuration and is shown all the same");
        if (layers_.flag("/cloudDesktop/requireManagedOrg").value_or(false) ||
            answers_.has("--require-managed-org"))
            note(true, "only configured connections are shown (cloudDesktop.requireManagedOrg)");
        registered();
    }

    // What Desktop itself has on record: read, never written.
    void registered() {
        const auto text = surroundings_.read(layers_.data_root + "/cloud-workspaces.json");
        if (!text) return;
        const Json records = Json::parse(*text, nullptr, false);
        if (!records.is_array()) return;
        if (std::any_of(records.begin(), records.end(),
                        [&](const Json& record) { return same_url(record, base_url_); }))
            note(true, "Desktop knows this Cloud already; tokens and tenant of that entry stay");
    }

    // What the caller adds: doctor, as after every path.
    void steps() {
        const auto* holder = layers_.winner(list);
        std::string name(answers_.text("--label"));
        if (name.empty() && holder != nullptr)
            for (const Json& each : *holder->document.find(list))
                if (same_url(each, base_url_)) name = each.value("label", std::string());
        if (name.empty()) name = base_url_;
        plan_.steps = {
            {"Restart Desktop: it reads its configuration only when it starts", {}},
            {fmt::format("In the workspace switcher choose {} and sign in; Desktop keeps the token in the "
                         "keychain of the system",
                         name),
             {}},
        };
    }

    const Answers& answers_;
    const Surroundings& surroundings_;
    DesktopLayers layers_;
    std::string base_url_;
    std::string layer_url_;
    std::vector<LayerWish> wishes_;
    std::vector<Error> problems_;
    Plan plan_;
};

}  // namespace

std::span<const Option> cloud_connect_desktop_options() { return options; }

Planned plan_cloud_connect_desktop(const Answers& answers, const Surroundings& surroundings) {
    auto layers = desktop_layers(surroundings);
    if (!layers) return tl::unexpected(std::vector<Error>{std::move(layers.error())});
    return CloudPlanner(answers, surroundings, std::move(*layers)).run();
}

}  // namespace cowork::setup
