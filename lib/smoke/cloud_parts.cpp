#include "smoke/cloud_parts.hpp"

#include "checks/json_answers.hpp"
#include "core/shell_quote.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using nlohmann::json;

probes::HttpCall http_call(const AdminCall& call, const checks::CloudTarget& target) {
    probes::HttpCall made;
    made.method = call.method;
    made.url = call.path;
    made.body = call.body;
    made.bearer = target.token;
    return made;
}

probes::HttpAnswer send(Run& run, const checks::CloudTarget& target, probes::HttpCall call,
                        const Budget& budget) {
    const probes::HttpRequest request = checks::cloud_request(target, run.context, call.url, call.bearer);
    call.url = request.url;
    call.ca_file = request.ca_file;
    call.addresses = request.addresses;
    return run.client.call_one(call, budget);
}

// Why an administrator is refused; nothing when the answer is no refusal.
std::optional<Finding> judge_refusal(Layers& layers, Run& run, const checks::CloudTarget& target,
                                     const probes::HttpAnswer& answer) {
    if (answer.status == 401 && target.token == nullptr)
        return layers.broke("sign-in", Status::unknown, "cloud.admin-token-missing",
                            "no API token of an administrator is at hand"_safe);
    if (answer.status == 401)
        return layers.broke("sign-in", Status::action_required, "cloud.admin-token-refused",
                            "the Cloud does not accept the token"_safe);
    if (answer.status != 403) return std::nullopt;
    const std::string code = checks::policy_code(answer);
    layers.evidence("policy_code", run.context.redactor.clean(code));
    if (code.ends_with(".disabled"))
        return layers.broke("policy", Status::unknown, "cloud.feature-off",
                            run.context.redactor.text("the Cloud's profile says {}", code));
    return layers.broke("sign-in", Status::action_required, "cloud.admin-token-scope",
                        "the token may not administer the Cloud"_safe);
}

}  // namespace

std::optional<Finding> ask_cloud(Layers& layers, Run& run, const checks::CloudTarget& target,
                                 probes::HttpCall call, probes::HttpAnswer& answer, const Budget& budget) {
    answer = send(run, target, std::move(call), budget);
    if (auto broken = checks::judge_cloud_transport(layers, run.context, target, answer, Status::offline))
        return broken;
    if (answer.status != 429) return std::nullopt;
    if (const std::string code = checks::policy_code(answer); code.starts_with("quota."))
        return layers.broke("policy", Status::action_required, "cloud.quota-exceeded",
                            run.context.redactor.text("the Cloud says {}", code));
    return layers.broke(
        "http", Status::unknown, "cloud.rate-limited",
        run.context.redactor.text("the Cloud asks to wait {} s", answer.header("retry-after")));
}

std::optional<Finding> ask_admin(Layers& layers, Run& run, const AdminCall& call, json& document) {
    checks::CloudTarget target;
    if (auto broken = checks::cloud_policy(layers, run.context, target)) return broken;
    probes::HttpAnswer answer;
    if (auto broken = ask_cloud(layers, run, target, http_call(call, target), answer, run.context.probe()))
        return broken;
    if (auto broken = judge_refusal(layers, run, target, answer)) return broken;
    if (answer.status != call.expected)
        return layers.broke("http", Status::action_required, "cloud.http-status",
                            run.context.redactor.text("the Cloud answers status {} to {} {}", answer.status,
                                                      call.method, call.path));
    auto read = checks::object_of(answer);
    if (!read)
        return layers.broke(
            "content", Status::action_required, "cloud.wrong-shape",
            run.context.redactor.text("{} {} is not answered as the Cloud does", call.method, call.path));
    document = std::move(*read);
    return std::nullopt;
}

std::optional<SafeText> ask_admin_quietly(Run& run, const Budget& budget, const AdminCall& call,
                                          json& document) {
    document = json::object();
    Layers layers;
    checks::CloudTarget target;
    if (auto broken = checks::cloud_policy(layers, run.context, target)) return std::move(broken->summary);
    const probes::HttpAnswer answer =
        send(run, target, http_call(call, target), budget.part(run.context.timeout));
    if (!answer.ok()) return run.context.redactor.text("the Cloud did not answer: {}", answer.detail);
    if (answer.status == 404) return std::nullopt;
    if (answer.status != call.expected)
        return run.context.redactor.text("the Cloud answers status {}", answer.status);
    if (auto read = checks::object_of(answer)) document = std::move(*read);
    return std::nullopt;
}

SafeText admin_command(const Run& run, const AdminCall& call) {
    Layers layers;
    checks::CloudTarget target;
    (void)checks::cloud_policy(layers, run.context, target);
    const std::string url = shell_word(target.base + call.path);
    // The token's place is a part of the sentence: as a value it would be taken for a secret.
    if (call.body.empty())
        return run.context.redactor.text(
            "curl -X {} -H \"authorization: Bearer $OPEN_COWORK_CLOUD_TOKEN\" {}", call.method, url);
    return run.context.redactor.text(
        "curl -X {} -H \"authorization: Bearer $OPEN_COWORK_CLOUD_TOKEN\" "
        "-H 'content-type: application/json' -d {} {}",
        call.method, shell_quote(call.body), url);
}

const json& list_in(const json& document, std::string_view key) {
    static const json none = json::array();
    if (!document.is_object()) return none;
    const auto found = document.find(key);
    return found != document.end() && found->is_array() ? *found : none;
}

const json& object_in(const json& document, std::string_view key) {
    static const json none = json::object();
    if (!document.is_object()) return none;
    const auto found = document.find(key);
    return found != document.end() && found->is_object() ? *found : none;
}

}  // namespace cowork::smoke
