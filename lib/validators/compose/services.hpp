#pragma once

#include "config/config.hpp"
#include "rules/cloud_server.hpp"
#include "rules/service.hpp"
#include "validators/compose/model.hpp"
#include "validators/together/files.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace cowork::validators {

// Where a setting of a container stands: in the Compose file (no document), or in an env file that it loads.
struct SettingPlace {
    EnvDocument* env = nullptr;
    TextRange where;
};

// What a service of a Compose file gets to see as its environment.
struct ComposeEnvironment {
    config::Config config;  // what is known; what the image itself sets is the lowest layer
    std::unordered_map<std::string, SettingPlace> places;
    std::unordered_set<std::string> unknown;  // keys whose value depends on a variable that nobody sets
    std::vector<EnvDocument*> loaded;
    bool complete = true;  // false: an env file that it loads is not among the files of the run
    [[nodiscard]] bool is_unknown(std::string_view key) const {
        return unknown.find(std::string(key)) != unknown.end();
    }
    [[nodiscard]] TextRange where(std::string_view key, const TextRange& otherwise) const;
};

// A service of a Compose file that is one of the product's.
struct ComposeProduct {
    const ComposeService* service = nullptr;
    const rules::Service* kind = nullptr;
    ComposeEnvironment environment;
    rules::CloudView cloud;   // of the Cloud server
    bool runs_server = true;  // false: a job with the server's image, such as the migrator
    [[nodiscard]] bool is_cloud() const { return kind == &rules::cloud_server(); }
    // The value of a key by its short name, its fallback included; nothing when it is not known.
    [[nodiscard]] std::optional<std::string> value(std::string_view name) const;
    [[nodiscard]] TextRange where(std::string_view name) const;
    // The port and address that it listens on; nothing when they are not known.
    [[nodiscard]] std::optional<int> port() const;
    [[nodiscard]] std::optional<std::string> host() const;
    // Whether it takes everybody for its owner: nobody needs to sign in.
    [[nodiscard]] bool without_sign_in() const;
};

// More of them than this are not looked at.
inline constexpr std::size_t most_compose_products = 40;

// The product's services among those of the file. `directory` is that of the Compose file.
[[nodiscard]] std::vector<ComposeProduct> products_of(const ComposeFile& file, TogetherFiles& files,
                                                      const std::string& directory);

}  // namespace cowork::validators
