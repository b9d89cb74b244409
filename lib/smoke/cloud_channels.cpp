#include "smoke/cloud_channels.hpp"

#include "checks/json_answers.hpp"
#include "core/timestamp.hpp"
#include "net/url.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using nlohmann::json;

// How the Cloud names a part.
struct Words {
    ChannelPart part;
    std::string_view one, many, id, name;
};
constexpr std::array words{
    Words{ChannelPart::agent, "agent", "agents", "agentId", "name"},
    Words{ChannelPart::binding, "binding", "bindings", "bindingId", "displayName"},
    Words{ChannelPart::identity, "identity", "identities", "identityId", "externalUserId"}};

const Words& words_of(ChannelPart part) { return words[static_cast<std::size_t>(part)]; }

ChannelRecord record_in(const json& object, const Words& named) {
    ChannelRecord record;
    record.id = checks::text_at(object, named.id);
    record.name = checks::text_at(object, named.name);
    record.status = checks::text_at(object, "status");
    record.agent = checks::text_at(object, "agentId");
    record.role = checks::text_at(object, "role");
    record.provider = checks::text_at(object, "provider");
    if (const auto made = parse_timestamp(checks::text_at(object, "createdAt")))
        record.age = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now() - *made);
    return record;
}

std::string path_of(const Words& named, std::string_view id = {}) {
    return id.empty() ? fmt::format("/api/channels/{}", named.many)
                      : fmt::format("/api/channels/{}/{}", named.many, net::percent_encode(id));
}

probes::HttpCall disabling(const CloudTalk& cloud, const Words& named, const ChannelRecord& record) {
    if (named.part != ChannelPart::identity)
        return cloud.request("PATCH", path_of(named, record.id), cloud.token(), R"({"status":"disabled"})");
    const json body{{"provider", record.provider}, {"externalUserId", record.name}, {"status", "disabled"}};
    return cloud.request("POST", "/api/channels/identities/resolve", cloud.token(), written(body));
}

bool disable(Run& run, const CloudTalk& cloud, const Words& named, const ChannelRecord& record,
             const Budget& budget) {
    const auto answer = run.client.call_one(disabling(cloud, named, record), budget);
    if (answer.status == 404) return true;
    const auto document = answer.status == 200 ? checks::object_of(answer) : std::nullopt;
    return document && checks::text_at(object_at(*document, named.one), "status") == "disabled";
}

// All that are listed; nothing without an answer.
std::optional<std::vector<ChannelRecord>> list(Run& run, const CloudTalk& cloud, const Words& named,
                                               const Budget& budget) {
    const auto answer =
        run.client.call_one(cloud.request("GET", path_of(named) + "?limit=500", cloud.token()), budget);
    const auto document = answer.status == 200 ? checks::object_of(answer) : std::nullopt;
    if (!document) return std::nullopt;
    std::vector<ChannelRecord> records;
    for (const json& one : array_at(*document, named.many))
        if (one.is_object()) records.push_back(record_in(one, named));
    return records;
}

// By its name, in case no answer told the id.
std::optional<SafeText> disable_named(Run& run, const Words& named, const std::string& name,
                                      const Budget& budget) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (cloud.open()) return "nothing says where the Cloud is"_safe;
    const auto records = list(run, cloud, named, budget);
    if (!records) return "the Cloud did not list what there is"_safe;
    for (const ChannelRecord& record : *records)
        if (record.name == name && record.status != "disabled" &&
            !disable(run, cloud, named, record, budget))
            return "the Cloud did not disable it"_safe;
    return std::nullopt;
}

SafeText disable_by_hand(const Run& run, const CloudTalk& cloud, const Words& named, const std::string& id) {
    const std::string_view status = R"('{"status":"disabled"}')";
    return run.context.redactor.text("{} --json {}", by_hand(run, cloud.target(), "PATCH", path_of(named, id)),
                                     status);
}

// The id that is asked for is the name, so it is known before.
Undo undo_of(Run& run, const CloudTalk& cloud, const Words& named, const std::string& name) {
    Undo undo;
    undo.what = run.context.redactor.text("the {} {} of the Cloud", named.one, name);
    undo.command = disable_by_hand(run, cloud, named, name);
    undo.stays = run.context.redactor.text("the {} {} of the Cloud stays, disabled: the product deletes none",
                                           named.one, name);
    undo.remove = [&run, &named, name](const Budget& budget) {
        return disable_named(run, named, name, budget);
    };
    return undo;
}

std::optional<Finding> make(Layers& layers, Run& run, CloudTalk& cloud, ChannelPart part,
                            const std::string& path, int wanted, const json& body, ChannelRecord& record) {
    const Words& named = words_of(part);
    run.undo.push(undo_of(run, cloud, named, checks::text_at(body, named.name)));
    if (auto broken = cloud.expect(wanted, "POST", path, written(body))) {
        if (cloud.answer().ok()) run.undo.forget_last();
        return broken;
    }
    record = record_in(object_at(cloud.document(), named.one), named);
    if (record.id.empty() || record.name.empty())
        return layers.broke("content", Status::action_required, "channel.wrong-shape",
                            run.context.redactor.text("the answer does not show the {}", named.one));
    return std::nullopt;
}

}  // namespace

std::optional<Finding> make_agent(Layers& layers, Run& run, CloudTalk& cloud, ChannelRecord& agent) {
    const std::string name = run.mark() + "-agent";
    const json body{{"agentId", name},
                    {"name", name},
                    {"profileName", run.wishes.profile},
                    {"status", "active"},
                    {"managed", false}};
    return make(layers, run, cloud, ChannelPart::agent, path_of(words_of(ChannelPart::agent)), 201, body, agent);
}

std::optional<Finding> make_binding(Layers& layers, Run& run, CloudTalk& cloud, const std::string& agent,
                                    ChannelRecord& binding) {
    const std::string name = run.mark() + "-binding";
    const json body{{"bindingId", name},        {"agentId", agent},   {"provider", channel_provider},
                    {"displayName", name},      {"status", "active"}, {"settings", {{"smoke", true}}}};
    return make(layers, run, cloud, ChannelPart::binding, path_of(words_of(ChannelPart::binding)), 201, body,
                binding);
}

std::optional<Finding> make_identity(Layers& layers, Run& run, CloudTalk& cloud, ChannelRecord& identity) {
    const json body{{"provider", channel_provider},
                    {"externalUserId", run.mark() + "-user"},
                    {"role", "member"},
                    {"status", "active"},
                    {"metadata", {{"smoke", true}}}};
    return make(layers, run, cloud, ChannelPart::identity, "/api/channels/identities/resolve", 200, body,
                identity);
}

DisabledParts disable_left_behind(Run& run, CloudTalk& cloud, const Budget& budget) {
    DisabledParts result;
    for (const Words& named : words) {
        const auto records = list(run, cloud, named, budget);
        if (!records) continue;
        for (const ChannelRecord& record : *records) {
            if (record.status == "disabled" || !left_behind(record.name, record.age)) continue;
            if (disable(run, cloud, named, record, budget)) {
                ++result.disabled;
            } else {
                result.failed.push_back(record.name);
            }
        }
    }
    return result;
}

}  // namespace cowork::smoke
