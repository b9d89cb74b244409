#pragma once

#include "config/config.hpp"
#include "config/dialect.hpp"
#include "core/error.hpp"
#include "envfile/writer.hpp"
#include "secrets/safe_text.hpp"
#include "secrets/secret.hpp"
#include "setup/plan.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cowork::app {

// The files that are there already, each read once, so that what is planned, compared and replaced is the
// same text.
class ExistingFiles {
  public:
    ExistingFiles(std::optional<config::Dialect> wished, bool force) : wished_(wished), force_(force) {}

    // The values of an env file, for a planner.
    [[nodiscard]] Result<config::Config> values(const std::string& path);
    // The text of any file, for a planner; ErrorCode::not_found when it is not there.
    [[nodiscard]] Result<std::string> text(const std::string& path);

    // As read for values(); a path that nobody asked for is read now.
    [[nodiscard]] Result<const envfile::ExistingText*> env_text(const std::string& path);
    // The dialect a file is read in, and the one it will be written in.
    [[nodiscard]] config::Dialect read_dialect(const envfile::ExistingText& text) const;
    [[nodiscard]] config::Dialect write_dialect(const envfile::ExistingText& text) const;
    [[nodiscard]] bool force() const { return force_; }
    // What text() gave for a layer; empty when it was not there.
    [[nodiscard]] const std::string* read_before(const std::string& path) const;

  private:
    std::optional<config::Dialect> wished_;
    bool force_;
    std::map<std::string, envfile::ExistingText> env_;
    std::map<std::string, std::string> plain_;
};

// A file as it will be, compared with what is there.
struct PreparedFile {
    std::string path;
    const setup::EnvFile* env = nullptr;  // null for a layer of Desktop's configuration
    config::Dialect dialect = config::Dialect::portable;
    Secret text;
    const envfile::ExistingText* before = nullptr;
    std::vector<SafeText> diff;      // masked; empty when nothing changes
    std::vector<std::string> stale;  // keys of which an earlier assignment keeps another value
    envfile::WriteOutcome outcome;
};

// Merges every planned file with what is there; nothing is changed. Plan and files must outlive the result.
[[nodiscard]] Result<std::vector<PreparedFile>> prepare_files(const setup::Plan& plan,
                                                              ExistingFiles& existing);

// Makes every check of the writer, git's opinion included, and fills in what would be done; nothing is
// changed.
[[nodiscard]] Result<void> check_files(std::vector<PreparedFile>& files, const ExistingFiles& existing);

// Writes them one after the other. ErrorCode as write_private(); the message says which were written before
// the one that failed.
[[nodiscard]] Result<void> write_files(std::vector<PreparedFile>& files, const ExistingFiles& existing);

// Makes the directory and its missing parents, 0700. True when it made something.
[[nodiscard]] Result<bool> make_directory(const std::string& path);

}  // namespace cowork::app
