#pragma once

#include "support/cloud_env.hpp"

#include <string>
#include <vector>

namespace cowork::test {

// One rule: what the settings of a role and tier, with changes, are told. Each expectation is
// "reason KEY" or "reason KEY degraded", the key without prefix; the words must stand in the first finding's
// message or remedy.
struct CloudRow {
    rules::CloudRole role;
    rules::CloudTier tier;
    CloudChanges changes;
    std::vector<std::string> expected;
    std::vector<std::string> words;
};

// Also checks that no text holds a value, and that every finding says what to do.
void check_cloud_rows(const std::vector<CloudRow>& rows);

inline constexpr auto whole = rules::CloudRole::all_in_one;
inline constexpr auto web = rules::CloudRole::web;
inline constexpr auto worker = rules::CloudRole::worker;
inline constexpr auto scheduler = rules::CloudRole::scheduler;
inline constexpr auto local = rules::CloudTier::local;
inline constexpr auto self_host = rules::CloudTier::self_host_beta;
inline constexpr auto private_beta = rules::CloudTier::private_beta;
inline constexpr auto production = rules::CloudTier::public_production;

}  // namespace cowork::test
