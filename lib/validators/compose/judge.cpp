#include "validators/compose/judge.hpp"

#include "validators/contradictions.hpp"
#include "validators/registry.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace cowork::validators {
namespace {

using rules::Key;
using rules::KeyKind;

// Breaks none of the rules about secrets; ended by a number, no two are alike.
constexpr std::string_view unknown_secret = "kR8vWq2ZxN5yTb7LhPm4GfJc9UaXe3Bn";

// What may stand for a value that is not known, so that the others can be judged; nothing where the rest
// depends on it.
std::optional<std::string> stand_in(const Key& key, std::size_t number) {
    switch (key.kind) {
        case KeyKind::secret:
        case KeyKind::strong_secret:
        case KeyKind::credential:
            return fmt::format("{}{}", unknown_secret, number);
        case KeyKind::database_url:
            return fmt::format("postgres://cowork:{}{}@127.0.0.1:5432/cowork", unknown_secret, number);
        case KeyKind::name:
        case KeyKind::worker_id:
            return fmt::format("name-{}", number);
        case KeyKind::service_url:
            return "https://service.test";
        case KeyKind::image_digest:
            return "sha256:" + std::string(64, 'a');
        case KeyKind::integer:
        case KeyKind::port:
        case KeyKind::positive_number:
        case KeyKind::clamped_integer:
        case KeyKind::silent_integer:
            return key.fallback.empty() ? std::to_string(std::max(key.lowest, 1LL))
                                        : std::string(key.fallback);
        case KeyKind::boolean:
        case KeyKind::choice:
        case KeyKind::silent_choice:
        case KeyKind::cidr_list:
        case KeyKind::scope_list:
        case KeyKind::provider_id:
        case KeyKind::path:
        case KeyKind::absolute_path:
        case KeyKind::json:
        case KeyKind::store:
        case KeyKind::opencode_url:
        case KeyKind::bind_host:
        case KeyKind::public_url:
        case KeyKind::deployment_mode:
        case KeyKind::telegram_mode:
        case KeyKind::delivery_url:
        case KeyKind::secret_reference:
            return std::nullopt;
    }
    return std::nullopt;
}

// About a value by itself, whatever the other settings are.
bool is_about_a_value(std::string_view code) {
    constexpr std::array<std::string_view, 6> codes{
        "configuration.invalid-value",      "configuration.lenient-value", "configuration.unknown-key",
        "configuration.placeholder-secret", "configuration.short-secret",  "configuration.ignored-reference"};
    return std::find(codes.begin(), codes.end(), code) != codes.end() || code.starts_with("endpoint.");
}

config::Config copy_of(const config::Config& from) {
    config::Config copy;
    for (const config::Setting& one : from.settings()) copy.set(one.key, one.value.clone(), one.source);
    return copy;
}

}  // namespace

std::vector<rules::Violation> violations_of(const ComposeProduct& product, const Settings& settings) {
    config::Config config = copy_of(product.environment.config);
    bool certain = product.environment.complete;
    std::size_t number = 0;
    for (const std::string& name : product.environment.unknown) {
        const Key* key = product.kind->find(name);
        const auto value = key == nullptr ? std::optional<std::string>() : stand_in(*key, number++);
        if (value)
            config.set(name, Secret(*value), {});
        else
            certain = certain && key == nullptr && name != "HOST" && name != "PORT";
    }
    const std::string tier = rules::cloud_server().full_name("DEPLOYMENT_TIER");
    if (product.is_cloud() && settings.tier && config.find(tier) == nullptr)
        config.set(tier, Secret(rules::to_string(*settings.tier)), {});
    std::vector<rules::Violation> found = product.kind->check(config);
    for (rules::Violation& one : contradictions_in(*product.kind, config)) found.push_back(std::move(one));
    const auto uncertain = [&](const rules::Violation& one) {
        if (product.environment.is_unknown(one.key)) return true;
        const bool set = product.environment.places.find(one.key) != product.environment.places.end();
        return !certain && !(is_about_a_value(one.reason_code) && set);
    };
    std::erase_if(found, uncertain);
    return found;
}

void report_violation(const ComposeProduct& product, rules::Violation violation, Findings& here) {
    if (find_rule(violation.reason_code) == nullptr) return;
    const auto place = product.environment.places.find(violation.key);
    violation.source = {};
    // Beside it in the same network OpenCode has the service's name, which has no dot to tell that it is
    // private.
    if (violation.reason_code == "endpoint.public-host" &&
        product.environment.config.text(violation.key).find('.') == std::string_view::npos)
        violation.remedy = fmt::format(
            "give that service a network alias such as opencode.internal, name it by that, and set {} to "
            "true",
            product.kind->full_name("ALLOW_PRIVATE_DNS"));
    if (place == product.environment.places.end()) {
        violation.message = fmt::format("service {}: {}", product.service->name, violation.message);
        here.add(violation, product.service->where);
    } else if (place->second.env == nullptr) {
        here.add(violation, place->second.where);
    } else {
        place->second.env->document->findings->add(violation, place->second.where);
    }
}

}  // namespace cowork::validators
