#pragma once

#include "catalogue/catalogue.hpp"
#include "checks/context.hpp"
#include "config/dialect.hpp"
#include "cowork/terminal.hpp"
#include "report/model.hpp"
#include "report/render.hpp"
#include "smoke/wishes.hpp"
#include "validators/validate.hpp"

#include <tl/expected.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace cowork::app {

enum class Format { text, json, sarif, junit, github, load };  // load: of a load check, only as a file

// Secret options are kept as the user wrote them (`env:NAME`, a literal ...); the command resolves them.
struct SetupOptions {
    std::optional<catalogue::Intent> intent;
    bool list = false;
    bool evaluate = false;
    std::vector<std::pair<std::string, std::string>> given;  // an option of the path, its argument
    std::vector<std::string> sets;                           // KEY=VALUE
    std::vector<std::string> unsets;                         // KEY
    std::string output;
    std::string directory;
    std::string assets;                      // a directory; empty for none
    std::optional<config::Dialect> dialect;  // empty: the file's own, or portable for a new one
    bool print = false;
    bool dry_run = false;
    bool allow_secret_print = false;
    bool force = false;
    bool check = false;
    bool json = false;
};

struct ReportFile {
    Format format;
    std::string path;
};

struct DoctorOptions {
    std::optional<catalogue::Intent> intent;
    std::vector<std::string> env_files;
    std::string opencode_url;
    std::string database_url, admin_token, opencode_password, cloud_token;  // secret options
    checks::Wishes wishes;
    Format format = Format::text;
    std::vector<ReportFile> reports;
    report::Verdict verdict;
    std::vector<std::string> only, skip;
    std::chrono::milliseconds timeout{5000};
    std::chrono::milliseconds deadline{30000};
    std::size_t jobs = 16;
    std::optional<std::chrono::milliseconds> wait;   // repeat until ready, or this is over
    std::optional<std::chrono::milliseconds> watch;  // repeat at this interval, until a signal
    std::string baseline;                            // an earlier JSON report; empty for none
    bool list = false;
    std::string explain;
    Color color = Color::automatic;
    report::Verbosity verbosity = report::Verbosity::normal;
};

struct SmokeOptions {
    DoctorOptions common;  // where to look, what to choose, how to tell it: as doctor has it
    smoke::SmokeWishes wishes;
    smoke::LoadWishes load;
    bool plan = false;
    bool read_only = false;
};

struct ValidateOptions {
    DoctorOptions common;  // what to choose, how to tell it: as doctor has it
    std::vector<std::string> paths;
    std::optional<validators::Kind> kind;
    validators::Settings settings;
    std::string helm_defaults;     // a path
    std::string fingerprint_salt;  // a secret option
    bool fix = false;
    bool dry_run = false;
    bool generate = false;
};

using Invocation = std::variant<SetupOptions, DoctorOptions, SmokeOptions, ValidateOptions>;

// A command line that runs nothing: help, version, or a mistake.
struct Early {
    int exit_code = 0;
    std::string command;  // the command it was meant for; may be empty
    std::string out;      // for standard output
    std::string message;  // a mistake, without values that could be secret
    std::string remedy;
};

// `arguments` without the program's name.
[[nodiscard]] tl::expected<Invocation, Early> parse(const std::vector<std::string>& arguments);

// The format that the arguments ask for on standard output, readable even where the rest is wrong.
[[nodiscard]] Format wants_format(const std::vector<std::string>& arguments);

// Overwrites literal secrets in the process's own argument memory, so that `ps` stops showing them.
// Returns the options concerned.
[[nodiscard]] std::vector<std::string> wipe_secret_arguments(int count, char** arguments);

}  // namespace cowork::app
