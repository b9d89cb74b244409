#pragma once

#include "cowork/command_line.hpp"
#include "setup/paths.hpp"

#include <tl/expected.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::app {

// What the parser of the command line fills in, before it becomes options of a command.
struct Raw {
    std::string command;  // setup, doctor, smoke, validate
    std::string intent;
    std::string format = "text";
    bool json = false;
    std::vector<std::string> reports;
    std::string fail_on = "degraded";
    std::string timeout = "5s";
    std::string deadline = "30s";
    std::string tls_warn = "21d";
    std::string wait, watch;
    std::string drill_max_age = "90d";
    std::string color = "auto";
    std::string dialect;
    std::string profile;
    std::string kind, tier, now;
    bool quiet = false;
    bool verbose = false;
    const setup::Path* path = nullptr;  // whose options are on offer
    std::map<std::string_view, std::vector<std::string>> valued;
    std::map<std::string_view, bool> switches;
    // Filled in after the parse.
    std::set<std::string> given;  // the options that were said, `--format`
    std::string empty_option;     // one whose argument is empty
};

// A format of standard output by its name.
[[nodiscard]] std::optional<Format> parse_format(std::string_view word);

// A command line that cannot be used.
[[nodiscard]] tl::unexpected<Early> mistake(std::string command, std::string message, std::string remedy);

// The words of the command line read into values.
[[nodiscard]] tl::expected<Invocation, Early> finish(SetupOptions options, const Raw& raw);
[[nodiscard]] tl::expected<Invocation, Early> finish(DoctorOptions options, const Raw& raw);
[[nodiscard]] tl::expected<Invocation, Early> finish(SmokeOptions options, const Raw& raw);
[[nodiscard]] tl::expected<Invocation, Early> finish(ValidateOptions options, const Raw& raw);

}  // namespace cowork::app
