#include "net/endpoint_policy.hpp"
#include "net/host_class.hpp"
#include "rules/channel_gateway_json.hpp"
#include "rules/cloud_judge.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace cowork::rules {
namespace {

constexpr std::array token_scopes{std::string_view{"desktop"}, std::string_view{"gateway"},
                                  std::string_view{"admin"}, std::string_view{"operator"}};

// Keys of the product's examples that the server does not read.
struct UnreadKey {
    std::string_view name;
    std::string_view reader;
    std::string_view remedy;
};
constexpr std::array unread{
    UnreadKey{"DATABASE_URL", "only backup scripts do, or a configuration file that names it",
              "set OPEN_COWORK_CLOUD_CONTROL_PLANE_URL instead"},
    UnreadKey{"OTLP_HEADERS_REF", "nothing does, so no header is sent",
              "set OPEN_COWORK_CLOUD_OTLP_HEADERS instead"},
    UnreadKey{"IMAGE", "only Docker Compose does", "keep it in the .env file of Compose"},
    UnreadKey{"PUBLISHED_PORT", "only Docker Compose does", "keep it in the .env file of Compose"},
};

const UnreadKey* find_unread(std::string_view name) {
    const auto found =
        std::find_if(unread.begin(), unread.end(), [&](const UnreadKey& key) { return key.name == name; });
    return found == unread.end() ? nullptr : &*found;
}

}  // namespace

std::vector<Violation> CloudJudge::judge() {
    // With another role the server does not start, whatever else is set. What only some of them need is then
    // not asked for: nobody can tell which one was meant.
    const auto words = choices_of(*service().find(full("ROLE")));
    if (set("ROLE") && std::find(words.begin(), words.end(), text("ROLE")) == words.end())
        view_.role = CloudRole::scheduler;
    unknown_keys();
    unread_keys();
    values();
    secrets();
    access();
    storage();
    billing();
    isolation();
    if (production_tier()) production();
    watchdog();
    return take();
}

void CloudJudge::values() {
    for (const Key& key : service().keys) {
        if (key.bare || find_unread(key.name) != nullptr || !set(key.name)) continue;
        // What is 0 for "off" in the product's documentation, and a refusal in its code.
        const bool off = key.name == "LIVENESS_PORT" || key.name == "RETENTION_STALE_THROTTLE_MS";
        if (off && read_integer(text(key.name)) == 0) {
            add("configuration.invalid-value", key.name,
                fmt::format("{} is 0, with which the server refuses to start, although the product's "
                            "documentation takes it for off",
                            full(key.name)),
                "remove the line");
        } else if (key.name.ends_with("_URL") && service().group_of(full(key.name)) == "Branding") {
            branding_link(key);
        } else if (key.kind == KeyKind::json) {
            json_object(key);
        } else if (!value_of(key)) {
            own_value(key);
        }
    }
    bare_server_keys();
    otlp();
}

// The kinds that only this service has. Those without a row are judged by their subject.
void CloudJudge::own_value(const Key& key) {
    struct Rule {
        KeyKind kind;
        void (CloudJudge::*judge)(const Key&);
    };
    static constexpr std::array own{
        Rule{KeyKind::silent_integer, &CloudJudge::silent_integer},
        Rule{KeyKind::silent_choice, &CloudJudge::silent_choice},
        Rule{KeyKind::clamped_integer, &CloudJudge::clamped_integer},
        Rule{KeyKind::positive_number, &CloudJudge::positive_number},
        Rule{KeyKind::scope_list, &CloudJudge::scope_list},
        Rule{KeyKind::public_url, &CloudJudge::origin_value},
        Rule{KeyKind::database_url, &CloudJudge::database_url},
        Rule{KeyKind::bind_host, &CloudJudge::bind_host},
        Rule{KeyKind::secret_reference, &CloudJudge::reference},
    };
    for (const Rule& rule : own)
        if (rule.kind == key.kind) (this->*rule.judge)(key);
}

