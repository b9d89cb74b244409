#include "cowork/command_values.hpp"

#include "core/duration.hpp"
#include "core/names.hpp"
#include "core/timestamp.hpp"
#include "secrets/redactor.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace cowork::app {
namespace {

tl::expected<std::optional<catalogue::Intent>, Early> read_intent(const std::string& command,
                                                                  const std::string& word) {
    if (word.empty()) return std::optional<catalogue::Intent>{};
    const auto intent = catalogue::parse_intent(word);
    if (!intent) {
        std::vector<std::string_view> known;
        for (const auto& row : catalogue::intents()) known.push_back(row.id);
        const auto hint = nearest(word, known);
        return mistake(command, fmt::format("there is no path '{}'", Redactor().clean(word).str()),
                       hint.empty() ? "see cowork setup --list" : fmt::format("did you mean {}?", hint));
    }
    return intent;
}

tl::expected<Format, Early> read_format(const std::string& command, std::string_view word) {
    if (const auto format = parse_format(word)) return *format;
    const auto hint = nearest(word, {"text", "json", "sarif", "junit", "github"});
    return mistake(
        command, fmt::format("there is no format '{}'", Redactor().clean(word).str()),
        hint.empty() ? "use text, json, sarif, junit or github" : fmt::format("did you mean {}?", hint));
}

tl::expected<std::chrono::milliseconds, Early> read_duration(const Raw& raw, std::string_view flag,
                                                             const std::string& text) {
    const auto duration = parse_duration(text);
    if (duration) return *duration;
    return mistake(raw.command, fmt::format("{} {}", flag, duration.error().message),
                   duration.error().remedy);
}

tl::expected<std::chrono::hours, Early> read_age(std::string_view flag, const std::string& text) {
    const auto age = parse_age(text);
    if (age) return *age;
    return mistake("doctor", fmt::format("{} {}", flag, age.error().message), age.error().remedy);
}

tl::expected<void, Early> read_formats(DoctorOptions& options, const Raw& raw) {
    const auto format = read_format(raw.command, raw.format);
    if (!format) return tl::unexpected(format.error());
    if (raw.json && *format != Format::json && raw.given.contains("--format"))
        return mistake(raw.command, fmt::format("--json and --format {} exclude each other", raw.format),
                       "use one of the two");
    options.format = raw.json ? Format::json : *format;
    // They tell what the program knows, not what a run found, which is all that the other formats have words
    // for.
    if (options.format != Format::text && options.format != Format::json)
        for (const char* page : {"--list", "--explain", "--plan"})
            if (raw.given.contains(page))
                return mistake(raw.command,
                               fmt::format("{} and --format {} exclude each other", page, raw.format),
                               "use text or json");
    for (const std::string& report : raw.reports) {
        const auto equals = report.find('=');
        if (equals == std::string::npos || equals + 1 == report.size())
            return mistake(raw.command, "--report wants FORMAT=PATH",
                           "for example --report json=report.json");
        const std::string word = report.substr(0, equals);
        const bool record = word == "load" && raw.command == "smoke";
        const auto kind = record ? Format::load : read_format(raw.command, word);
        if (!kind) return tl::unexpected(kind.error());
        options.reports.push_back({*kind, report.substr(equals + 1)});
    }
    return {};
}

tl::expected<void, Early> read_times(DoctorOptions& options, const Raw& raw) {
    const auto timeout = read_duration(raw, "--timeout", raw.timeout);
    if (!timeout) return tl::unexpected(timeout.error());
    options.timeout = *timeout;
    const auto deadline = read_duration(raw, "--deadline", raw.deadline);
    if (!deadline) return tl::unexpected(deadline.error());
    options.deadline = *deadline;
    if (!raw.wait.empty()) {
        const auto wait = read_duration(raw, "--wait", raw.wait);
        if (!wait) return tl::unexpected(wait.error());
        options.wait = *wait;
    }
    if (!raw.watch.empty()) {
        const auto watch = read_duration(raw, "--watch", raw.watch);
        if (!watch) return tl::unexpected(watch.error());
        options.watch = *watch;
        if (options.wait || options.format != Format::text || !options.reports.empty())
            return mistake("doctor", "--watch goes with text on standard output only",
                           "leave out --wait, --json and --report, or leave out --watch");
    }
    const auto tls_warn = read_age("--tls-warn", raw.tls_warn);
    if (!tls_warn) return tl::unexpected(tls_warn.error());
    options.wishes.tls_warn = *tls_warn;
    const auto drill_max_age = read_age("--drill-max-age", raw.drill_max_age);
    if (!drill_max_age) return tl::unexpected(drill_max_age.error());
    options.wishes.drill_max_age = *drill_max_age;
    return {};
}

// A snapshot is looked at and nothing else, so an option that says where else to look was meant for another
// run.
tl::expected<void, Early> read_capabilities(DoctorOptions& options, const Raw& raw) {
    if (options.wishes.snapshot.empty()) return {};
    options.wishes.capabilities = true;
    for (const char* other : {"--wait", "--watch", "--resources", "--project", "--data-dir", "--env-file",
                              "--gateway-url", "--opencode-url", "--cloud-url", "--online"})
        if (raw.given.contains(other))
            return mistake("doctor", fmt::format("--snapshot and {} exclude each other", other),
                           "--snapshot looks at that file only");
    return {};
}

}  // namespace

