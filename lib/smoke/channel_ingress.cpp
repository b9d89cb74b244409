#include "smoke/channel_ingress.hpp"

#include "checks/json_answers.hpp"
#include "net/url.hpp"
#include "rules/channel_gateway_json.hpp"
#include "rules/channel_gateway_providers.hpp"
#include "secrets/hmac.hpp"
#include "smoke/webhook_signature.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace cowork::smoke {
namespace {

using nlohmann::json;
using rules::ChannelKind;

// The field that holds what its senders prove; empty for a provider that takes nothing in over HTTP.
std::string_view secret_field(const rules::ChannelProvider& provider) {
    switch (provider.kind) {
        case ChannelKind::telegram:
            return provider.text("mode") == "webhook" ? "webhookSecret" : "";
        case ChannelKind::slack:
            return "signingSecret";
        case ChannelKind::email:
            return "inboundSecret";
        case ChannelKind::webhook:
        case ChannelKind::discord:
        case ChannelKind::whatsapp:
        case ChannelKind::signal:
            return "sharedSecret";
        case ChannelKind::cli:
        case ChannelKind::fake:
            return "";
    }
    return "";
}

// The header of a kind that is shown its secret.
std::string_view secret_header(ChannelKind kind) {
    return kind == ChannelKind::telegram ? "x-telegram-bot-api-secret-token"
                                         : "x-open-cowork-gateway-email-secret";
}

std::string body_for(ChannelKind kind, std::string_view mark) {
    if (kind == ChannelKind::telegram || kind == ChannelKind::email) return "{}";
    const json body = kind == ChannelKind::slack ? json{{"type", "url_verification"}, {"challenge", mark}}
                                                 : json{{"id", mark}};
    return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

void sign(probes::HttpCall& call, const Ingress& ingress, Proof proof, std::int64_t when) {
    const std::string timestamp = fmt::format("{}", when);
    // The signature of other bytes, where a wrong one is wanted.
    const std::string signed_body = proof == Proof::wrong ? call.body + " " : call.body;
    if (ingress.kind == ChannelKind::slack) {
        call.headers.emplace_back("x-slack-request-timestamp", timestamp);
        call.headers.emplace_back(
            "x-slack-signature",
            "v0=" + hmac_sha256_hex(ingress.secret, {"v0:", timestamp, ":", signed_body}));
        return;
    }
    call.headers.emplace_back(timestamp_header, timestamp);
    call.headers.emplace_back(signature_header, webhook_signature(ingress.secret, timestamp, signed_body));
}

bool has_challenge(const probes::HttpAnswer& answer, std::string_view mark) {
    const auto document = checks::object_of(answer);
    return document && checks::text_at(*document, "challenge") == mark;
}

}  // namespace

bool Ingress::timed() const { return kind != ChannelKind::telegram && kind != ChannelKind::email; }

std::vector<Ingress> ingresses(const config::Config& config) {
    const config::Config settings = rules::with_config_json(config);
    std::vector<Ingress> found;
    for (const rules::ChannelProvider& provider : rules::read_providers(settings).providers) {
        const std::string_view field = secret_field(provider);
        if (!provider.enabled || field.empty() || provider.text(field).empty()) continue;
        found.push_back({provider.kind, provider.id, "/webhooks/" + net::percent_encode(provider.id),
                         Secret(provider.text(field))});
    }
    return found;
}

probes::HttpCall ingress_call(const Ingress& ingress, Proof proof, std::string_view mark, std::int64_t when,
                              const Secret& wrong_secret) {
    probes::HttpCall call;
    call.method = "POST";
    call.url = ingress.path;
    call.body = body_for(ingress.kind, mark);
    if (proof == Proof::none) return call;
    if (ingress.timed()) {
        sign(call, ingress, proof, when);
    } else {
        call.secret_headers.emplace_back(secret_header(ingress.kind),
                                         proof == Proof::wrong ? &wrong_secret : &ingress.secret);
    }
    return call;
}

Admission admission(const Ingress& ingress, const probes::HttpAnswer& answer, std::string_view mark) {
    if (answer.status == 401) return Admission::refused;
    switch (ingress.kind) {
        case ChannelKind::slack:
            // Versions of the product answer a bad signature of Slack's with 502.
            if (answer.status == 502) return Admission::refused;
            return answer.status == 200 && has_challenge(answer, mark) ? Admission::admitted : Admission::odd;
        case ChannelKind::email:
            return answer.status == 202 ? Admission::admitted : Admission::odd;
        case ChannelKind::telegram:
        case ChannelKind::webhook:
        case ChannelKind::discord:
        case ChannelKind::whatsapp:
        case ChannelKind::signal:
            // Let in, and then found to be nothing that can be handled.
            return answer.status == 202 || answer.status == 400 || answer.status == 502 ? Admission::admitted
                                                                                        : Admission::odd;
        case ChannelKind::cli:
        case ChannelKind::fake:
            return Admission::odd;
    }
    return Admission::odd;
}

}  // namespace cowork::smoke
