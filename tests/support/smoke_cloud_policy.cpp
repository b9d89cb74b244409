#include "support/httplib_config.hpp"
#include "support/smoke_cloud_state.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace cowork::test::smoke_cloud {
namespace {

// The product's table of actions, as far as the fake has their routes
// (shared/src/workspace-capability-policy.ts, http-routes/workspace-policy.ts). `:` in a pattern is any one
// segment.
struct Route {
    std::string_view method;
    std::string_view pattern;
    std::string_view feature;
    std::string_view scopes;  // separated by blanks
    bool needs_binding = false;
};

constexpr std::array routes{
    Route{"GET", "config", "", "desktop"},
    Route{"GET", "workspace", "", "desktop"},
    Route{"GET", "events", "chat", "desktop"},
    Route{"GET", "metrics", "", "operator"},
    Route{"GET", "diagnostics", "", "operator"},
    Route{"GET", "runtime/status", "", "operator"},
    Route{"GET", "workers/heartbeats", "", "operator"},
    Route{"GET", "sessions", "chat", "desktop"},
    Route{"POST", "sessions", "chat", "desktop"},
    Route{"GET", "sessions/:", "chat", "desktop"},
    Route{"POST", "sessions/:/activate", "chat", "desktop"},
    Route{"GET", "sessions/:/view", "chat", "desktop"},
    Route{"GET", "sessions/:/events", "chat", "desktop"},
    Route{"POST", "sessions/:/prompt", "chat", "desktop"},
    Route{"POST", "sessions/:/abort", "chat", "desktop"},
    Route{"POST", "import/sessions", "chat", "desktop"},
    Route{"GET", "sessions/:/artifacts", "artifacts", "desktop"},
    Route{"POST", "sessions/:/artifacts", "artifacts", "desktop"},
    Route{"GET", "sessions/:/artifacts/:", "artifacts", "desktop"},
    Route{"GET", "artifacts", "artifacts", "desktop"},
    Route{"GET", "channels/providers", "channels", "desktop admin"},
    Route{"GET", "channels/identities", "channels", "desktop admin"},
    Route{"GET", "channels/agents", "channels", "desktop admin"},
    Route{"POST", "channels/agents", "channels", "desktop admin"},
    Route{"PATCH", "channels/agents/:", "channels", "desktop admin"},
    Route{"GET", "channels/bindings", "channels", "desktop admin"},
    Route{"POST", "channels/bindings", "channels", "desktop admin"},
    Route{"PATCH", "channels/bindings/:", "channels", "desktop admin"},
    Route{"POST", "channels/identities/resolve", "channels", "gateway admin", true},
    Route{"POST", "channels/sessions/bind", "channels", "gateway", true},
    Route{"POST", "channels/sessions/prompt", "channels", "gateway", true},
    Route{"GET", "channels/sessions/by-thread", "channels", "gateway", true},
    Route{"GET", "channels/sessions/:/snapshot", "channels", "gateway", true},
    Route{"GET", "channels/sessions/:/events", "channels", "gateway", true},
    Route{"POST", "channels/cursor", "channels", "gateway", true},
    Route{"POST", "channels/interactions", "channels", "gateway", true},
    Route{"POST", "channels/interactions/resolve", "channels", "gateway", true},
    Route{"GET", "channels/deliveries", "channels", "gateway admin", true},
    Route{"POST", "channels/deliveries", "channels", "gateway", true},
    Route{"POST", "channels/deliveries/:/ack", "channels", "gateway", true},
    Route{"POST", "channels/deliveries/:/retry", "channels", "gateway admin", true},
    Route{"POST", "channels/deliveries/:/dead-letter", "channels", "gateway admin", true},
    Route{"GET", "api-tokens", "", "admin"},
    Route{"POST", "api-tokens", "", "admin"},
    Route{"DELETE", "api-tokens/:", "", "admin"},
    Route{"POST", "api-tokens/:/channel-bindings", "", "admin"},
};

bool matches(std::string_view pattern, const std::vector<std::string>& path) {
    for (std::size_t i = 1; i < path.size(); ++i) {
        const auto slash = pattern.find('/');
        const std::string_view part = pattern.substr(0, slash);
        if (part.empty() || (part != ":" && part != path[i])) return false;
        pattern = slash == std::string_view::npos ? std::string_view{} : pattern.substr(slash + 1);
    }
    return pattern.empty() && path.size() > 1;
}

// A word of the product wins over an id: sessions/bind is no session called bind.
const Route* route_of(const Call& call) {
    const Route* found = nullptr;
    for (const Route& route : routes)
        if (call.is(route.method) && matches(route.pattern, call.path) &&
            (found == nullptr || found->pattern.find(':') != std::string_view::npos))
            found = &route;
    return found;
}

std::string feature_code(std::string_view feature) { return std::string(feature) + ".disabled"; }

bool named_in(std::string_view words, std::string_view word) {
    return (" " + std::string(words) + " ").find(" " + std::string(word) + " ") != std::string::npos;
}

// Which bindings the request is about: channel bindings, and the threads whose bindings they are.
bool target_in_scope(Call& call) {
    std::vector<std::string> channel_bindings;
    std::string thread;
    if (call.at(2) == "sessions" && (call.at(4) == "snapshot" || call.at(4) == "events")) {
        thread = call.at(3);
    } else if (const std::string named = text(call.body, "channelBindingId"); !named.empty()) {
        channel_bindings.push_back(named);
    } else if ((call.at(2) == "sessions" && call.at(3) == "prompt") || call.at(2) == "cursor") {
        thread = text(call.body, "bindingId");
    } else if (call.at(2) == "interactions" && call.at(3).empty()) {
        thread = text(call.body, "sessionBindingId");
    } else if (call.at(2) == "deliveries" && call.is("GET") && call.request.has_param("channelBindingId")) {
        channel_bindings.push_back(call.request.get_param_value("channelBindingId"));
    }
    if (!in_scope(call.state, call.who, channel_bindings)) return false;
    if (thread.empty()) return true;
    const Json* found = find(call.state.threads, "bindingId", thread);
    if (found == nullptr || (*found)["status"] != "active") return false;
    const auto granted = grants_of(call.state, call.who.token_id);
    return holds(granted, (*found)["channelBindingId"].get<std::string>());
}

bool let_through(const Call& call) {
    const State& state = call.state;
    if (state.faulty("operator-scope-ignored") && (call.at(1) == "metrics" || call.at(1) == "diagnostics"))
        return true;
    if (!call.who.has("gateway") || !call.is("POST")) return false;
    return (state.faulty("gateway-makes-agents") && call.at(2) == "agents") ||
           (state.faulty("gateway-mints-tokens") && call.at(1) == "api-tokens");
}

}  // namespace