std::optional<Format> parse_format(std::string_view word) {
    if (word == "text") return Format::text;
    if (word == "json") return Format::json;
    if (word == "sarif") return Format::sarif;
    if (word == "junit") return Format::junit;
    if (word == "github") return Format::github;
    return std::nullopt;
}

tl::unexpected<Early> mistake(std::string command, std::string message, std::string remedy) {
    return tl::unexpected(Early{2, std::move(command), {}, std::move(message), std::move(remedy)});
}

tl::expected<Invocation, Early> finish(SetupOptions options, const Raw& raw) {
    if (!raw.empty_option.empty())
        return mistake("setup", raw.empty_option + " is empty", "give it a value, or leave it out");
    if (options.print && options.json)
        return mistake("setup", "--print and --json exclude each other",
                       "--print shows the env file itself; --json says what was written");
    const auto intent = read_intent("setup", raw.intent);
    if (!intent) return tl::unexpected(intent.error());
    options.intent = *intent;
    for (const auto& option : raw.path == nullptr ? std::span<const setup::Option>{} : raw.path->options) {
        if (!raw.given.contains(std::string(option.flag))) continue;
        if (option.takes == setup::Takes::nothing) {
            options.given.emplace_back(option.flag, "true");
        } else {
            for (const std::string& text : raw.valued.at(option.flag))
                options.given.emplace_back(option.flag, text);
        }
    }
    if (!raw.dialect.empty()) {
        options.dialect = config::parse_dialect(raw.dialect);
        if (!options.dialect)
            return mistake("setup", "--dialect names none that cowork writes",
                           "use portable, sh, systemd, docker or compose");
    }
    return Invocation{std::move(options)};
}

namespace {

// What doctor and smoke have in common.
tl::expected<void, Early> read_common(DoctorOptions& options, const Raw& raw) {
    if (!raw.empty_option.empty())
        return mistake(raw.command, raw.empty_option + " is empty", "give it a value, or leave it out");
    const auto intent = read_intent(raw.command, raw.intent);
    if (!intent) return tl::unexpected(intent.error());
    options.intent = *intent;
    if (auto read = read_formats(options, raw); !read) return tl::unexpected(read.error());
    if (raw.fail_on != "degraded" && raw.fail_on != "action_required")
        return mistake(raw.command, "--fail-on knows degraded and action_required", "use one of the two");
    options.verdict.fail_on =
        raw.fail_on == "degraded" ? report::FailOn::degraded : report::FailOn::action_required;
    if (auto read = read_times(options, raw); !read) return tl::unexpected(read.error());
    if (raw.color != "auto" && raw.color != "always" && raw.color != "never")
        return mistake(raw.command, "--color knows auto, always and never", "use one of the three");
    options.color = raw.color == "auto"     ? Color::automatic
                    : raw.color == "always" ? Color::always
                                            : Color::never;
    if (raw.quiet && raw.verbose)
        return mistake(raw.command, "-q and -v exclude each other", "use one of the two");
    options.verbosity = raw.quiet     ? report::Verbosity::quiet
                        : raw.verbose ? report::Verbosity::verbose
                                      : report::Verbosity::normal;
    return {};
}

}  // namespace

tl::expected<Invocation, Early> finish(DoctorOptions options, const Raw& raw) {
    if (auto read = read_common(options, raw); !read) return tl::unexpected(read.error());
    if (auto read = read_capabilities(options, raw); !read) return tl::unexpected(read.error());
    return Invocation{std::move(options)};
}

namespace {

tl::expected<void, Early> read_load(SmokeOptions& options, const Raw& raw) {
    if (!raw.profile.empty()) {
        options.load.profile = catalogue::find_load_profile(raw.profile);
        std::vector<std::string_view> known;
        for (const auto& profile : catalogue::load_profiles()) known.push_back(profile.name);
        const auto hint = nearest(raw.profile, known);
        if (options.load.profile == nullptr)
            return mistake(raw.command, fmt::format("--profile {}: there is no such profile", raw.profile),
                           hint.empty() ? fmt::format("use one of {}", fmt::join(known, ", "))
                                        : fmt::format("did you mean {}?", hint));
    }
    const auto& reports = options.common.reports;
    const bool record = std::any_of(reports.begin(), reports.end(),
                                    [](const ReportFile& one) { return one.format == Format::load; });
    if (record && !options.load.asked_for())
        return mistake(raw.command, "--report load has nothing to tell",
                       "ask for a load check with --repeat, --concurrency or --profile");
    return {};
}

}  // namespace

