#pragma once

#include "config/jsonc_document.hpp"
#include "core/line_index.hpp"
#include "validators/suppressions/permit.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cowork::validators {

// An entry of .cowork-validate.json.
struct FilePermit {
    Permit permit;
    std::vector<std::string> files;  // globs, from the directory of the settings file on
    std::string key;                 // a glob; empty for any
    TextRange where;                 // of its rule
    std::string pointer;             // /allow/0
};

// What is wrong with the file itself.
struct SettingsProblem {
    TextRange where;
    std::string key, message, remedy;
};

struct SettingsFile {
    std::vector<FilePermit> permits;  // those that are understood
    std::vector<SettingsProblem> problems;
};
[[nodiscard]] SettingsFile read_settings(const config::JsoncDocument& document, const LineIndex& index);

// Whether a path below the settings file's directory is meant: `*` and `?` stay within a name, `**` crosses
// directories, a glob without a slash means the name in any directory, one that ends in a slash all below.
[[nodiscard]] bool path_matches(std::string_view glob, std::string_view path);

// Finds the settings file of each file: the nearest above it, up to the top of its git work tree, else to the
// current directory, else to the directory that was named.
class SettingsPlaces {
  public:
    explicit SettingsPlaces(const std::vector<std::string>& named);

    // Absolute path of the settings file; empty for none.
    [[nodiscard]] const std::string& of(const std::string& path);
    // Whether all that lies in a directory was looked at.
    [[nodiscard]] bool covers(const std::string& directory) const;
    [[nodiscard]] static std::string absolute(const std::string& path);

  private:
    const std::string& in(const std::string& directory, const std::string& top);
    [[nodiscard]] std::string top_of(const std::string& directory) const;

    std::string current_;
    std::vector<std::string> named_;                      // directories
    std::unordered_map<std::string, std::string> known_;  // by directory
};

}  // namespace cowork::validators
