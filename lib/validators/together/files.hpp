#pragma once

#include "config/env_file.hpp"
#include "validators/compose/interpolation.hpp"
#include "validators/document.hpp"

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cowork::validators {

// An env file of the run, as Compose reads it.
struct EnvDocument {
    Document* document = nullptr;
    config::EnvFile file;
    std::string directory;  // absolute, without a slash at its end
};

// The files of a run that others may name, by their absolute paths.
class TogetherFiles {
  public:
    explicit TogetherFiles(std::vector<Document>& documents);

    // Null when it was not given, or is no env file.
    [[nodiscard]] EnvDocument* env_file(const std::string& path);
    // Those in a directory, in the order of the run.
    [[nodiscard]] std::vector<EnvDocument*> env_files_in(const std::string& directory);
    [[nodiscard]] std::vector<EnvDocument>& env_files() { return env_files_; }

  private:
    std::vector<EnvDocument> env_files_;
    std::unordered_map<std::string, std::size_t> by_path_;
};

// Absolute, without `.` and `..`; empty for standard input.
[[nodiscard]] std::string absolute_path(const std::string& path);
[[nodiscard]] std::string directory_of(const std::string& absolute);
[[nodiscard]] std::string_view name_of(const std::string& path);

}  // namespace cowork::validators
