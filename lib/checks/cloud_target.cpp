#include "checks/cloud_target.hpp"

#include "checks/json_answers.hpp"
#include "rules/channel_gateway.hpp"
#include "rules/cloud_server.hpp"
#include "rules/lenient.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace cowork::checks {
namespace {

using nlohmann::json;

struct Place {
    std::string url;
    SourceRef source;
};

SourceRef source_of(const Context& context, std::string_view key) {
    const auto* setting = context.config.find(key);
    return setting == nullptr ? SourceRef{} : setting->source;
}

// Where the Cloud is said to be; empty when nobody says.
Place place_of(const Context& context) {
    if (!context.wishes.cloud_url.empty()) return {context.wishes.cloud_url, {"--cloud-url", 0, 0, {}}};
    if (const auto url = rules::trimmed(context.config.text(cloud_url_key)); !url.empty())
        return {std::string(url), source_of(context, cloud_url_key)};
    if (context.present.channel_gateway)
        if (const std::string url = rules::view_channel_gateway(context.config).cloud_url; !url.empty())
            return {url, source_of(context, "OPEN_COWORK_CLOUD_BASE_URL")};
    if (context.present.cloud_server) {
        const rules::CloudView view = rules::view_cloud(context.config);
        if (!view.public_url.empty())
            return {std::string(view.public_url),
                    source_of(context, rules::cloud_server().full_name("PUBLIC_URL"))};
        if (rules::runs_web(view.role)) return {view.local_url(), source_of(context, view.host_key)};
    }
    return {};
}

}  // namespace

std::optional<Finding> cloud_policy(Layers& layers, const Context& context, CloudTarget& target) {
    Place place = place_of(context);
    if (place.url.empty()) {
        const auto known = cloud_urls_of_desktop(context);
        layers.evidence("desktop_workspaces", static_cast<std::int64_t>(known.size()));
        if (known.empty())
            return layers.broke("policy", Status::unknown, "cloud.not-set-up",
                                "nothing here says where the Cloud is"_safe);
        if (known.size() > 1)
            return layers.broke("policy", Status::unknown, "cloud.several-workspaces",
                                context.redactor.text("Desktop knows {} Clouds", known.size()));
        place = {known.front(), {"cloud-workspaces.json", 0, 0, {}}};
    }
    layers.source(place.source);
    return service_policy(layers, context, "the Cloud"_safe, place.url,
                          rules::trimmed(context.config.text(cloud_token_key)), target);
}

probes::HttpRequest cloud_request(const CloudTarget& target, const Context& context, std::string_view path,
                                  const Secret* bearer) {
    return service_request(target, context, path, bearer);
}

std::optional<Finding> judge_cloud_transport(Layers& layers, const Context& context,
                                             const CloudTarget& target, const probes::HttpAnswer& answer,
                                             Status failing) {
    if (auto broken = judge_certificate(layers, context, answer, tls_codes<"cloud">(), target.where))
        return broken;
    return judge_transport(layers, context, answer, http_reasons<"cloud">(failing), "the Cloud"_safe,
                           target.where);
}

const ReadyzCheck* Readyz::find(std::string_view name) const {
    const auto found = std::find_if(checks.begin(), checks.end(),
                                    [&](const ReadyzCheck& check) { return check.name == name; });
    return found == checks.end() ? nullptr : &*found;
}

std::optional<Readyz> readyz_of(const probes::HttpAnswer& answer) {
    if (answer.status != 200 && answer.status != 503) return std::nullopt;
    const auto document = object_of(answer);
    if (!document) return std::nullopt;
    const auto checks = document->find("checks");
    if (!document->contains("ok") || checks == document->end() || !checks->is_array()) return std::nullopt;
    Readyz readyz;
    readyz.role = text_at(*document, "role");
    // A report without a single check proves nothing.
    readyz.ok = answer.status == 200 && true_at(*document, "ok") && !checks->empty();
    for (const json& check : *checks) {
        if (!check.is_object() || text_at(check, "name").empty()) return std::nullopt;
        readyz.checks.push_back(
            {text_at(check, "name"), text_at(check, "status") == "ok", text_at(check, "detail")});
        readyz.ok = readyz.ok && readyz.checks.back().ok;
    }
    return readyz;
}

}  // namespace cowork::checks