void CloudJudge::silent_integer(const Key& key) {
    if (key.name.starts_with("PROGRESS_WATCHDOG_")) return;  // watchdog() knows more
    const auto number = read_integer(text(key.name));
    if (number && *number >= key.lowest && *number <= key.highest) return;
    add("configuration.lenient-value", key.name,
        fmt::format("{} is not a whole number from {} to {}; the server silently uses another one",
                    full(key.name), key.lowest, key.highest),
        fmt::format("correct it, or remove the line, which means {}", key.fallback), Status::degraded);
}

void CloudJudge::silent_choice(const Key& key) {
    if (key.name.starts_with("PROGRESS_WATCHDOG_") || key.name == "ARTIFACT_DIRECT_UPLOAD_MODE") return;
    const auto words = choices_of(key);
    if (std::find(words.begin(), words.end(), text(key.name)) != words.end()) return;
    add("configuration.lenient-value", key.name,
        fmt::format("{} is not {}; the server silently ignores it", full(key.name), listed(words)),
        fmt::format("set it to {}", listed(words)));
}

void CloudJudge::clamped_integer(const Key& key) {
    const auto number = read_integer(text(key.name));
    if (!number || *number < key.lowest)
        return unreadable(key, fmt::format("a whole number from {} to {}", key.lowest, key.highest));
    if (*number > key.highest)
        add("configuration.lenient-value", key.name,
            fmt::format("{} is above {}; the server silently uses {}", full(key.name), key.highest,
                        key.highest),
            fmt::format("set it between {} and {}", key.lowest, key.highest), Status::degraded);
}

void CloudJudge::positive_number(const Key& key) {
    const auto value = text(key.name);
    double number = 0;
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
    const bool readable = problem == std::errc{} && end == value.data() + value.size();
    // Written so that "nan" does not pass.
    if (!(readable && number > 0 && number < 1e6)) unreadable(key, "a number above 0");
}

