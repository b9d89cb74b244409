#pragma once

#include "probes/event_stream.hpp"
#include "probes/http.hpp"

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace cowork::probes {

// One request of smoke: any of GET, HEAD, POST, PUT, PATCH, DELETE, with a body.
struct HttpCall : HttpRequest {
    std::string body;                               // sent as it is, byte by byte; may hold NUL
    std::string content_type = "application/json";  // not sent with an empty body
    // Header values that are secret (signatures, shared secrets); the pointees outlive the call.
    std::vector<std::pair<std::string, const Secret*>> secret_headers;
};

// How smoke talks to services. HttpProbe, which only reads, is how doctor does; everything else that its
// header says (no redirects, no proxy, address rule, bounds, failures) holds for this as well. A request
// that may change something is never sent a second time, and never on a connection of an earlier one.
class HttpClient {
  public:
    virtual ~HttpClient() = default;
    // Sends the calls side by side and returns their answers in the same order, all of them, at the latest
    // when the budget is spent. Safe to call from several threads at once.
    [[nodiscard]] virtual std::vector<HttpAnswer> call(std::span<const HttpCall> calls,
                                                       const Budget& budget) = 0;
    [[nodiscard]] HttpAnswer call_one(const HttpCall& one, const Budget& budget) {
        return std::move(call({&one, 1}, budget).front());
    }
    // Follows a stream of server-sent events. Comes back once its headers are there or cannot be had, at the
    // latest when the budget is spent; that budget does not bound the stream afterwards. Of the call, nothing
    // need outlive this. A stream may outlive the client.
    [[nodiscard]] virtual std::unique_ptr<EventStream> follow(const HttpCall& call, const Budget& budget) = 0;
};

// One curl multi handle on one I/O thread, as make_http_probe(). Make one a process.
[[nodiscard]] std::unique_ptr<HttpClient> make_http_client();

}  // namespace cowork::probes
