#include "rules/judge.hpp"

#include "rules/json_shape.hpp"
#include "secrets/strength.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cowork::rules {
namespace {

bool is_cidr(std::string_view entry) {
    const auto slash = entry.find('/');
    const std::string address(entry.substr(0, slash));
    in6_addr buffer{};
    const bool v4 = inet_pton(AF_INET, address.c_str(), &buffer) == 1;
    const bool v6 = inet_pton(AF_INET6, address.c_str(), &buffer) == 1;
    if (!v4 && !v6) return false;
    if (slash == std::string_view::npos) return true;
    const auto bits = read_integer(entry.substr(slash + 1));
    return bits && *bits >= 0 && *bits <= (v4 ? 32 : 128);
}

}  // namespace

std::string listed(const std::vector<std::string_view>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
        text += fmt::format("{}{}", i == 0 ? "" : i + 1 == words.size() ? " or " : ", ", words[i]);
    return text;
}

std::vector<std::string_view> choices_of(const Key& key) { return words_of(key.choices); }

std::string_view Judge::text(std::string_view name) const { return trimmed(config_.text(full(name))); }

const Key& Judge::key(std::string_view name) const { return *service_.find(full(name)); }

bool Judge::is_true(std::string_view name) const {
    return read_boolean(text(name), service_.parsing).value_or(key(name).fallback == "true");
}

void Judge::add(std::string_view reason, std::string_view name, std::string message, std::string remedy,
                Status status) {
    add_for(reason, name.empty() ? std::string{} : full(name), std::move(message), std::move(remedy), status);
}

void Judge::add_for(std::string_view reason, std::string full_name, std::string message, std::string remedy,
                    Status status) {
    const config::Setting* setting = config_.find(full_name);
    found_.push_back({reason, status, std::move(full_name), std::move(message), std::move(remedy),
                      setting != nullptr ? setting->source : SourceRef{}});
}

void Judge::unreadable(const Key& key, std::string_view expected, Status lenient_status) {
    if (service_.parsing == Parsing::strict)
        return add("configuration.invalid-value", key.name,
                   fmt::format("{} is not {}; {} refuses to start", full(key.name), expected, service_.noun),
                   fmt::format("set {} to {}, or remove the line", full(key.name), expected));
    const std::string instead =
        key.fallback.empty() ? "ignores it" : fmt::format("uses {} instead", key.fallback);
    add("configuration.lenient-value", key.name,
        fmt::format("{} is not {}; {} silently {}", full(key.name), expected, service_.noun, instead),
        fmt::format("set {} to {}, or remove the line", full(key.name), expected), lenient_status);
}

void Judge::need(std::string_view name, std::string remedy) {
    if (!set(name))
        add("configuration.missing-key", name, fmt::format("{} is not set", full(name)), std::move(remedy));
}

void Judge::endpoint(const Key& key, net::EndpointProblem problem, std::string remedy) {
    add(net::reason_code(problem), key.name, fmt::format("{} {}", full(key.name), net::describe(problem)),
        std::move(remedy));
}

void Judge::unknown_keys() {
    for (const config::Setting& setting : config_.settings()) {
        if (!setting.key.starts_with(service_.prefix) || find_key(setting.key) != nullptr) continue;
        const auto hint = service_.nearest(setting.key);
        found_.push_back(
            {"configuration.unknown-key", Status::degraded, setting.key,
             fmt::format("{} is no key of {}, which ignores it", setting.key, service_.label),
             hint.empty() ? std::string("remove the line") : fmt::format("did you mean {}?", hint),
             setting.source});
    }
}

