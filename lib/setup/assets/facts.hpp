#pragma once

#include "net/url.hpp"
#include "setup/assets/assets.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::setup {

// A service that listens, as the reverse proxy, Compose and Prometheus see it.
struct Listener {
    std::string host;  // where this machine reaches it, brackets around IPv6
    int port = 0;
};

// The PostgreSQL that an env file names. The password is not among the facts.
struct DatabaseFacts {
    std::string key;             // the key that names it
    std::string role, database;  // decoded; empty when the URL names none
    std::string host;
    int port = 0;
    bool loopback = false;
    bool tls = false;
};

// What the assets of one env file need to know: the constants of its product, and the values that are safe to
// show. Defaults are the product's own (contract: standalone-gateway.md section 1, cloud.md sections 7, 8
// and 10.1).
struct Facts {
    catalogue::Intent intent = catalogue::Intent::gateway_only;
    int proxy_body_mebibytes = 1;  // the largest body that the service takes
    std::string_view intent_id;
    std::string_view prefix;       // of every key
    std::string unit;              // of the service, without `.service`
    std::string_view title;        // for people
    std::string_view entry;        // the script that node runs, below install_root
    std::string_view node_option;  // empty, or what it needs before the script
    std::string_view image_variable;
    std::string_view image_remedy;
    std::string_view ready_path;  // answers 2xx while the service is up

    Listener listener;
    std::optional<net::Url> public_url;
    std::string public_url_key;
    std::string role;          // of the Cloud's server; else empty
    std::string runtime_root;  // empty where the service has none
    std::string runtime_root_key;
    std::optional<net::Url> opencode;  // gateway_only
    std::optional<DatabaseFacts> database;
    std::vector<std::pair<std::string, std::string>> read_files;  // key, path of a file that it reads

    bool serves_http = true;     // a Cloud worker or scheduler does not
    bool needs_docker = false;   // runs sandboxes through Docker
    bool trusts_proxy = false;   // takes the client's address from a reverse proxy
    bool opencode_here = false;  // plain http on this machine's loopback, so that a unit can start it
    bool metrics = false;        // Prometheus text under /metrics for the admin bearer
};

// Where the product's own files lie for the units (its deployment pages use the same place).
inline constexpr std::string_view install_root = "/opt/open-cowork";
inline constexpr std::string_view service_user = "open-cowork";
// OpenCode's: what an agent runs must not be able to read the environment of the gateway, which holds its
// secrets.
inline constexpr std::string_view agent_user = "open-cowork-agent";

// ErrorCode::usage for an intent without services, and for an env file that is not the Cloud server's own.
[[nodiscard]] Result<Facts> gather_facts(const AssetContext& context);

// The line that begins every asset, after the comment sign of its kind.
[[nodiscard]] std::string header(std::string_view comment_sign, std::string_view purpose);
inline constexpr std::string_view header_mark = "Written by cowork ";

}  // namespace cowork::setup
