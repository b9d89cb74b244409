#include "probes/tls_facts.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <ctime>

namespace cowork::probes {

TlsFacts facts_of(const void* session) {
    TlsFacts facts;
    const auto* ssl = static_cast<const SSL*>(session);
    if (ssl == nullptr) return facts;
    facts.protocol = SSL_get_version(ssl);
    const X509* certificate = SSL_get0_peer_certificate(ssl);
    std::tm until{};
    if (certificate != nullptr && ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &until) == 1)
        facts.valid_until = std::chrono::sys_seconds(std::chrono::seconds(timegm(&until)));
    return facts;
}

CertificateFault fault_of(long verify_result) {
    switch (verify_result) {
        // curl looks at the name before it notes that the chain was good.
        case X509_V_OK:
        case X509_V_ERR_UNSPECIFIED:
            return CertificateFault::wrong_name;
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return CertificateFault::expired;
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return CertificateFault::not_yet_valid;
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return CertificateFault::wrong_name;
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return CertificateFault::self_signed;
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return CertificateFault::unknown_issuer;
        default:
            return CertificateFault::other;
    }
}

}  // namespace cowork::probes
