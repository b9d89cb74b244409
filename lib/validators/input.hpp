#pragma once

#include "catalogue/catalogue.hpp"
#include "config/dialect.hpp"
#include "config/jsonc_document.hpp"
#include "config/yaml_document.hpp"
#include "core/line_index.hpp"
#include "rules/cloud_server.hpp"
#include "secrets/secret.hpp"
#include "validators/kind.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace cowork::validators {

// Larger files are left out: nothing that is deployed or attested is as large.
inline constexpr std::size_t largest_file = std::size_t{16} * 1024 * 1024;

// What the file system and git say about a file; nothing for standard input.
struct FileFacts {
    mode_t mode = 0;  // permission bits
    bool foreign_owner = false;
    enum class Git { unknown, outside, ignored, tracked, untracked };
    Git git = Git::unknown;  // untracked: the next `git add` would pick it up
};

// Why a file of a known language could not be read.
struct Fault {
    std::string_view rule;  // that it breaks
    Error error;
};

// One file that is validated. What it was parsed to while its kind was found out is kept.
struct Input {
    std::string path;  // as the user or the walk names it; `-` for standard input
    std::string text;
    Kind kind = Kind::text;
    std::optional<FileFacts> facts;
    std::optional<config::YamlStream> yaml;
    std::optional<config::JsoncDocument> json;
    std::optional<Fault> fault;  // why it is neither, though it looks like one
    std::string_view unread;     // why it is taken for no kind, where that is not plain
};

// What the operator said about the whole.
struct Settings {
    std::optional<rules::CloudTier> tier;     // --tier: rules and severities of that tier
    std::optional<catalogue::Intent> intent;  // --intent
    std::optional<config::Dialect> reader;    // --reader: who reads the env files
    std::string helm_defaults;                // text of --helm-defaults; empty without
    std::string helm_defaults_path;
    std::chrono::system_clock::time_point now;  // --now
    bool promotion = false;                     // --promotion: evidence is to carry a release
    bool publish = false;                       // --publish: all of it is meant for others to read
    // --fingerprint-salt: makes the fingerprints of leaked secrets the same in every run; random without.
    std::shared_ptr<const Secret> fingerprint_salt;
};

}  // namespace cowork::validators
