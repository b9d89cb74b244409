#pragma once

#include "catalogue/catalogue.hpp"
#include "config/config.hpp"
#include "config/dialect.hpp"
#include "core/error.hpp"

#include <string>
#include <vector>

namespace cowork::setup {

// What the files beside an env file are made from.
struct AssetContext {
    catalogue::Intent intent = catalogue::Intent::gateway_only;
    std::string env_file;  // absolute path
    config::Dialect dialect = config::Dialect::portable;
    const config::Config* config = nullptr;  // what the env file holds, under full key names; not null
    std::string program;                     // absolute path of cowork
};

// One file that starts, guards or watches what the env file describes. Never holds a secret.
struct Asset {
    std::string name;     // relative to the directory, with or without folders
    std::string text;     // begins with the header comment that write_assets() knows its own files by
    std::string purpose;  // one line
    // The shell command, run in the directory of the assets, that puts it to use; empty when another asset's
    // does.
    std::string next;
};

// The assets for gateway_only, cloud_gateway, and cloud_connect where the file is the Cloud server's own.
//
// What a value rules out is left out and said by left_out(): no reverse proxy without a public URL, no
// OpenCode unit where OpenCode is elsewhere, no Compose file where a dialect other than the portable or
// Compose's own is not read by Compose.
//
// ErrorCode::usage when the intent has no services; ErrorCode::refused when systemd cannot read the dialect
// (remedy: `--dialect systemd`), or when a value cannot be written into a file of that kind. The message
// names the key, never a secret's value.
[[nodiscard]] Result<std::vector<Asset>> make_assets(const AssetContext& context);

// The kinds of asset that make_assets() leaves out, a sentence each: what, why, and what would bring it.
[[nodiscard]] std::vector<std::string> left_out(const AssetContext& context);

struct AssetOutcome {
    enum class Change { created, replaced, unchanged };
    std::string path;
    Change change = Change::created;
};

// Puts the assets into the directory: made with mode 0755 when missing (its parent must be there), each file
// with mode 0644 and in one step. Every file is looked at before the first is written; one that holds the
// same bytes already is left alone. With dry_run nothing is changed, and the outcomes say what would be.
//
// ErrorCode::refused, with a remedy: a path is a symbolic link or no regular file; a file was not written by
// cowork and `force` is off. ErrorCode::not_found: the parent directory is missing. Else permission or io.
[[nodiscard]] Result<std::vector<AssetOutcome>> write_assets(const std::string& directory,
                                                             const std::vector<Asset>& assets, bool force,
                                                             bool dry_run);

}  // namespace cowork::setup
