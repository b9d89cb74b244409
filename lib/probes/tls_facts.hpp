#pragma once

#include "probes/http.hpp"

namespace cowork::probes {

// What OpenSSL knows of the session of a connected transfer; `session` is an SSL*.
[[nodiscard]] TlsFacts facts_of(const void* session);
// Of a verification that failed, with OpenSSL's X509_V_ERR code; 0: the chain was good, the name was not.
[[nodiscard]] CertificateFault fault_of(long verify_result);

}  // namespace cowork::probes