bool Judge::value_of(const Key& key) {
    if (!set(key.name)) return true;
    switch (key.kind) {
        case KeyKind::secret:
        case KeyKind::credential:
            secret(key);
            return true;
        case KeyKind::boolean:
            boolean(key);
            return true;
        case KeyKind::integer:
        case KeyKind::port:
            integer(key);
            return true;
        case KeyKind::choice:
            choice(key);
            return true;
        case KeyKind::cidr_list:
            cidr_list(key);
            return true;
        case KeyKind::service_url:
            service_url(key);
            return true;
        case KeyKind::provider_id:
            provider_id(key);
            return true;
        case KeyKind::path:
        case KeyKind::name:
        case KeyKind::json:
            return true;
        case KeyKind::store:
        case KeyKind::opencode_url:
        case KeyKind::absolute_path:
        case KeyKind::bind_host:
        case KeyKind::public_url:
        case KeyKind::deployment_mode:
        case KeyKind::telegram_mode:
        case KeyKind::delivery_url:
        case KeyKind::database_url:
        case KeyKind::secret_reference:
        case KeyKind::strong_secret:
        case KeyKind::positive_number:
        case KeyKind::clamped_integer:
        case KeyKind::silent_integer:
        case KeyKind::silent_choice:
        case KeyKind::scope_list:
        case KeyKind::worker_id:
        case KeyKind::image_digest:
            return false;
    }
    return false;
}

std::vector<Violation> Judge::take() {
    std::stable_sort(found_.begin(), found_.end(), [](const Violation& a, const Violation& b) {
        return a.status == Status::action_required && b.status != Status::action_required;
    });
    return std::move(found_);
}

void Judge::secret(const Key& key) {
    const std::string_view value = text(key.name);
    if (is_placeholder(value)) {
        add("configuration.placeholder-secret", key.name,
            fmt::format("{} is still a placeholder", full(key.name)), "replace it by a real secret");
    } else if (key.kind == KeyKind::secret && value.size() < shortest_secret) {
        add("configuration.short-secret", key.name,
            fmt::format("{} has fewer than {} characters", full(key.name), shortest_secret),
            "replace it by a longer one");
    }
}

void Judge::boolean(const Key& key) {
    if (!read_boolean(text(key.name), service_.parsing)) unreadable(key, "true or false");
}

void Judge::integer(const Key& key) {
    const auto number = read_integer(text(key.name));
    if (!number) return unreadable(key, fmt::format("a whole number from {} to {}", key.lowest, key.highest));
    if (*number >= key.lowest && *number <= key.highest) return;
    if (service_.parsing == Parsing::strict)
        return unreadable(key, fmt::format("a whole number from {} to {}", key.lowest, key.highest));
    add("configuration.lenient-value", key.name,
        fmt::format("{} is outside {} to {}; {} silently uses the nearer of the two", full(key.name),
                    key.lowest, key.highest, service_.noun),
        fmt::format("set it between {} and {}", key.lowest, key.highest), Status::degraded);
}

void Judge::choice(const Key& key) {
    const auto words = choices_of(key);
    if (std::find(words.begin(), words.end(), text(key.name)) == words.end()) unreadable(key, listed(words));
}

void Judge::cidr_list(const Key& key) {
    for (std::string_view rest = text(key.name); !rest.empty();) {
        const auto comma = rest.find(',');
        const auto entry = trimmed(rest.substr(0, comma));
        if (is_cidr(entry) && entry.ends_with("/0"))
            return add("configuration.invalid-value", key.name,
                       fmt::format("{} holds a network of all addresses, so whoever reaches {} is believed "
                                   "about where it comes from",
                                   full(key.name), service_.noun),
                       "name the networks of the proxies alone", Status::degraded);
        if (!is_cidr(entry))
            return add(
                "configuration.invalid-value", key.name,
                fmt::format("{} holds an entry that is neither an address nor a network", full(key.name)),
                "write networks like 10.0.0.0/8, separated by commas");
        if (comma == std::string_view::npos) return;
        rest = rest.substr(comma + 1);
    }
}

void Judge::service_url(const Key& key) {
    const auto verdict = net::check_service_endpoint(text(key.name));
    if (!verdict.ok()) endpoint(key, verdict.problem, "write it as https://host, or http on loopback");
}

void Judge::provider_id(const Key& key) {
    const std::string_view kind = key.fallback;  // the default id is the provider's kind
    const std::string_view id = text(key.name);
    if (id == kind || (id.starts_with(kind) && id.size() > kind.size() + 1 && id[kind.size()] == '-')) return;
    add("configuration.invalid-value", key.name,
        fmt::format("{} is neither {} nor {}- and a name", full(key.name), kind, kind),
        fmt::format("set it to {} or for example {}-team", kind, kind));
}

}  // namespace cowork::rules
