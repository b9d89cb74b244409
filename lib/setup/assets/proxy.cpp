#include "setup/assets/parts.hpp"

#include <fmt/format.h>

namespace cowork::setup {
namespace {

constexpr int https_port = 443;

// A webhook's address as it was sent: a provider id is the only thing that may follow /webhooks/, and a query
// that. The id cannot be `..`, and no escape, slash or backslash is in it, so every reader of the path agrees
// on what it names.
constexpr std::string_view webhook_uri = R"(^/webhooks/[A-Za-z0-9][A-Za-z0-9._-]*(\?[^#]*)?$)";

struct Site {
    std::string host;  // brackets around IPv6
    int port = https_port;
    std::string upstream;  // host:port

    // As it stands in a Host header.
    [[nodiscard]] std::string authority() const {
        return port == https_port ? host : fmt::format("{}:{}", host, port);
    }
};

// The locations of a service that must be reached under /webhooks/ alone.
constexpr std::string_view nginx_webhooks = R"nginx(
    # Everything but a webhook: status, metrics and dashboard stay private.
    location / {{ return 404; }}

    location ~ ^/webhooks/ {{
        # The request as it was sent, so that no escape or dot segment gets by.
        if ($request_uri !~ "{uri}") {{ return 404; }}
        if ($request_method != POST) {{ return 404; }}
        limit_req zone={zone} burst=60 nodelay;
        limit_req_status 429;
        proxy_pass http://{upstream};
{headers}        proxy_set_header Connection "";
        proxy_read_timeout 35s;
        proxy_send_timeout 15s;
    }}
)nginx";

// The whole of a web application with server-sent events, which must flow at once and for long.
constexpr std::string_view nginx_application = R"nginx(
    location / {{
        proxy_pass http://{upstream};
{headers}        proxy_set_header Connection "";
        # Server-sent events live up to 30 minutes and are silent for most of it.
        proxy_buffering off;
        proxy_cache off;
        proxy_read_timeout 35m;
        proxy_send_timeout 60s;
    }}
)nginx";

// What a client says about itself is replaced, never added to.
constexpr std::string_view nginx_headers = R"(        proxy_http_version 1.1;
        proxy_connect_timeout 5s;
        proxy_set_header Host {authority};
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Host {authority};
        proxy_set_header Forwarded "";
)";

std::string proxy_note(const Facts& facts) {
    if (facts.trusts_proxy) return {};
    return fmt::format(
        "# The service sees every client as this proxy until {0}TRUST_PROXY_HEADERS=true and "
        "{0}TRUSTED_PROXY_CIDRS=127.0.0.1/32 are set.\n",
        facts.prefix);
}

void add_nginx(Workbench& bench, const Site& site) {
    const Facts& facts = bench.facts;
    const bool webhooks_only = facts.intent != catalogue::Intent::cloud_connect;
    const std::string headers =
        fmt::format(fmt::runtime(nginx_headers), fmt::arg("authority", site.authority()));
    const std::string zone = webhooks_only ? "open_cowork_webhooks" : "";
    const std::string locations = fmt::format(
        fmt::runtime(webhooks_only ? nginx_webhooks : nginx_application), fmt::arg("zone", zone),
        fmt::arg("uri", webhook_uri), fmt::arg("upstream", site.upstream), fmt::arg("headers", headers));
    const std::string certificate_of = site.host.starts_with('[') ? "open-cowork" : site.host;
    bench.add(
        "nginx.conf", "#",
        webhooks_only ? "nginx publishes the webhooks and nothing else" : "nginx publishes the Cloud",
        fmt::format(
            R"(# For the http level, as in /etc/nginx/conf.d/. Put the paths of your own certificate in.
{note}{limit}server {{
    listen {port} ssl{http2};
    listen [::]:{port} ssl{http2};
    server_name {host};
    server_tokens off;

    ssl_certificate /etc/letsencrypt/live/{certificate}/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/{certificate}/privkey.pem;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_tickets off;

    client_max_body_size {body}m;
    client_header_timeout 15s;
    client_body_timeout 15s;
    merge_slashes off;
{locations}}}
)",
            fmt::arg("note", proxy_note(facts)),
            fmt::arg("limit",
                     webhooks_only
                         ? fmt::format("limit_req_zone $binary_remote_addr zone={}:1m rate=120r/m;\n\n", zone)
                         : ""),
            fmt::arg("port", site.port), fmt::arg("http2", webhooks_only ? "" : " http2"),
            fmt::arg("host", site.host), fmt::arg("certificate", certificate_of),
            fmt::arg("body", facts.proxy_body_mebibytes), fmt::arg("locations", locations)),
        fmt::format("sudo install -m 0644 nginx.conf /etc/nginx/conf.d/{0}.conf && sudo nginx -t && sudo "
                    "systemctl reload nginx",
                    facts.unit));
}

