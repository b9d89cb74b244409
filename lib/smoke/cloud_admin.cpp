#include "smoke/cloud_admin.hpp"

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

// Why an administrator is refused; nothing when the answer is no refusal.
std::optional<Finding> judge_refusal(Layers& layers, Run& run, const CloudTalk& talk) {
    const probes::HttpAnswer& answer = talk.answer();
    if (answer.status == 401 && talk.token() == nullptr)
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

std::optional<Finding> ask_admin(Layers& layers, Run& run, const AdminCall& call, json& document) {
    CloudTalk talk(run, layers);
    if (auto broken = talk.open()) return broken;
    if (auto broken =
            talk.ask(talk.request(call.method, call.path, talk.token(), call.body), run.context.probe()))
        return broken;
    if (auto broken = judge_refusal(layers, run, talk)) return broken;
    if (talk.answer().status != call.expected)
        return layers.broke("http", Status::action_required, "cloud.http-status",
                            run.context.redactor.text("the Cloud answers status {} to {} {}",
                                                      talk.answer().status, call.method, call.path));
    auto read = checks::object_of(talk.answer());
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
    CloudTalk talk(run, layers);
    if (auto broken = talk.open()) return std::move(broken->summary);
    const auto answer = run.client.call_one(talk.request(call.method, call.path, talk.token(), call.body),
                                            budget.part(run.context.timeout));
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

}  // namespace cowork::smoke
