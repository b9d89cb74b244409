#pragma once

#include "probes/curl_loop.hpp"
#include "probes/event_stream.hpp"
#include "probes/http_client.hpp"

#include <memory>

namespace cowork::probes {

// Sends the call and comes back once the answer's headers are there, or the answer when it is no stream.
[[nodiscard]] std::unique_ptr<EventStream> follow_events(std::shared_ptr<CurlLoop> loop, const HttpCall& call,
                                                         const Budget& budget);

}  // namespace cowork::probes
