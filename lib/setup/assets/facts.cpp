#include "setup/assets/facts.hpp"

#include "net/host_class.hpp"
#include "rules/lenient.hpp"
#include "rules/standalone_gateway.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace cowork::setup {
namespace {

using catalogue::Intent;

// What does not depend on the env file. The scripts are those that the product's own images and packages
// start.
struct Product {
    Intent intent;
    std::string_view prefix, unit, title, entry, node_option, image_variable, image_remedy, ready_path;
    std::string_view default_host;
    int default_port;
    int proxy_body_mebibytes;
};
constexpr std::array products{
    Product{Intent::gateway_only, rules::gateway_prefix, "open-cowork-gateway",
            "Open Cowork Standalone Gateway", "apps/standalone-gateway/dist/main.js serve", "",
            "OPEN_COWORK_STANDALONE_GATEWAY_IMAGE",
            "an image of the Standalone Gateway that you built, with its @sha256 digest", "/health",
            "127.0.0.1", 8795, 1},
    Product{Intent::cloud_gateway, "OPEN_COWORK_GATEWAY_", "open-cowork-channel-gateway",
            "Open Cowork Cloud Channel Gateway", "apps/channel-gateway/dist/index.js", "",
            "OPEN_COWORK_GATEWAY_IMAGE",
            "ghcr.io/joe-broadhead/open-cowork-gateway with the @sha256 digest of its release", "/ready",
            "127.0.0.1", 8790, 1},
    // 35 MiB is the largest body that the Cloud takes: a session import (contract: cloud.md section 2.4).
    Product{Intent::cloud_connect, "OPEN_COWORK_CLOUD_", "open-cowork-cloud", "Open Cowork Cloud",
            "apps/desktop/dist/cloud/open-cowork-cloud.mjs", "--experimental-sqlite",
            "OPEN_COWORK_CLOUD_IMAGE", "", "/readyz", "127.0.0.1", 8787, 35},
};

// One of these is in every env file of the Cloud's server and in none of Desktop's (contract: cloud.md
// sections 7 and 8).
constexpr std::array server_keys{"ROLE",           "CONTROL_PLANE_URL", "SECRET_KEY",
                                 "SECRET_KEY_REF", "DEPLOYMENT_TIER",   "OBJECT_STORE_KIND"};
constexpr std::array cloud_roles{"all-in-one", "web", "worker", "scheduler"};

// Reads the values of one product as its service would.
class Reader {
  public:
    Reader(const config::Config& config, const Product& product) : config_(config), product_(product) {}

    [[nodiscard]] std::string key(std::string_view name) const {
        return std::string(product_.prefix) + std::string(name);
    }
    [[nodiscard]] std::string_view text(std::string_view name) const {
        return rules::trimmed(config_.text(key(name)));
    }
    [[nodiscard]] bool boolean(std::string_view name, bool fallback) const {
        return rules::read_boolean(text(name)).value_or(fallback);
    }
    [[nodiscard]] int port() const {
        const long long number = rules::read_integer(text("PORT")).value_or(product_.default_port);
        return number >= 0 && number <= 65535 ? static_cast<int>(number) : product_.default_port;
    }

  private:
    const config::Config& config_;
    const Product& product_;
};

std::string bracketed(const std::string& host) {
    return host.find(':') != std::string::npos && !host.starts_with('[') ? "[" + host + "]" : host;
}

// Where this machine reaches a service that binds to that host.
std::string reachable(std::string host) {
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (net::classify_host(host) == net::HostClass::wildcard)
        return host.find(':') == std::string::npos ? "127.0.0.1" : "[::1]";
    return bracketed(host);
}

std::string percent_decoded(std::string_view text) {
    const auto digit = [](char c) {
        constexpr std::string_view digits = "0123456789abcdef";
        const auto at = digits.find(static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c));
        return at == std::string_view::npos ? -1 : static_cast<int>(at);
    };
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool escape =
            text[at] == '%' && at + 2 < text.size() && digit(text[at + 1]) >= 0 && digit(text[at + 2]) >= 0;
        out += escape ? static_cast<char>(digit(text[at + 1]) * 16 + digit(text[at + 2])) : text[at];
        if (escape) at += 2;
    }
    return out;
}

// postgres://role:password@host:port/database?parameters, without ever looking at the password. A missing
// database is the role's name, as for every Postgres client.
std::optional<DatabaseFacts> database_facts(std::string key, std::string_view url) {
    const auto parsed = net::parse_url(url);
    if (!parsed || (parsed->scheme != "postgres" && parsed->scheme != "postgresql")) return std::nullopt;
    DatabaseFacts facts;
    facts.key = std::move(key);
    facts.host = parsed->host;
    facts.port = parsed->port;
    facts.loopback = net::classify_host(parsed->host) == net::HostClass::loopback;
    auto rest = url.substr(url.find("://") + 3);
    const auto authority = rest.substr(0, rest.find_first_of("/?#"));
    const auto at = authority.rfind('@');
    if (at != std::string_view::npos)
        facts.role = percent_decoded(authority.substr(0, std::min(at, authority.find(':'))));
    facts.database = percent_decoded(std::string_view(parsed->path).substr(1));
    if (facts.database.empty()) facts.database = facts.role;
    return facts;
}

