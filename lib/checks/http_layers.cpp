#include "checks/http_layers.hpp"

#include "core/duration.hpp"

namespace cowork::checks {
namespace {

using probes::HttpFailure;

struct Broken {
    std::string_view layer;
    std::string_view reason;
    std::string_view words;  // completes "OpenCode at http://... "
};

Broken describe(HttpFailure failure, const HttpReasons& reasons) {
    switch (failure) {
        case HttpFailure::none:
            break;
        case HttpFailure::bad_url:
            return {"policy", reasons.address_forbidden, "has a URL that cannot be used"};
        case HttpFailure::name_not_found:
            return {"name", reasons.name_not_found, "has a name that does not resolve"};
        case HttpFailure::address_forbidden:
            return {"connect", reasons.address_forbidden, "resolves to an address that is not allowed"};
        case HttpFailure::refused:
            return {"connect", reasons.connection_refused, "refuses connections: nothing listens there"};
        case HttpFailure::unreachable:
            return {"connect", reasons.unreachable, "cannot be reached over the network"};
        case HttpFailure::connect_timeout:
            return {"connect", reasons.connect_timeout, "does not accept a connection in time"};
        case HttpFailure::tls_handshake:
            return {"tls", reasons.tls_handshake, "does not complete a TLS handshake"};
        case HttpFailure::tls_certificate:
            return {"tls", reasons.tls_certificate, "shows a certificate that cannot be verified"};
        case HttpFailure::silent:
            return {"http", reasons.silent, "accepts the connection but does not answer"};
        case HttpFailure::closed:
            return {"http", reasons.closed, "closes the connection without a whole answer"};
        case HttpFailure::not_http:
            return {"http", reasons.not_http, "answers something that is not HTTP"};
        case HttpFailure::too_large:
            return {"http", reasons.too_large, "answers more than a health answer may hold"};
        case HttpFailure::stopped:
            return {"http", "run.stopped", "was not asked: the run was stopped"};
    }
    return {};
}

bool waited(HttpFailure failure) {
    return failure == HttpFailure::connect_timeout || failure == HttpFailure::silent ||
           failure == HttpFailure::stopped || failure == HttpFailure::name_not_found;
}

}  // namespace

Finding out_of_time(Layers& layers, const Context& context, std::string_view layer) {
    if (context.run.stopped())
        return layers.broke(layer, Status::unknown, "run.stopped",
                            "the run was stopped before the answer"_safe);
    return layers.broke(layer, Status::unknown, "deadline.exceeded",
                        "the deadline came before the answer"_safe);
}

std::optional<Finding> judge_transport(Layers& layers, const Context& context,
                                       const probes::HttpAnswer& answer, const HttpReasons& reasons,
                                       const SafeText& what, const SafeText& where) {
    if (!answer.ok()) {
        const Broken broken = describe(answer.failure, reasons);
        // Only a wait that the run itself cut short is unknown; one that used its own whole limit is an
        // answer.
        if (waited(answer.failure) && context.run.spent()) return out_of_time(layers, context, broken.layer);
        if (!answer.detail.empty()) layers.evidence("detail", context.redactor.clean(answer.detail));
        return layers.broke(broken.layer, reasons.failing, broken.reason,
                            context.redactor.text("{} at {} {}", what, where, broken.words));
    }
    const auto& timing = answer.timing;
    layers.passed("connect", context.redactor.text("connected to {}", answer.remote_address), timing.connect);
    if (timing.tls.count() > 0)
        layers.passed("tls", "certificate verified"_safe, timing.tls - timing.connect);
    layers.passed("http", context.redactor.text("answered with status {}", answer.status), timing.total);
    return std::nullopt;
}

bool is_json(const probes::HttpAnswer& answer) { return answer.media_type() == "application/json"; }

}  // namespace cowork::checks