void CloudJudge::scope_list(const Key& key) {
    for (std::string_view rest = text(key.name); !rest.empty();) {
        const auto comma = rest.find(',');
        const auto scope = trimmed(rest.substr(0, comma));
        if (!scope.empty() &&
            std::find(token_scopes.begin(), token_scopes.end(), scope) == token_scopes.end())
            return add("configuration.invalid-value", key.name,
                       fmt::format("{} holds a word that is no scope an operator may give", full(key.name)),
                       "use desktop, gateway, admin and operator, separated by commas");
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
}

// An origin of http or https; whether it must be public is a question of the role and tier.
void CloudJudge::origin_value(const Key& key) {
    if (key.name == "CORS_ORIGIN" && text(key.name) == "*") return;  // cross_origin() knows more
    const auto verdict = net::check_service_endpoint(text(key.name));
    if (!verdict.ok())
        return endpoint(key, verdict.problem, "write an origin such as https://cloud.example.org");
    if (verdict.url->path != "/" || verdict.url->has_query || verdict.url->has_fragment)
        endpoint(key, net::EndpointProblem::extra_parts, "write an origin such as https://cloud.example.org");
}

void CloudJudge::database_url(const Key& key) {
    const auto url = net::parse_url(text(key.name));
    if (!url || (url->scheme != "postgres" && url->scheme != "postgresql"))
        return add("configuration.invalid-value", key.name,
                   fmt::format("{} is not a postgres:// URL", full(key.name)),
                   "write postgres://user:password@host:5432/database; percent-encode special characters");
    const auto host_class = net::classify_host(url->host);
    if (host_class == net::HostClass::metadata)
        add("endpoint.metadata-host", key.name,
            fmt::format("{} names a cloud metadata service", full(key.name)), "name the database server");
    if (host_class == net::HostClass::wildcard)
        add("endpoint.wildcard-host", key.name, fmt::format("{} names a wildcard address", full(key.name)),
            "name the database server");
}

void CloudJudge::bind_host(const Key& key) {
    if (text(key.name).find_first_of("/@?# ") == std::string_view::npos) return;
    add("configuration.invalid-value", key.name,
        fmt::format("{} is neither an address nor a host name", full(key.name)),
        "set it to 127.0.0.1 or 0.0.0.0, without scheme and port");
}

void CloudJudge::json_object(const Key& key) {
    const auto value = text(key.name);
    if (value.starts_with('{') && nlohmann::json::accept(value)) return;
    add("configuration.invalid-value", key.name, fmt::format("{} is not a JSON object", full(key.name)),
        "write it as {\"name\": \"value\"}, on one line");
}

void CloudJudge::branding_link(const Key& key) {
    const bool mailto = key.name == "SUPPORT_URL";
    if (is_branding_url(text(key.name), mailto)) return;
    add("configuration.lenient-value", key.name,
        fmt::format("{} is no https{} link; the server silently leaves it out", full(key.name),
                    mailto ? " or mailto" : ""),
        fmt::format("write it as https://host{}", mailto ? " or mailto:address" : ""), Status::degraded);
}

// HOST and PORT without the prefix, easily inherited by accident.
void CloudJudge::bare_server_keys() {
    const auto port = trimmed(config().text("PORT"));
    const auto number = read_integer(port);
    if (!port.empty() && (!number || *number < 0 || *number > 65535))
        add_for("configuration.invalid-value", "PORT",
                "PORT, which wins over OPEN_COWORK_CLOUD_PORT, is not a whole number from 0 to 65535; the "
                "server refuses to start",
                "correct it, or remove it from the server's environment");
    if (trimmed(config().text("HOST")).find_first_of("/@?# ") != std::string_view::npos)
        add_for("configuration.invalid-value", "HOST",
                "HOST, which wins over OPEN_COWORK_CLOUD_HOST, is neither an address nor a host name",
                "correct it, or remove it from the server's environment");
    for (const std::string_view name : {"HOST", "PORT"}) {
        const auto bare = trimmed(config().text(name));
        if (!bare.empty() && set(name) && bare != text(name))
            add_for("configuration.lenient-value", std::string(name),
                    fmt::format("{} wins over {}, which says something else", name, full(name)),
                    "keep one of the two", Status::degraded);
    }
}

void CloudJudge::unread_keys() {
    for (const UnreadKey& key : unread) {
        if (!set(key.name)) continue;
        const auto named = [&](const config::Setting& setting) {
            return trimmed(setting.value.reveal()) == "env:" + full(key.name);
        };
        const auto& all = config().settings();
        // A configuration file may name the variable, and so may a reference.
        if (key.name == "DATABASE_URL" &&
            (view_.configuration_file || std::any_of(all.begin(), all.end(), named)))
            continue;
        add("configuration.unread-key", key.name,
            fmt::format("{} is not read by the server: {}", full(key.name), key.reader),
            std::string(key.remedy), Status::degraded);
    }
}

void CloudJudge::otlp() {
    std::string_view endpoint = text("OTLP_ENDPOINT");
    while (endpoint.ends_with('/')) endpoint.remove_suffix(1);
    if (endpoint.ends_with("/v1/traces") || endpoint.ends_with("/v1/metrics"))
        add("configuration.lenient-value", "OTLP_ENDPOINT",
            fmt::format("{} already ends in the path of one kind of record, so the others go astray",
                        full("OTLP_ENDPOINT")),
            "write the collector's base URL, without /v1/traces", Status::degraded);
}

void CloudJudge::lacks(std::string_view name, std::string_view why, std::string remedy, Elsewhere elsewhere) {
    const bool perhaps = elsewhere == Elsewhere::file && view_.configuration_file;
    add("configuration.missing-key", name,
        fmt::format("{} is not set{}: {}", full(name),
                    perhaps ? ", and whether the configuration file sets it is not known" : "", why),
        std::move(remedy), perhaps ? Status::degraded : Status::action_required);
}

std::vector<Violation> check_cloud(const config::Config& config) { return CloudJudge(config).judge(); }

}  // namespace cowork::rules
