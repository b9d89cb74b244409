#pragma once

#include "support/certificate.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <memory>
#include <string>

namespace cowork::test {

// A real nginx that ends TLS before a server on 127.0.0.1, as a reverse proxy does.
class RealNginx {
  public:
    [[nodiscard]] static bool available();

    RealNginx(int server_port, const CertificateOptions& certificate,
              const std::string& protocols = "TLSv1.2 TLSv1.3");

    [[nodiscard]] std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] const std::string& ca_file() const { return certificate_.ca_file; }

  private:
    TempDir directory_;
    CertificateFiles certificate_;
    int port_ = 0;
    std::unique_ptr<Process> server_;
};

}  // namespace cowork::test
