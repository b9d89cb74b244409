#include "smoke/gateway_metrics.hpp"

#include "smoke/gateway_parts.hpp"

#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>

namespace cowork::smoke {
namespace {

constexpr double largest = 1e15;  // far from where a double stops telling whole numbers apart

// What the admin token opens; empty when it does not.
std::string operator_page(Run& run, const std::string& path) {
    checks::Layers layers;
    checks::ServiceTarget target;
    if (checks::gateway_policy(layers, run.context, target) || target.token == nullptr) return {};
    probes::HttpCall call;
    call.url = path;
    call.bearer = target.token;
    probes::HttpAnswer answer;
    if (ask_gateway(layers, run, target, std::move(call), answer, run.context.probe()) ||
        answer.status != 200)
        return {};
    return answer.body;
}

}  // namespace

std::optional<std::int64_t> sample(std::string_view metrics, std::string_view name) {
    while (!metrics.empty()) {
        const auto end = metrics.find('\n');
        const std::string_view line = metrics.substr(0, end);
        if (line.starts_with(name) && line.size() > name.size() && line[name.size()] == ' ') {
            const std::string text(line.substr(name.size() + 1));
            char* stopped = nullptr;
            const double value = std::strtod(text.c_str(), &stopped);
            if (stopped == text.c_str() || !(value >= 0 && value <= largest) || value != std::trunc(value))
                return std::nullopt;
            return static_cast<std::int64_t>(value);
        }
        if (end == std::string_view::npos) break;
        metrics.remove_prefix(end + 1);
    }
    return std::nullopt;
}

GatewayCounts gateway_counts(Run& run) {
    const std::string page = operator_page(run, "/metrics");
    const auto sessions = sample(page, "open_cowork_standalone_gateway_sessions");
    const auto audits = sample(page, "open_cowork_standalone_gateway_audit_events");
    if (!sessions || !audits) return {};
    return {true, *sessions, *audits};
}

bool dashboard_has_denial(Run& run, const std::string& user_id) {
    const std::string page = operator_page(run, "/dashboard");
    const auto actor = page.find("<td>" + user_id + "</td>");
    if (actor == std::string::npos) return false;
    // The row names the action first.
    const auto row = page.rfind("<tr>", actor);
    return row != std::string::npos && page.find("standalone.prompt.denied", row) < actor;
}

}  // namespace cowork::smoke
