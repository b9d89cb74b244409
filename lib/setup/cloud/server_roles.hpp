#pragma once

#include "config/config.hpp"
#include "core/error.hpp"
#include "rules/cloud_server.hpp"
#include "setup/answers.hpp"
#include "setup/plan.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cowork::setup {

// Which roles of the Cloud's server a set-up is about, and which file each has.
struct CloudRoleFile {
    rules::CloudRole role;
    std::string path;
};

// A file of the same Cloud that is not written now.
struct CloudSibling {
    std::string path;
    config::Config config;
};

// From --role, else from the files that are there, else from the tier. Problems name the option.
struct CloudRoles {
    std::vector<CloudRoleFile> files;
    std::vector<CloudSibling> siblings;
    rules::CloudTier tier = rules::CloudTier::local;
    std::vector<Error> problems;
};
[[nodiscard]] CloudRoles choose_cloud_roles(const Answers& answers, const Surroundings& surroundings);

// Whether that role reads the key in that tier. Keys without the prefix.
[[nodiscard]] bool cloud_role_reads(rules::CloudRole role, rules::CloudTier tier, std::string_view name);

// Keys that must say the same in every file of one Cloud.
[[nodiscard]] bool shared_by_cloud_roles(std::string_view name);

}  // namespace cowork::setup
