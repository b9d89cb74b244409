#include "checks/tls_layers.hpp"

#include <chrono>

namespace cowork::checks {
namespace {

using probes::CertificateFault;

struct Fault {
    std::string_view reason;
    std::string_view words;  // completes "the certificate of https://... "
};

Fault describe(CertificateFault fault, const TlsReasons& reasons) {
    switch (fault) {
        case CertificateFault::expired:
            return {reasons.expired, "is over"};
        case CertificateFault::not_yet_valid:
            return {reasons.not_yet_valid, "is not valid yet"};
        case CertificateFault::wrong_name:
            return {reasons.wrong_name, "is for another name"};
        case CertificateFault::self_signed:
            return {reasons.untrusted, "is self-signed"};
        case CertificateFault::unknown_issuer:
            return {reasons.untrusted, "comes from an issuer that is not known here"};
        case CertificateFault::none:
        case CertificateFault::other:
            break;
    }
    return {};
}

}  // namespace

std::optional<Finding> judge_certificate(Layers& layers, const Context& context,
                                         const probes::HttpAnswer& answer, const TlsReasons& reasons,
                                         const SafeText& where) {
    if (answer.failure != probes::HttpFailure::tls_certificate) return std::nullopt;
    const Fault fault = describe(answer.certificate, reasons);
    if (fault.reason.empty()) return std::nullopt;
    layers.evidence("detail", context.redactor.clean(answer.detail));
    return layers.broke("tls", Status::action_required, fault.reason,
                        context.redactor.text("the certificate of {} {}", where, fault.words));
}

std::optional<Finding> judge_expiry(Layers& layers, const Context& context, const probes::HttpAnswer& answer,
                                    const TlsReasons& reasons, const SafeText& where) {
    if (!answer.tls.protocol.empty())
        layers.evidence("tls_protocol", context.redactor.clean(answer.tls.protocol));
    if (!answer.tls.valid_until) return std::nullopt;
    const auto left =
        *answer.tls.valid_until - std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto days = std::chrono::floor<std::chrono::days>(left).count();
    layers.evidence("tls_days_left", static_cast<std::int64_t>(days));
    if (left > context.wishes.tls_warn) return std::nullopt;
    return layers.broke("tls", Status::degraded, reasons.expiring,
                        context.redactor.text("the certificate of {} ends in {} day(s)", where, days));
}

}  // namespace cowork::checks
