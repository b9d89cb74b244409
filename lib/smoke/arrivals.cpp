#include "smoke/arrivals.hpp"

namespace cowork::smoke {
namespace {

// Whether it ended before any of it was sent.
bool never_left(probes::HttpFailure failure) {
    using probes::HttpFailure;
    switch (failure) {
        case HttpFailure::bad_url:
        case HttpFailure::name_not_found:
        case HttpFailure::address_forbidden:
        case HttpFailure::refused:
        case HttpFailure::unreachable:
        case HttpFailure::connect_timeout:
        case HttpFailure::tls_handshake:
        case HttpFailure::tls_certificate:
            return true;
        case HttpFailure::none:
        case HttpFailure::silent:
        case HttpFailure::closed:
        case HttpFailure::not_http:
        case HttpFailure::too_large:
        case HttpFailure::stopped:
            return false;
    }
    return false;
}

}  // namespace

std::vector<probes::HttpAnswer> Arrivals::call(std::span<const probes::HttpCall> calls,
                                               const Budget& budget) {
    std::vector<probes::HttpAnswer> answers = client_.call(calls, budget);
    for (std::size_t i = 0; i < calls.size() && i < answers.size(); ++i) {
        const bool reads = calls[i].method == "GET" || calls[i].method == "HEAD";
        if (!reads && !never_left(answers[i].failure)) ++count_;
    }
    return answers;
}

}  // namespace cowork::smoke
