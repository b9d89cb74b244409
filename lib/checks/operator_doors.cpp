#include "checks/operator_doors.hpp"

#include "secrets/strength.hpp"

#include <array>
#include <vector>

namespace cowork::checks {
namespace {

using Answers = std::span<const probes::HttpAnswer>;
using Doors = std::span<const OperatorDoor>;

constexpr std::size_t shortest_token = 16;

// Every door without a token, then with a token that cannot be right, then with the configured one.
std::vector<probes::HttpAnswer> try_doors(const Context& context, const Target& target, Doors doors) {
    const Secret wrong = generate_secret();
    const std::array<const Secret*, 3> keys{nullptr, &wrong, target.token};
    std::vector<probes::HttpRequest> asked;
    for (const Secret* key : keys)
        for (const OperatorDoor& door : doors)
            asked.push_back(service_request(target, context, door.path, key));
    return context.http.fetch(asked, context.probe());
}

std::optional<Finding> find_open_door(Layers& layers, const Context& context, Doors doors, Answers keyless) {
    for (std::size_t i = 0; i < keyless.size(); ++i) {
        const OperatorDoor& door = doors[i % doors.size()];
        if (door.opened(keyless[i]))
            return layers.broke(
                "closed", Status::action_required, "operator-auth.endpoint-open",
                context.redactor.text("{} opens {}", door.path,
                                      i < doors.size() ? "without a token" : "with a wrong token"));
    }
    return std::nullopt;
}

std::optional<Finding> find_odd_door(Layers& layers, const Context& context, Doors doors, Answers keyless) {
    for (std::size_t i = 0; i < keyless.size(); ++i) {
        const OperatorDoor& door = doors[i % doors.size()];
        if (!door.closed(keyless[i]))
            return layers.broke("closed", Status::unknown, "operator-auth.unexpected-answer",
                                context.redactor.text("{} answers status {} without the right token",
                                                      door.path, keyless[i].status));
    }
    return std::nullopt;
}

// What the configured token opens.
std::optional<Finding> find_shut_door(Layers& layers, const Context& context, Doors doors, Answers keyed) {
    for (std::size_t i = 0; i < doors.size(); ++i) {
        const OperatorDoor& door = doors[i];
        if (refused_token(keyed[i]) || (door.tells_by_content && !door.opened(keyed[i])))
            return layers.broke("open", Status::action_required, "operator-auth.token-refused",
                                context.redactor.text("{} refuses the configured admin token", door.path));
        if (!door.served(keyed[i]))
            return layers.broke("open", Status::unknown, "operator-auth.unexpected-answer",
                                context.redactor.text("{} answers status {} to the configured admin token",
                                                      door.path, keyed[i].status));
    }
    return std::nullopt;
}

}  // namespace

bool succeeded(const probes::HttpAnswer& answer) {
    return answer.ok() && answer.status >= 200 && answer.status < 300;
}

bool refused_token(const probes::HttpAnswer& answer) { return answer.status == 401 || answer.status == 403; }

std::optional<Finding> judge_admin_token(Layers& layers, const Context& context, const Target& target,
                                         std::string_view key) {
    if (const auto* setting = context.config.find(key)) layers.source(setting->source);
    if (target.token == nullptr)
        return layers.broke("policy", Status::action_required, "operator-auth.token-missing",
                            context.redactor.text("{} is not set", key));
    if (is_placeholder(target.token->reveal()))
        return layers.broke("policy", Status::action_required, "operator-auth.placeholder",
                            context.redactor.text("{} is still a placeholder", key));
    if (target.token->size() < shortest_token)
        return layers.broke("policy", Status::action_required, "operator-auth.short",
                            context.redactor.text("{} has fewer than {} characters", key, shortest_token));
    layers.passed("policy", "an admin token is configured"_safe);
    return std::nullopt;
}

std::optional<Finding> judge_doors(Layers& layers, const Context& context, const Target& target, Doors doors,
                                   bool open_here) {
    const auto answers = try_doors(context, target, doors);
    const Answers keyless = Answers(answers).first(2 * doors.size());
    // An open door is told first, whatever became of the other requests.
    if (!open_here)
        if (auto broken = find_open_door(layers, context, doors, keyless)) return broken;
    // Nobody answering is no proof of open or closed doors, so those ends are unknown here;
    // gateway.provider.healthy tells that the gateway is offline.
    for (const auto& answer : answers)
        if (!answer.ok()) return judge_gateway_transport(layers, context, target, answer, Status::unknown);
    layers.passed("connect", context.redactor.text("connected to {}", answers.front().remote_address),
                  answers.front().timing.connect);
    if (!open_here)
        if (auto broken = find_odd_door(layers, context, doors, keyless)) return broken;
    layers.passed("closed", open_here ? "open to this machine, as configured"_safe
                                      : "closed without a token and with a wrong one"_safe);
    if (auto broken = find_shut_door(layers, context, doors, Answers(answers).last(doors.size())))
        return broken;
    if (target.token != nullptr) layers.passed("open", "open with the configured token"_safe);
    return std::nullopt;
}

}  // namespace cowork::checks
