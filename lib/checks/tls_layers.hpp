#pragma once

#include "checks/transport_reasons.hpp"

#include <array>

namespace cowork::checks {

// What is wrong, or soon will be, with the certificate of a service; the codes begin with its name.
template <Literal Service>
constexpr std::array<Reason, 4> tls_reasons() {
    return {Reason{code_of<Service, "tls-expired">(), Status::action_required, "the certificate is over",
                   "renew the certificate"},
            Reason{code_of<Service, "tls-not-yet-valid">(), Status::action_required,
                   "the certificate is not valid yet",
                   "correct this machine's clock, or install the certificate that is valid now"},
            Reason{code_of<Service, "tls-wrong-name">(), Status::action_required,
                   "the certificate is not for this name",
                   "use the name that it is for, or have one made for this name"},
            Reason{code_of<Service, "tls-untrusted">(), Status::action_required,
                   "the certificate is self-signed, or its issuer is not known here",
                   "install the whole chain, or name the issuer's certificate with --ca-file"}};
}

// For a check that tells of the end beforehand: see judge_expiry().
template <Literal Service>
constexpr std::array<Reason, 1> expiry_reasons() {
    return {Reason{code_of<Service, "tls-expiring">(), Status::degraded,
                   "the certificate ends within --tls-warn", "renew the certificate"}};
}

struct TlsReasons {
    std::string_view expired, not_yet_valid, wrong_name, untrusted, expiring;
};

template <Literal Service>
constexpr TlsReasons tls_codes() {
    constexpr auto all = tls_reasons<Service>();
    return {all[0].code, all[1].code, all[2].code, all[3].code, expiry_reasons<Service>()[0].code};
}

// Ends the check when the certificate is why there is no answer.
[[nodiscard]] std::optional<Finding> judge_certificate(Layers& layers, const Context& context,
                                                       const probes::HttpAnswer& answer,
                                                       const TlsReasons& reasons, const SafeText& where);
// Of an answer that came: protocol and days left as evidence. Ends the check, degraded, when the certificate
// ends soon; ask it last, so that it hides nothing worse.
[[nodiscard]] std::optional<Finding> judge_expiry(Layers& layers, const Context& context,
                                                  const probes::HttpAnswer& answer, const TlsReasons& reasons,
                                                  const SafeText& where);

}  // namespace cowork::checks
