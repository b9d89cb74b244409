#include "setup/desktop/local.hpp"

#include "core/names.hpp"
#include "rules/desktop_schema.hpp"
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

constexpr std::array options{
    Option{"--default-provider", "", "the provider of a person who has chosen none"},
    Option{"--default-model", "", "the model of that provider, where the provider itself names none"},
    Option{"--permission", "",
           "the most that people may allow: bash, fileWrite, task or web=allow|ask|deny; "
           "webSearch=true|false",
           Takes::values},
    Option{"--no-cloud", "", "turn Cloud workspaces off", Takes::nothing},
};

// What the stock application offers when no visible layer says otherwise.
constexpr std::array stock_providers{std::string_view{"openrouter"}, std::string_view{"openai"},
                                     std::string_view{"github-copilot"}};

class LocalPlanner {
  public:
    LocalPlanner(const Answers& answers, const Surroundings& surroundings, DesktopLayers layers)
        : answers_(answers), surroundings_(surroundings), layers_(std::move(layers)) {}

    Planned run() {
        problems_ = layers_.problems;
        if (!surroundings_.output.empty())
            refuse("--output", "--output names an env file, and desktop-local writes none",
                   fmt::format("leave it out: only {} is ever written", layers_.user_path));
        provider();
        model();
        for (const std::string& said : answers_.all("--permission")) permission(said);
        if (answers_.has("--no-cloud")) wish("--no-cloud", "/cloudDesktop/enabled", false);
        if (!problems_.empty()) return tl::unexpected(std::move(problems_));
        if (!wishes_.empty()) {
            auto layer = plan_user_layer(layers_, wishes_);
            if (!layer) return tl::unexpected(std::move(layer.error()));
            plan_.layers.push_back(std::move(*layer));
        }
        plan_.intent = catalogue::Intent::desktop_local;
        for (Note& each : desktop_findings(layers_, surroundings_)) plan_.notes.push_back(std::move(each));
        steps();
        return std::move(plan_);
    }

  private:
    void refuse(std::string_view flag, std::string message, std::string remedy) {
        problems_.push_back(
            {ErrorCode::usage, std::move(message), std::move(remedy), {std::string(flag), 0, 0, {}}});
    }
    void wish(std::string_view flag, std::string pointer, const Json& value) {
        wishes_.push_back({std::string(flag), std::move(pointer), value.dump()});
    }

    // A provider that the configuration does not offer would make Desktop ignore all of it.
    std::vector<std::string> offered() const {
        const Json* available = layers_.value("/providers/available");
        if (available != nullptr && available->is_array()) return available->get<std::vector<std::string>>();
        return {stock_providers.begin(), stock_providers.end()};
    }

    void provider() {
        const std::string said(answers_.text("--default-provider"));
        if (!answers_.has("--default-provider") || !layers_.problems.empty()) return;
        const auto names = offered();
        if (std::find(names.begin(), names.end(), said) == names.end()) {
            refuse("--default-provider",
                   "--default-provider is not one that Desktop's configuration offers, and with it Desktop "
                   "would ignore all configuration",
                   fmt::format("write one of {}", fmt::join(names, ", ")));
            return;
        }
        wish("--default-provider", "/providers/defaultProvider", said);
        saved_choice("--default-provider");
    }

    void model() {
        const std::string said(answers_.text("--default-model"));
        if (!answers_.has("--default-model")) return;
        if (said.empty() || rules::has_placeholder(said)) {
            refuse("--default-model", "--default-model is no name of a model",
                   "write the model as the provider names it");
            return;
        }
        wish("--default-model", "/providers/defaultModel", said);
        plan_.notes.push_back(
            {true, "the default model counts only for a provider whose own entry names no defaultModel", {}});
        saved_choice("--default-model");
    }

    void saved_choice(std::string_view flag) {
        if (has_settings(layers_, surroundings_))
            plan_.notes.push_back(
                {false,
                 fmt::format("{} changes nothing for this user, whose settings hold a choice already", flag),
                 "choose in Desktop, Settings, Models"});
    }

    void permission(const std::string& said) {
        const auto equals = said.find('=');
        const std::string name = said.substr(0, equals);
        const auto* row = rules::find_layer_key("permissions", name);
        if (row == nullptr || equals == std::string::npos) {
            std::vector<std::string_view> names;
            for (const auto& key : rules::layer_keys())
                if (key.parent == "permissions") names.push_back(key.name);
            const auto hint = nearest(name, names);
            refuse("--permission",
                   fmt::format("--permission takes NAME=VALUE, with NAME one of {}", fmt::join(names, ", ")),
                   hint.empty() ? "write for example bash=ask" : fmt::format("did you mean {}?", hint));
            return;
        }
        const std::string value = said.substr(equals + 1);
        const bool boolean = row->type == rules::LayerType::boolean;
        if (boolean ? value != "true" && value != "false" : !rules::layer_value_fits(*row, value)) {
            refuse("--permission",
                   fmt::format("--permission {} is not {}", name, rules::expected_value(*row)),
                   fmt::format("write {}", rules::expected_value(*row)));
            return;
        }
        const std::string pointer = fmt::format("/permissions/{}", name);
        const bool again = std::any_of(wishes_.begin(), wishes_.end(),
                                       [&](const LayerWish& each) { return each.pointer == pointer; });
        if (again) {
            refuse("--permission", fmt::format("--permission says {} twice, and not the same", name),
                   "say it once");
            return;
        }
        wish("--permission", pointer, boolean ? Json(value == "true") : Json(value));
    }

    void steps() {
        if (!plan_.layers.empty() && !plan_.layers.front().edits.empty())
            plan_.steps.push_back({"Restart Desktop: it reads its configuration only when it starts", {}});
        if (!has_settings(layers_, surroundings_))
            plan_.steps.push_back(
                {"Start Desktop and finish its first start: choose a provider and a model, "
                 "enter the key; it keeps the key in the keychain of the system",
                 {}});
        plan_.steps.push_back({"Look at the Health Center in Desktop: its runtime must be ready", {}});
    }

    const Answers& answers_;
    const Surroundings& surroundings_;
    DesktopLayers layers_;
    std::vector<LayerWish> wishes_;
    std::vector<Error> problems_;
    Plan plan_;
};

}  // namespace

std::span<const Option> desktop_local_options() { return options; }

Planned plan_desktop_local(const Answers& answers, const Surroundings& surroundings) {
    auto layers = desktop_layers(surroundings);
    if (!layers) return tl::unexpected(std::vector<Error>{std::move(layers.error())});
    return LocalPlanner(answers, surroundings, std::move(*layers)).run();
}

}  // namespace cowork::setup