void read_public_url(Facts& facts, const Reader& read) {
    for (const std::string_view name : {"PUBLIC_URL", "TELEGRAM_PUBLIC_URL"}) {
        if (read.text(name).empty()) continue;
        facts.public_url_key = read.key(name);
        facts.public_url = net::parse_url(read.text(name));
        return;
    }
}

void read_files(Facts& facts, const Reader& read, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names)
        if (const auto path = read.text(name); path.starts_with('/'))
            facts.read_files.emplace_back(read.key(name), path);
}

void standalone_facts(Facts& facts, const AssetContext& context, const Reader& read) {
    const auto view = rules::view_gateway(*context.config);
    facts.runtime_root = view.runtime_root;
    facts.runtime_root_key = read.key("RUNTIME_ROOT");
    facts.opencode = net::parse_url(view.opencode_url);
    facts.opencode_here = facts.opencode && facts.opencode->scheme == "http" &&
                          net::classify_host(facts.opencode->host) == net::HostClass::loopback;
    if (!view.memory_store) {
        facts.database = database_facts(read.key("DATABASE_URL"), view.database_url);
        if (facts.database) facts.database->tls = view.database_tls;
    }
    facts.metrics = true;
    read_files(facts, read,
               {"DATABASE_SSL_CA_PATH", "DATABASE_SSL_CERT_PATH", "DATABASE_SSL_KEY_PATH", "CONFIG"});
}

bool is_server_file(const Reader& read) {
    return std::any_of(server_keys.begin(), server_keys.end(),
                       [&](const char* name) { return !read.text(name).empty(); });
}

Result<void> cloud_facts(Facts& facts, const AssetContext& context, const Reader& read) {
    if (!is_server_file(read))
        return fail(ErrorCode::usage,
                    "--assets has nothing to make: the file holds no settings of a Cloud server",
                    "cowork setup cloud-connect --server writes such a file");
    facts.role = read.text("ROLE").empty() ? "all-in-one" : std::string(read.text("ROLE"));
    if (std::find(cloud_roles.begin(), cloud_roles.end(), facts.role) == cloud_roles.end())
        return fail(ErrorCode::refused, fmt::format("{} names no role of the Cloud", read.key("ROLE")),
                    "set it to all-in-one, web, worker or scheduler", {{}, 0, 0, read.key("ROLE")});
    facts.serves_http = facts.role == "all-in-one" || facts.role == "web";
    const bool executes = facts.role == "all-in-one" || facts.role == "worker";
    const auto isolation = read.text("EXECUTION_ISOLATION_MODE");
    facts.needs_docker = executes && (isolation.empty() || isolation == "sandbox");
    if (facts.role != "all-in-one") facts.unit += "-" + facts.role;
    // The bare names win on the Cloud (contract: cloud.md section 7.1).
    const auto& config = *context.config;
    if (const auto host = rules::trimmed(config.text("HOST")); !host.empty())
        facts.listener.host = reachable(std::string(host));
    if (const auto port = rules::read_integer(config.text("PORT")); port && *port > 0 && *port <= 65535)
        facts.listener.port = static_cast<int>(*port);
    facts.runtime_root = read.text("ROOT");
    facts.runtime_root_key = read.key("ROOT");
    facts.database = database_facts(read.key("CONTROL_PLANE_URL"), read.text("CONTROL_PLANE_URL"));
    return {};
}

}  // namespace

std::string header(std::string_view comment_sign, std::string_view purpose) {
    return fmt::format("{0} {1}{2}: {3}\n", comment_sign, header_mark, COWORK_VERSION, purpose);
}

Result<Facts> gather_facts(const AssetContext& context) {
    const auto product = std::find_if(products.begin(), products.end(),
                                      [&](const Product& p) { return p.intent == context.intent; });
    const auto& row = catalogue::row(context.intent);
    if (product == products.end())
        return fail(ErrorCode::usage,
                    fmt::format("--assets has nothing to make: {} starts no service", row.id),
                    "leave it out");
    const Reader read(*context.config, *product);
    Facts facts;
    facts.intent = context.intent;
    facts.intent_id = row.id;
    facts.prefix = product->prefix;
    facts.unit = product->unit;
    facts.title = product->title;
    facts.entry = product->entry;
    facts.node_option = product->node_option;
    facts.image_variable = product->image_variable;
    facts.image_remedy = product->image_remedy;
    facts.ready_path = product->ready_path;
    facts.proxy_body_mebibytes = product->proxy_body_mebibytes;
    const auto host = read.text("HOST");
    facts.listener = {reachable(std::string(host.empty() ? product->default_host : host)), read.port()};
    facts.trusts_proxy =
        read.boolean("TRUST_PROXY_HEADERS", false) && !read.text("TRUSTED_PROXY_CIDRS").empty();
    read_public_url(facts, read);

    if (context.intent == Intent::gateway_only) standalone_facts(facts, context, read);
    if (context.intent == Intent::cloud_gateway) {
        facts.metrics = read.boolean("METRICS_ENABLED", true);
        read_files(facts, read, {"CONFIG"});
    }
    if (context.intent == Intent::cloud_connect)
        if (auto done = cloud_facts(facts, context, read); !done)
            return tl::unexpected(std::move(done.error()));
    return facts;
}

}  // namespace cowork::setup