std::vector<std::string> grants_of(State& state, const std::string& token_id) {
    const Json* token = find(state.tokens, "tokenId", token_id);
    return token == nullptr ? std::vector<std::string>{}
                            : (*token)["channelBindingIds"].get<std::vector<std::string>>();
}

bool in_scope(State& state, const Principal& who, const std::vector<std::string>& channel_bindings) {
    if (who.manages_channels() && !who.has("gateway")) return true;
    const auto granted = grants_of(state, who.token_id);
    const auto active = [&](const std::string& id) {
        const Json* binding = find(state.bindings, "bindingId", id);
        return binding != nullptr && (*binding)["status"] == "active";
    };
    if (channel_bindings.empty()) return std::any_of(granted.begin(), granted.end(), active);
    return std::all_of(channel_bindings.begin(), channel_bindings.end(),
                       [&](const std::string& id) { return holds(granted, id) && active(id); });
}

std::string denial(Call& call) {
    const Route* route = route_of(call);
    if (route == nullptr) return "authorization.action_unknown";
    if (!route->feature.empty() &&
        call.state.options.disabled_features.count(std::string(route->feature)) > 0)
        return feature_code(route->feature);
    if (call.who.local || let_through(call)) return {};
    const auto& scopes = call.who.scopes;
    const auto allowed = [&](const std::string& scope) { return named_in(route->scopes, scope); };
    if (std::none_of(scopes.begin(), scopes.end(), allowed)) return "authorization.scope_required";
    // Only where the scope gateway is what lets the token in.
    const bool by_gateway = std::none_of(scopes.begin(), scopes.end(), [&](const std::string& scope) {
        return scope != "gateway" && allowed(scope);
    });
    if (route->needs_binding && by_gateway && !call.state.faulty("binding-scope-ignored") &&
        !target_in_scope(call))
        return "channels.binding_scope_required";
    return {};
}

}  // namespace cowork::test::smoke_cloud
