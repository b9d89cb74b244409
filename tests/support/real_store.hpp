#pragma once

#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <memory>
#include <string>

namespace cowork::test {

// s3rver, which looks at the access key and not at the signature (s3_signature.hpp does): one bucket
// `cowork-artifacts`, access key and secret S3RVER.
class RealS3 {
  public:
    static bool available();
    RealS3();
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  private:
    TempDir directory_;
    int port_;
    std::unique_ptr<Process> server_;
};

// Azurite's blob service: one container `cowork-artifacts`.
class RealAzurite {
  public:
    static bool available();
    RealAzurite();
    // Of the account.
    [[nodiscard]] std::string url() const {
        return "http://127.0.0.1:" + std::to_string(port_) + "/devstoreaccount1";
    }
    // An account SAS with these permissions ("rl") until that time ("2099-01-01T00:00:00Z").
    [[nodiscard]] static std::string sas(const std::string& permissions, const std::string& until);

  private:
    TempDir directory_;
    int port_;
    std::unique_ptr<Process> server_;
};

}  // namespace cowork::test
