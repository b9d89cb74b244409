#include "smoke/cloud_talk.hpp"

#include "checks/http_layers.hpp"
#include "checks/json_answers.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using nlohmann::json;

struct AuthFacts {
    std::optional<bool> open;
};

}  // namespace

Step cloud_step(std::string_view id, std::string_view label) {
    return Step{.id = id,
                .label = label,
                .authority = catalogue::Authority::cloud_worker,
                .control_plane = catalogue::ControlPlane::cloud_control_plane,
                .scenarios = cloud_scenarios,
                .needs = {},
                .sends = "",
                .creates = "",
                .removes = "",
                .expects = "",
                .reasons = talk_reasons,
                .run = nullptr};
}

std::optional<Finding> CloudTalk::open() { return checks::cloud_policy(layers_, run_.context, target_); }

probes::HttpCall CloudTalk::request(std::string_view method, std::string_view path, const Secret* bearer,
                                    std::string body) const {
    const probes::HttpRequest made = checks::cloud_request(target_, run_.context, path, bearer);
    probes::HttpCall call;
    static_cast<probes::HttpRequest&>(call) = made;
    call.method = method;
    call.body = std::move(body);
    return call;
}

std::optional<Finding> CloudTalk::ask(const probes::HttpCall& call, const Budget& budget) {
    probes::HttpAnswer answer = run_.client.call_one(call, budget);
    // Every refusal counts towards the Cloud's limit, so this one need not be asked for again.
    if (call.bearer == nullptr && answer.status == 401) run_.facts<AuthFacts>().open = false;
    return judge(std::move(answer), call.bearer);
}

std::optional<Finding> CloudTalk::judge(probes::HttpAnswer answer, const Secret* bearer) {
    answer_ = std::move(answer);
    asked_with_ = bearer;
    if (auto broken = checks::judge_cloud_transport(layers_, run_.context, target_, answer_, Status::offline))
        return broken;
    if (answer_.status != 429) return std::nullopt;
    if (const std::string code = checks::policy_code(answer_); code.starts_with("quota."))
        return layers_.broke("policy", Status::action_required, "cloud.quota-exceeded",
                             run_.context.redactor.text("the Cloud says {}", code));
    layers_.evidence("retry_after", run_.context.redactor.clean(answer_.header("retry-after")));
    return layers_.broke("http", Status::unknown, "cloud.rate-limited",
                         "the Cloud turns requests away for a while"_safe);
}

std::optional<Finding> CloudTalk::expect(int wanted, std::string_view method, std::string_view path,
                                         std::string body) {
    if (auto broken = ask(request(method, path, token(), std::move(body)), run_.context.probe()))
        return broken;
    if (answer_.status == wanted) return std::nullopt;
    return refused(std::string(method) + " " + std::string(path));
}

json CloudTalk::document() const {
    auto document = checks::object_of(answer_);
    return document ? std::move(*document) : json::object();
}

Finding CloudTalk::refused(std::string_view what) {
    const std::string code = checks::policy_code(answer_);
    const SafeText where = run_.context.redactor.clean(what);
    layers_.evidence("http_status", std::int64_t{answer_.status});
    if (!code.empty()) layers_.evidence("policy_code", run_.context.redactor.clean(code));
    if (asked_with_ != nullptr && asked_with_ != token() && (answer_.status == 401 || answer_.status == 403))
        return layers_.broke(
            "open", Status::action_required, "cloud.denied",
            run_.context.redactor.text("{}: a token that was made for it is refused ({})", where,
                                       code.empty() ? std::string_view("no policy code") : code));
    if (answer_.status == 401 && token() == nullptr)
        return layers_.broke("open", Status::unknown, "cloud.token-missing",
                             "access is closed, and there is no token to sign in with"_safe);
    if (answer_.status == 401)
        return layers_.broke("open", Status::action_required, "cloud.token-refused",
                             run_.context.redactor.text("{}: the Cloud does not accept the token", where));
    if (answer_.status == 402)
        return layers_.broke("open", Status::action_required, "cloud.plan-denied",
                             run_.context.redactor.text("{}: the organisation's plan forbids it", where));
    if (answer_.status != 403)
        return layers_.broke(
            "http", Status::action_required, "cloud.http-status",
            run_.context.redactor.text("{} is answered with status {}", where, answer_.status));
    if (code == "authorization.scope_required")
        return optional_end(
            layers_.broke("open", Status::unknown, "cloud.token-scope",
                          run_.context.redactor.text("{}: the token lacks the scope ({})", where, code)));
    if (code.ends_with(".disabled"))
        return optional_end(layers_.broke("open", Status::unknown, "cloud.feature-off",
                                          run_.context.redactor.text("{}: {}", where, code)));
    return layers_.broke(
        "open", Status::action_required, "cloud.denied",
        run_.context.redactor.text("{} is denied: {}", where,
                                   code.empty() ? std::string_view("no policy code") : code));
}

bool CloudTalk::lets_everybody_in() {
    AuthFacts& facts = run_.facts<AuthFacts>();
    if (!facts.open) {
        const auto me = run_.client.call_one(request("GET", "/auth/me", nullptr), run_.context.probe());
        if (!me.ok()) return false;  // to be asked again
        const auto document = me.status == 200 ? checks::object_of(me) : std::nullopt;
        facts.open = document && checks::text_at(object_in(*document, "principal"), "authSource") == "local";
    }
    return *facts.open;
}

Finding optional_end(Finding finding) {
    finding.required = false;
    return finding;
}

Finding auth_none(Layers& layers) {
    return layers.broke("closed", Status::unknown, "cloud.auth-none",
                        "the Cloud lets everybody in, so tokens mean nothing there"_safe);
}

std::int64_t number_at(const json& object, std::string_view key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_integer()) return -1;
    // A number beyond the signed range wraps to a negative one, which is as good as none.
    return found->get<std::int64_t>();
}

std::string written(const json& body) { return body.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace cowork::smoke
