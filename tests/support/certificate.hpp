#pragma once

#include "support/temp_dir.hpp"

#include <string>
#include <vector>

namespace cowork::test {

struct CertificateFiles {
    std::string ca_file;    // PEM: the authority that signed
    std::string cert_file;  // PEM: the server's certificate
    std::string key_file;   // PEM, mode 0600
};

struct CertificateOptions {
    std::vector<std::string> names{"localhost"};      // DNS names
    std::vector<std::string> addresses{"127.0.0.1"};  // numeric
    int valid_from_days = -1;                         // relative to now
    int valid_to_days = 30;
    bool self_signed = false;  // by its own key instead of the authority's
};

// Makes an authority and a server certificate signed by it, under that prefix in the directory.
[[nodiscard]] CertificateFiles make_certificate(const TempDir& directory, const std::string& prefix = "tls",
                                                const CertificateOptions& options = {});

}  // namespace cowork::test
