#pragma once

#include "checks/cloud_object_store.hpp"
#include "probes/http_client.hpp"
#include "smoke/run.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cowork::smoke {

// Objects of the Cloud's bucket, under a prefix of smoke's own, asked with the server's own credentials.

inline constexpr std::string_view object_prefix = "cowork-smoke/";

// Why the bucket is not asked.
enum class StoreAbsence { none, no_settings, filesystem, no_credentials, refused };

struct StorePlace {
    StoreAbsence absence = StoreAbsence::none;
    std::optional<checks::Finding> refusal;  // with refused: how it ends the step
    checks::ObjectStore store;
};
[[nodiscard]] StorePlace find_store(checks::Layers& layers, const Run& run);

class BucketApi {
  public:
    BucketApi(Run& run, const checks::ObjectStore& store) : run_(run), store_(store) {}

    [[nodiscard]] probes::HttpAnswer put(const std::string& key, std::string bytes, const Budget& budget);
    [[nodiscard]] probes::HttpAnswer get(const std::string& key, const Budget& budget);
    // True when it is gone, or never was there.
    [[nodiscard]] bool remove(const std::string& key, const Budget& budget);
    // The keys with a run's mark under the prefix; nothing when the bucket cannot be listed.
    [[nodiscard]] std::optional<std::vector<std::string>> marked(const Budget& budget);

  private:
    [[nodiscard]] probes::HttpAnswer ask(std::string_view method, const std::string& url,
                                         const Budget& budget, std::string body = {});
    [[nodiscard]] std::string url_of(const std::string& key) const;

    Run& run_;
    const checks::ObjectStore& store_;
};

[[nodiscard]] std::string object_key(const Run& run);
[[nodiscard]] SafeText object_by_hand(const Run& run, const checks::ObjectStore& store,
                                      const std::string& key);

}  // namespace cowork::smoke
