#include "net/host_class.hpp"
#include "validators/json_secrets.hpp"
#include "validators/opencode/parts.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <unordered_set>

namespace cowork::validators {
namespace {

using Json = nlohmann::ordered_json;

bool is_text(const Json* value, std::string_view text) {
    return value != nullptr && value->is_string() && value->get_ref<const std::string&>() == text;
}

bool is_true(const Json* value) { return value != nullptr && value->is_boolean() && value->get<bool>(); }

// The texts of a list with their pointers.
template <typename Look>
void each_text(const JsonFindings& found, const std::string& pointer, Look look) {
    const Json* list = found.document().find(pointer);
    if (list == nullptr || !list->is_array()) return;
    std::size_t at = 0;
    for (const Json& one : *list) {
        const std::string where = fmt::format("{}/{}", pointer, at++);
        if (one.is_string()) look(where, one.get_ref<const std::string&>());
    }
}

void check_sharing(JsonFindings& found, const Settings& settings) {
    const bool strict = settings.tier == rules::CloudTier::private_beta ||
                        settings.tier == rules::CloudTier::public_production;
    const auto severity = strict ? std::optional(Severity::error) : std::nullopt;
    for (const auto& [pointer, on] : {std::pair{"/share", is_text(found.document().find("/share"), "auto")},
                                      std::pair{"/autoshare", is_true(found.document().find("/autoshare"))}})
        if (on) found.add("opencode.share-auto", pointer, "publishes every session", {}, severity);
}

void check_server(JsonFindings& found) {
    using net::HostClass;
    const Json* host = found.document().find("/server/hostname");
    if (host == nullptr && is_true(found.document().find("/server/mdns")))
        found.add("opencode.server-public", "/server/mdns", "has the server listen on every address");
    if (host != nullptr && host->is_string() && !has_reference(host->get_ref<const std::string&>())) {
        const auto& name = host->get_ref<const std::string&>();
        const HostClass kind = net::classify_host(name);
        if (kind == HostClass::wildcard)
            found.add("opencode.server-public", "/server/hostname", "has the server listen on every address");
        if (kind == HostClass::public_address)
            found.add("opencode.server-public", "/server/hostname", "is a public address");
    }
    each_text(found, "/server/cors", [&](const std::string& pointer, const std::string& origin) {
        if (origin == "*") found.add("opencode.cors-any", pointer, "lets any web page talk to the server");
    });
}

void check_sources(JsonFindings& found) {
    const auto look = [&](const std::string& pointer, const std::string& url) {
        if (is_plain_http(url)) found.add("opencode.plain-http", pointer, "is http to another machine");
    };
    each_text(found, "/instructions", look);
    each_text(found, "/skills/urls", look);
    const Json* providers = found.document().find("/provider");
    if (providers == nullptr || !providers->is_object()) return;
    for (const auto& [name, provider] : providers->items()) {
        const Json* options = nullptr;
        if (provider.is_object() && provider.contains("options")) options = &provider["options"];
        if (options == nullptr || !options->is_object() || !options->contains("baseURL")) continue;
        const Json& url = (*options)["baseURL"];
        if (url.is_string() && is_plain_http(url.get_ref<const std::string&>()))
            found.add("opencode.plain-http", config::child_pointer("/provider", name) + "/options/baseURL",
                      "sends every prompt, and the key, in clear over the network", {}, Severity::error);
    }
}

// name@1.2.3, @scope/name@1.2.3. A path or an archive is what it is.
bool is_pinned_plugin(std::string_view spec) {
    if (spec.empty() || has_reference(spec)) return true;
    if (spec.front() == '.' || spec.front() == '/' || spec.front() == '~' ||
        spec.find("://") != std::string_view::npos || spec.find(':') != std::string_view::npos)
        return true;
    const auto at = spec.find('@', 1);
    if (at == std::string_view::npos) return false;
    const std::string_view version = spec.substr(at + 1);
    return !version.empty() && version.front() >= '0' && version.front() <= '9' &&
           version.find_first_of("xX*") == std::string_view::npos &&
           std::count(version.begin(), version.end(), '.') >= 2;
}

void check_plugins(JsonFindings& found) {
    const Json* plugins = found.document().find("/plugin");
    if (plugins == nullptr || !plugins->is_array()) return;
    std::size_t at = 0;
    for (const Json& one : *plugins) {
        const std::string pointer = fmt::format("/plugin/{}", at++);
        const Json& spec = one.is_array() && !one.empty() ? one.front() : one;
        if (spec.is_string() && !is_pinned_plugin(spec.get_ref<const std::string&>()))
            found.add("opencode.plugin-unpinned", pointer, "names no exact version");
    }
}

class Models {
  public:
    explicit Models(JsonFindings& found) : found_(found) {
        const Json* enabled = found.document().find("/enabled_providers");
        only_enabled_ = enabled != nullptr && enabled->is_array();
        each_text(found, "/enabled_providers",
                  [&](const std::string&, const std::string& name) { enabled_.insert(name); });
        each_text(found, "/disabled_providers",
                  [&](const std::string&, const std::string& name) { disabled_.insert(name); });
    }

    // The member `model` or `small_model` of an object.
    void judge(const std::string& holder, const Json& object, const std::string& name) {
        const auto model = object.find(name);
        if (model == object.end() || !model->is_string()) return;
        const std::string pointer = holder + "/" + name;
        const auto& text = model->get_ref<const std::string&>();
        if (text.empty() || has_reference(text)) return;
        const auto slash = text.find('/');
        if (slash == std::string::npos || slash == 0 || slash + 1 == text.size())
            return found_.add("opencode.model-form", pointer, "is not provider/model");
        const std::string provider = text.substr(0, slash);
        if (disabled_.contains(provider))
            found_.add("opencode.provider-off", pointer, "is of a provider in disabled_providers");
        else if (only_enabled_ && !enabled_.contains(provider))
            found_.add("opencode.provider-off", pointer,
                       "is of a provider that enabled_providers leaves out");
    }

  private:
    JsonFindings& found_;
    bool only_enabled_ = false;
    std::unordered_set<std::string> enabled_, disabled_;
};

}  // namespace

void check_opencode_exposure(JsonFindings& found, const Settings& settings) {
    check_sharing(found, settings);
    check_server(found);
    check_sources(found);
}

void check_opencode_choices(JsonFindings& found) {
    check_plugins(found);
    if (is_true(found.document().find("/autoupdate")))
        found.add("opencode.autoupdate", "/autoupdate", "lets OpenCode replace itself");
    Models models(found);
    models.judge("", found.document().root(), "model");
    models.judge("", found.document().root(), "small_model");
    for (const char* group : {"/agent", "/mode"}) {
        const Json* agents = found.document().find(group);
        if (agents == nullptr || !agents->is_object()) continue;
        for (const auto& [name, agent] : agents->items())
            if (agent.is_object()) models.judge(config::child_pointer(group, name), agent, "model");
    }
}

}  // namespace cowork::validators
