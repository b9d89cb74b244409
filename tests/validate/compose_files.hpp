#pragma once

#include "support/scratch_directory.hpp"
#include "validators/registry.hpp"
#include "validators/validate.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace cowork::test {

// Files of a deployment, by their names below one directory.
using Files = std::map<std::string, std::string>;

// What validating the whole directory finds: `file:line rule severity`, in the order of the report.
inline std::vector<std::string> found_in(const Files& files, validators::Settings settings = {}) {
    const ScratchDirectory scratch;
    for (const auto& [name, text] : files) {
        const std::filesystem::path path = scratch / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << text;
        std::filesystem::permissions(path, static_cast<std::filesystem::perms>(0600));
    }
    validators::Request request;
    request.paths = {scratch.path()};
    request.settings = std::move(settings);
    const auto outcome = validators::validate(request);
    REQUIRE(outcome);
    std::vector<std::string> found;
    for (const validators::Checked& file : outcome->files) {
        INFO(file.path.str());
        CHECK(file.failure.str().empty());
        for (const validators::Finding& one : file.findings)
            found.push_back(fmt::format("{}:{} {} {}", file.path.str().substr(scratch.path().size() + 1),
                                        one.where.line, one.rule->id, to_string(one.severity)));
    }
    return found;
}

// Those of a rule, or of a group of them.
inline std::vector<std::string> only(const std::string& rule, const std::vector<std::string>& all) {
    std::vector<std::string> found;
    for (const std::string& one : all)
        if (one.find(" " + rule) != std::string::npos) found.push_back(one);
    return found;
}

inline std::string joined(const std::vector<std::string>& lines) {
    return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace cowork::test