constexpr std::string_view caddy_webhooks = R"(
	@webhook {{
		method POST
		# The request as it was sent, so that no escape or dot segment gets by.
		vars_regexp {{http.request.uri}} `{uri}`
	}}
	handle @webhook {{
		request_body {{
			max_size {body}MiB
		}}
		reverse_proxy {upstream} {{
			header_up X-Real-IP {{remote_host}}
			header_up -Forwarded
			transport http {{
				dial_timeout 5s
				response_header_timeout 35s
			}}
		}}
	}}
	# Everything but a webhook: status, metrics and dashboard stay private.
	handle {{
		respond 404
	}}
)";

constexpr std::string_view caddy_application = R"(
	request_body {{
		max_size {body}MiB
	}}
	reverse_proxy {upstream} {{
		# Server-sent events flow at once.
		flush_interval -1
		header_up X-Real-IP {{remote_host}}
		header_up -Forwarded
		transport http {{
			dial_timeout 5s
			response_header_timeout 60s
		}}
	}}
)";

void add_caddy(Workbench& bench, const Site& site) {
    const Facts& facts = bench.facts;
    const bool webhooks_only = facts.intent != catalogue::Intent::cloud_connect;
    bench.add(
        "Caddyfile", "#",
        webhooks_only ? "Caddy publishes the webhooks and nothing else" : "Caddy publishes the Cloud",
        fmt::format(
            "# Caddy gets and renews the certificate itself; ports 80 and {} must reach it.\n{}{} {{{}}}\n",
            site.port, proxy_note(facts), site.authority(),
            fmt::format(fmt::runtime(webhooks_only ? caddy_webhooks : caddy_application),
                        fmt::arg("uri", webhook_uri), fmt::arg("body", facts.proxy_body_mebibytes),
                        fmt::arg("upstream", site.upstream))),
        "sudo install -m 0644 Caddyfile /etc/caddy/Caddyfile && sudo systemctl reload caddy");
}

// Why there is nothing to publish, or nothing that could be.
std::string obstacle(const Facts& facts) {
    if (!facts.serves_http) return fmt::format("the role {} serves no requests", facts.role);
    if (facts.public_url_key.empty())
        return fmt::format("{}PUBLIC_URL is not set, so there is no host to answer for", facts.prefix);
    if (!facts.public_url) return fmt::format("{} is no URL", facts.public_url_key);
    if (!facts.public_url->secure()) return fmt::format("{} is not https", facts.public_url_key);
    if (facts.public_url->path != "/" || facts.public_url->has_query)
        return fmt::format("{} has a path, and a whole host is needed", facts.public_url_key);
    if (facts.listener.port == 0)
        return fmt::format("{}PORT is 0, which is another port at each start", facts.prefix);
    return {};
}

}  // namespace

void add_reverse_proxies(Workbench& bench) {
    const Facts& facts = bench.facts;
    if (const std::string why = obstacle(facts); !why.empty()) {
        bench.left_out.push_back("nginx.conf and Caddyfile: " + why);
        return;
    }
    Site site;
    site.host = bench.quote.host(facts.public_url->host, facts.public_url_key);
    site.port = facts.public_url->port;
    site.upstream =
        fmt::format("{}:{}", bench.quote.host(facts.listener.host, std::string(facts.prefix) + "HOST"),
                    facts.listener.port);
    add_nginx(bench, site);
    add_caddy(bench, site);
}

}  // namespace cowork::setup