tl::expected<Invocation, Early> finish(SmokeOptions options, const Raw& raw) {
    Raw with_deadline = raw;
    // A run of steps, one after another, takes longer than a diagnosis.
    if (!raw.given.contains("--deadline")) with_deadline.deadline = "5m";
    if (auto read = read_common(options.common, with_deadline); !read) return tl::unexpected(read.error());
    for (const char* prompting : {"--prompt"})
        if (raw.given.contains(prompting) && options.wishes.as_user.empty() && options.wishes.agent.empty())
            return mistake(raw.command, fmt::format("{} without --as or --agent prompts nobody", prompting),
                           "name who prompts");
    if (auto read = read_load(options, raw); !read) return tl::unexpected(read.error());
    return Invocation{std::move(options)};
}

namespace {

// A word out of a closed list, with the nearest one when it is none.
tl::unexpected<Early> no_such_word(std::string_view flag, const std::string& word,
                                   const std::vector<std::string_view>& known) {
    const auto hint = nearest(word, known);
    return mistake("validate",
                   fmt::format("{} {}: there is none of that name", flag, Redactor().clean(word).str()),
                   hint.empty() ? fmt::format("use one of {}", fmt::join(known, ", "))
                                : fmt::format("did you mean {}?", hint));
}

tl::expected<void, Early> read_kind(ValidateOptions& options, const Raw& raw) {
    if (raw.kind.empty()) return {};
    options.kind = validators::parse_kind(raw.kind);
    if (options.kind) return {};
    std::vector<std::string_view> known;
    known.reserve(validators::all_kinds.size());
    for (const auto kind : validators::all_kinds) known.push_back(validators::to_string(kind));
    return no_such_word("--kind", raw.kind, known);
}

tl::expected<void, Early> read_tier(ValidateOptions& options, const Raw& raw) {
    if (raw.tier.empty()) return {};
    std::vector<std::string_view> known;
    known.reserve(rules::all_cloud_tiers.size());
    for (const auto tier : rules::all_cloud_tiers) {
        known.push_back(rules::to_string(tier));
        if (raw.tier == known.back()) options.settings.tier = tier;
    }
    if (options.settings.tier) return {};
    return no_such_word("--tier", raw.tier, known);
}

tl::expected<void, Early> read_reader(ValidateOptions& options, const Raw& raw) {
    if (raw.dialect.empty()) return {};
    options.settings.reader = config::parse_dialect(raw.dialect);
    if (options.settings.reader) return {};
    std::vector<std::string_view> known;
    known.reserve(config::all_dialects.size());
    for (const auto dialect : config::all_dialects) known.push_back(config::to_string(dialect));
    return no_such_word("--reader", raw.dialect, known);
}

tl::expected<void, Early> read_now(ValidateOptions& options, const Raw& raw) {
    options.settings.now = std::chrono::system_clock::now();
    if (raw.now.empty()) return {};
    const auto now = parse_timestamp(raw.now);
    if (!now) return mistake("validate", "--now is not a time in UTC", "write it like 2026-01-31T12:00:00Z");
    options.settings.now = *now;
    return {};
}

}  // namespace

tl::expected<Invocation, Early> finish(ValidateOptions options, const Raw& raw) {
    if (auto read = read_common(options.common, raw); !read) return tl::unexpected(read.error());
    options.settings.intent = options.common.intent;
    if (auto read = read_kind(options, raw); !read) return tl::unexpected(read.error());
    if (auto read = read_tier(options, raw); !read) return tl::unexpected(read.error());
    if (auto read = read_reader(options, raw); !read) return tl::unexpected(read.error());
    if (auto read = read_now(options, raw); !read) return tl::unexpected(read.error());
    for (const auto& [flag, given] :
         {std::pair{"--dry-run", options.dry_run}, {"--generate", options.generate}})
        if (given && !options.fix)
            return mistake("validate", fmt::format("{} without --fix changes nothing", flag), "add --fix");
    const bool asks = options.common.list || !options.common.explain.empty();
    if (options.paths.empty() && !asks)
        return mistake("validate", "no path is given",
                       "name files or directories, for example cowork validate .");
    return Invocation{std::move(options)};
}

}  // namespace cowork::app
