#include "smoke/cloud_tokens.hpp"

#include "checks/json_answers.hpp"
#include "core/timestamp.hpp"
#include "net/url.hpp"
#include "report/model.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using std::chrono::system_clock;

constexpr const char* tokens_path = "/api/api-tokens";
constexpr const char* all_tokens = "/api/api-tokens?limit=500";  // the most that the Cloud lists

std::chrono::seconds age_at(const nlohmann::json& record) {
    const auto made = parse_timestamp(checks::text_at(record, "createdAt"));
    if (!made) return {};
    return std::chrono::duration_cast<std::chrono::seconds>(system_clock::now() - *made);
}

// Revokes every token of that name; why not, when one could not be.
std::optional<SafeText> revoke_named(Run& run, const std::string& name, const Budget& budget) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (cloud.open()) return "nothing says where the Cloud is"_safe;
    const auto tokens = list_tokens(run, cloud, budget);
    if (!tokens) return "the Cloud did not list its tokens"_safe;
    for (const ListedToken& token : *tokens)
        if (token.name == name && !token.revoked && !revoke_token(run, cloud, token.id, budget))
            return "the Cloud did not revoke it"_safe;
    return std::nullopt;
}

std::optional<SafeText> revoke_known(Run& run, const std::string& id, const Budget& budget) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (cloud.open()) return "nothing says where the Cloud is"_safe;
    if (revoke_token(run, cloud, id, budget)) return std::nullopt;
    return "the Cloud did not revoke it"_safe;
}

std::string path_of(const std::string& id) {
    return fmt::format("{}/{}", tokens_path, net::percent_encode(id));
}

// Before it is made its id is not known: then the name is looked for.
Undo undo_of(Run& run, const std::string& name, const std::string& id) {
    Undo undo;
    undo.what = run.context.redactor.text("the API token {} of the Cloud", name);
    undo.command = id.empty() ? "cowork smoke cloud-connect --only cloud.leftovers.removed"_safe
                              : admin_command(run, {"DELETE", path_of(id)});
    undo.stays = run.context.redactor.text("the Cloud's list keeps the token {}, revoked", name);
    undo.remove = [&run, name, id](const Budget& budget) {
        return id.empty() ? revoke_named(run, name, budget) : revoke_known(run, id, budget);
    };
    return undo;
}

}  // namespace

std::optional<Finding> mint_token(Layers& layers, Run& run, CloudTalk& cloud, std::string_view what,
                                  std::string_view scope, MintedToken& token) {
    token.name = fmt::format("{} {}", run.mark(), what);
    token.asked_until = system_clock::now() + token_lifetime;
    const nlohmann::ordered_json body{
        {"name", token.name}, {"scopes", {scope}}, {"expiresAt", report::utc_timestamp(token.asked_until)}};
    run.undo.push(undo_of(run, token.name, {}));
    if (auto broken = cloud.expect(201, "POST", tokens_path, written(body))) {
        if (cloud.answer().ok()) run.undo.forget_last();  // refused: nothing was made
        return broken;
    }
    const auto document = cloud.document();
    const auto& record = object_in(document, "token");
    token.plaintext = Secret(checks::text_at(document, "plaintext"));
    run.learn(token.plaintext);
    token.id = checks::text_at(record, "tokenId");
    token.expires = parse_timestamp(checks::text_at(record, "expiresAt"));
    for (const auto& one : list_in(record, "scopes"))
        if (one.is_string()) token.scopes.push_back(one.get<std::string>());
    if (token.id.empty() || token.plaintext.size() < Redactor::shortest)
        return layers.broke("content", Status::action_required, "token.not-minted",
                            "the Cloud says that it made a token, and gives none"_safe);
    run.undo.forget_last();
    run.undo.push(undo_of(run, token.name, token.id));
    return std::nullopt;
}

std::optional<std::vector<ListedToken>> list_tokens(Run& run, CloudTalk& cloud, const Budget& budget) {
    const auto answer = run.client.call_one(cloud.request("GET", all_tokens, cloud.token()), budget);
    const auto document = answer.status == 200 ? checks::object_of(answer) : std::nullopt;
    if (!document || !document->contains("tokens")) return std::nullopt;
    std::vector<ListedToken> tokens;
    for (const auto& one : list_in(*document, "tokens"))
        if (one.is_object())
            tokens.push_back({checks::text_at(one, "tokenId"), checks::text_at(one, "name"),
                              !checks::text_at(one, "revokedAt").empty(), age_at(one)});
    return tokens;
}

bool revoke_token(Run& run, CloudTalk& cloud, const std::string& id, const Budget& budget) {
    const auto answer = run.client.call_one(cloud.request("DELETE", path_of(id), cloud.token()), budget);
    if (answer.status == 404) return true;
    const auto document = answer.status == 200 ? checks::object_of(answer) : std::nullopt;
    return document && !checks::text_at(object_in(*document, "token"), "revokedAt").empty();
}

}  // namespace cowork::smoke
