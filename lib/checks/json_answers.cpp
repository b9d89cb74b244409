#include "checks/json_answers.hpp"

#include "checks/http_layers.hpp"
#include "core/json_depth.hpp"

#include <nlohmann/json.hpp>

namespace cowork::checks {

using nlohmann::json;

std::optional<json> object_in(std::string_view body) {
    if (too_deep(body)) return std::nullopt;
    json document = json::parse(body, nullptr, false);
    if (!document.is_object()) return std::nullopt;
    return document;
}

std::optional<json> object_of(const probes::HttpAnswer& answer) {
    if (!answer.ok() || !is_json(answer)) return std::nullopt;
    return object_in(answer.body);
}

std::string text_at(const json& object, std::string_view key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

bool true_at(const json& object, std::string_view key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

std::string policy_code(const probes::HttpAnswer& answer) {
    const auto document = object_of(answer);
    const json verdict = document ? document->value("verdict", json()) : json();
    return verdict.is_object() ? text_at(verdict, "policyCode") : std::string{};
}

}  // namespace cowork::checks
