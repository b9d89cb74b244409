#include "core/text.hpp"
#include "net/url.hpp"
#include "rules/channel_gateway_providers.hpp"
#include "validators/json_secrets.hpp"
#include "validators/product_config/parts.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string>
#include <unordered_set>

namespace cowork::validators {
namespace {

using Json = nlohmann::ordered_json;

class GatewayBlock {
  public:
    explicit GatewayBlock(JsonFindings& found) : found_(found) {
        const auto host = trimmed(text_at(found, "/gateway/server/host"));
        public_bind_ = !host.empty() && !has_reference(host) && !rules::is_channel_loopback(host);
    }

    void judge() {
        environment_only();
        public_url();
        admin_token();
        providers();
        if (const auto mode = text_at(found_, "/gateway/productMode");
            mode == "standalone" || mode == "hybrid")
            found_.add("product.gateway-mode", "/gateway/productMode", "is not cloud_channel");
    }

  private:
    void environment_only() {
        for (const char* pointer : {"/gateway/cloud", "/gateway/timeouts/cloudRequestMs"})
            if (found_.document().find(pointer) != nullptr)
                found_.add("product.gateway-cloud", pointer, "is read from the environment only");
    }

    void public_url() {
        const auto url = text_at(found_, "/gateway/server/publicBaseUrl");
        if (url.empty() || has_reference(url)) return;
        const auto parsed = net::parse_url(url);
        if (!parsed || parsed->scheme != "https")
            found_.add("product.gateway-tls", "/gateway/server/publicBaseUrl", "is no https URL");
    }

    // A switch that is there, or what the gateway takes without it.
    [[nodiscard]] bool is_enabled(const char* pointer, bool fallback) const {
        const Json* value = found_.document().find(pointer);
        return value != nullptr && value->is_boolean() ? value->get<bool>() : fallback;
    }

    void admin_token() {
        if (!public_bind_ || !trimmed(text_at(found_, "/gateway/server/adminToken")).empty()) return;
        const bool self_host = text_at(found_, "/gateway/mode") != "managed";
        if (is_enabled("/gateway/metrics/enabled", true) ||
            is_enabled("/gateway/diagnostics/enabled", self_host))
            found_.add("product.gateway-admin-token", "/gateway/server/adminToken",
                       "is missing on an address that other machines reach");
    }

    void providers() {
        const Json* list = found_.document().find("/gateway/providers");
        if (list == nullptr || !list->is_array()) return;
        std::unordered_set<std::string> ids;
        std::size_t at = 0;
        for (const Json& one : *list) {
            const std::string pointer = fmt::format("/gateway/providers/{}", at++);
            if (one.is_object()) provider(pointer, one, ids);
        }
    }

    void provider(const std::string& pointer, const Json& one, std::unordered_set<std::string>& ids) {
        const auto text = [&](const char* name) {
            const auto value = one.find(name);
            return value != one.end() && value->is_string() ? value->get<std::string>() : std::string{};
        };
        if (const auto enabled = one.find("enabled"); enabled != one.end() && *enabled == Json(false)) return;
        const std::string kind = text("kind");
        const std::string id = text("id").empty() ? kind : text("id");
        if (!id.empty() && !ids.insert(id).second)
            found_.add("product.duplicate-name", pointer + (text("id").empty() ? "/kind" : "/id"),
                       "is the id of an earlier provider", "give each provider an id of its own",
                       Severity::error);
        if (public_bind_ && kind == "fake")
            found_.add("product.gateway-provider", pointer + "/kind",
                       "is fake, on an address that other machines reach");
        const Json* secret = found_.document().find(pointer + "/credentials/sharedSecret");
        const bool has_secret = secret != nullptr && secret->is_string() && !secret->empty() &&
                                !secret->get_ref<const std::string&>().empty();
        if (kind == "webhook" && !has_secret)
            found_.add("product.webhook-secret", pointer + "/credentials/sharedSecret", "is missing");
    }

    JsonFindings& found_;
    bool public_bind_ = false;
};

}  // namespace

void check_product_gateway(JsonFindings& found) {
    if (const Json* gateway = found.document().find("/gateway"); gateway != nullptr && gateway->is_object())
        GatewayBlock(found).judge();
}

}  // namespace cowork::validators
