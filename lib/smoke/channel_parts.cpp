#include "smoke/channel_parts.hpp"

#include "net/url.hpp"

namespace cowork::smoke {

using checks::Finding;
using checks::Layers;

std::optional<Finding> ask_as(Layers& layers, Run& run, const Secret* token, const AdminCall& asked,
                              probes::HttpAnswer& answer) {
    CloudTalk talk(run, layers);
    if (auto broken = talk.open()) return broken;
    auto broken = talk.ask(talk.request(asked.method, asked.path, token, asked.body), run.context.probe());
    answer = talk.answer();
    return broken;
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
