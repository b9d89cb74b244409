#pragma once

#include "probes/http.hpp"
#include "probes/http_client.hpp"
#include "smoke/runner.hpp"
#include "support/fake_probes.hpp"
#include "support/fake_server.hpp"
#include "support/smoke_cloud.hpp"
#include "support/smoke_rows.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cowork::test {

// A bucket of an S3 store that checks signatures, and misbehaves in one way: put-denied, get-denied, changed,
// delete-ignored.
class FakeBucket {
  public:
    explicit FakeBucket(std::string fault = {});
    [[nodiscard]] std::string url() const { return server_.url(); }
    [[nodiscard]] std::map<std::string, std::string> objects() const;
    void put(const std::string& key, const std::string& bytes);

  private:
    void serve(const httplib::Request& request, httplib::Response& response);

    std::string fault_;
    std::map<std::string, std::string> objects_;  // guarded by the server's lock
    FakeServer server_;
};

// Runs the steps of a scenario against fakes, in this process.
class CloudSmokeRun {
  public:
    explicit CloudSmokeRun(const SmokeCloud& cloud, const FakeBucket* bucket = nullptr);

    std::string token;  // of the run; empty: none
    std::chrono::milliseconds timeout{2'000}, deadline{60'000};
    smoke::SmokeWishes wishes;
    std::string id;                                        // of the run; empty: a new one
    std::map<std::string, std::string> server_settings{};  // of the Cloud's server, besides the bucket's
    catalogue::Intent scenario = catalogue::Intent::cloud_connect;

    // All steps, or those and what they need.
    [[nodiscard]] smoke::Outcome run(const std::vector<std::string>& only = {});
    // As one that is killed after that step: those of a gateway are left out, and nothing is undone.
    void killed_after(std::string_view step);
    // The steps after which something may be there: each but those of a gateway and those that only read.
    [[nodiscard]] std::vector<std::string_view> making_steps() const;

  private:
    struct Inside;
    [[nodiscard]] std::unique_ptr<Inside> inside() const;

    std::string cloud_url_, bucket_url_;
};

}  // namespace cowork::test
