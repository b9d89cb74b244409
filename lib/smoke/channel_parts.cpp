#include "smoke/channel_parts.hpp"

#include "net/url.hpp"

#include <utility>

namespace cowork::smoke {

using checks::Finding;
using checks::Layers;

std::optional<Finding> ask_as(Layers& layers, Run& run, const Secret* token, const AdminCall& asked,
                              probes::HttpAnswer& answer) {
    checks::CloudTarget target;
    if (auto broken = checks::cloud_policy(layers, run.context, target)) return broken;
    probes::HttpCall call;
    call.method = asked.method;
    call.url = asked.path;
    call.body = asked.body;
    call.bearer = token;
    return ask_cloud(layers, run, target, std::move(call), answer, run.context.probe());
}

std::optional<Finding> try_binding(Layers& layers, Run& run, int& status) {
    const auto& facts = run.facts<ChannelFacts>();
    probes::HttpAnswer answer;
    const AdminCall asked{
        "GET", "/api/channels/deliveries?limit=1&channelBindingId=" + net::percent_encode(facts.binding_id)};
    auto broken = ask_as(layers, run, &facts.token, asked, answer);
    status = answer.status;
    return broken;
}

}  // namespace cowork::smoke
