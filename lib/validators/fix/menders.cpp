#include "validators/fix/menders.hpp"

#include "config/env_file.hpp"
#include "envfile/merge_checks.hpp"
#include "envfile/patch.hpp"
#include "envfile/quote.hpp"
#include "rules/service.hpp"
#include "secrets/strength.hpp"
#include "validators/leaks/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace cowork::validators {
namespace {

using config::Dialect;
using config::EnvEntry;
using config::EnvFile;
using envfile::Patch;

constexpr std::array table{
    Fixer{"env.duplicate-line", drop_identical_duplicates},
    Fixer{"env.comment-in-value", move_comments},
    Fixer{"env.quotes-kept", respell_values},
    Fixer{"env.blank-before-value", drop_blank_before_value},
    Fixer{"env.trailing-blank", drop_trailing_blanks},
    Fixer{"env.export", drop_export},
    Fixer{"env.carriage-return", unix_line_ends},
    Fixer{"env.byte-order-mark", drop_byte_order_mark},
    Fixer{"env.mode", make_private},
    Fixer{"configuration.placeholder-secret", generate_secrets},
};

std::set<int> lines_of(const MendInput& mend) {
    std::set<int> lines;
    for (const Finding* finding : mend.findings) lines.insert(finding->where.line);
    return lines;
}

EnvFile env_file(const MendInput& mend) {
    return config::parse_env_file(mend.input.text, mend.input.path,
                                  written_for(intended_reader(mend.input.text, mend.settings)));
}

// Whether it is known who reads the file.
bool reader_is_known(const MendInput& mend) {
    return mend.settings.reader.has_value() || config::read_header(mend.input.text).has_value();
}

std::optional<Secret> applied(const Patch& patch, std::string_view text) {
    if (patch.empty()) return std::nullopt;
    return patch.apply(text);
}

// The assignments of a line, which may hold several.
std::vector<const EnvEntry*> beside(const EnvFile& file, const EnvEntry& one) {
    std::vector<const EnvEntry*> line;
    for (const EnvEntry& entry : file.entries)
        if (entry.place.line_begin == one.place.line_begin) line.push_back(&entry);
    return line;
}

// The first assignment of each key.
std::map<std::string_view, const EnvEntry*> first_entries(const EnvFile& file) {
    std::map<std::string_view, const EnvEntry*> first;
    for (const EnvEntry& entry : file.entries) first.emplace(entry.key, &entry);
    return first;
}

// The new spelling of a value; nothing, and the reason in the log, when it stays.
std::optional<Secret> respelled(const MendInput& mend, const EnvEntry& entry, MendLog& log) {
    const bool portable = config::not_portable(entry.value.reveal()) == config::CharClass::none;
    if (!portable && !reader_is_known(mend)) {
        log.left.push_back(
            {entry.where.line, fmt::format("readers differ about {}, and who reads the file is "
                                           "not known: say it with --reader",
                                           entry.key)});
        return std::nullopt;
    }
    auto value =
        envfile::render_value(entry.key, entry.value,
                              portable ? Dialect::portable : intended_reader(mend.input.text, mend.settings));
    if (!value) {
        log.left.push_back({entry.where.line, value.error().message});
        return std::nullopt;
    }
    const std::string_view now =
        std::string_view(mend.input.text)
            .substr(entry.place.value_begin, entry.place.value_end - entry.place.value_begin);
    if (value->reveal() == now) return std::nullopt;
    return std::move(*value);
}

// How many blanks lie between the value and the end of its line; 0 when something else does.
std::size_t blanks_behind(std::string_view text, const EnvEntry& entry) {
    std::string_view rest = text.substr(entry.place.value_end, entry.place.line_end - entry.place.value_end);
    while (!rest.empty() && (rest.back() == '\n' || rest.back() == '\r')) rest.remove_suffix(1);
    return rest.find_first_not_of(" \t") == std::string_view::npos ? rest.size() : 0;
}

}  // namespace

config::Dialect written_for(config::Dialect reader) {
    return reader == Dialect::sh ? reader : Dialect::compose;
}

config::Dialect intended_reader(std::string_view text, const Settings& settings) {
    if (settings.reader) return *settings.reader;
    const auto header = config::read_header(text);
    return header ? header->dialect : Dialect::compose;
}

std::span<const Fixer> fixers() { return table; }

const Fixer* fix_for(std::string_view rule) {
    const auto* found =
        std::find_if(table.begin(), table.end(), [&](const Fixer& one) { return one.rule == rule; });
    return found == table.end() ? nullptr : found;
}

std::optional<Secret> drop_identical_duplicates(const MendInput& mend, MendLog& log) {
    const EnvFile file = env_file(mend);
    const auto first = first_entries(file);
    const std::set<int> lines = lines_of(mend);
    std::set<std::string_view> differing;
    for (const EnvEntry& entry : file.entries)
        if (entry.value.reveal() != first.at(entry.key)->value.reveal()) differing.insert(entry.key);
    Patch patch;
    for (const EnvEntry& entry : file.entries) {
        if (first.at(entry.key) == &entry || !lines.contains(entry.where.line)) continue;
        const auto comment = envfile::comment_of_line(mend.input.text, {&entry});
        if (differing.contains(entry.key)) {
            log.left.push_back(
                {entry.where.line, fmt::format("{} has different values: which one is meant is "
                                               "for you to say",
                                               entry.key)});
        } else if (beside(file, entry).size() > 1 || !comment || !comment->empty()) {
            log.left.push_back({entry.where.line, "the line holds more than that assignment"});
        } else {
            patch.remove(entry.place.line_begin, entry.place.line_end);
            log.removed.insert(entry.where.line);
            log.done.push_back({entry.where.line, fmt::format("the second {} is removed", entry.key)});
        }
    }
    return applied(patch, mend.input.text);
}

std::optional<Secret> move_comments(const MendInput& mend, MendLog& log) {
    const std::string_view text = mend.input.text;
    const EnvFile file = env_file(mend);
    const std::set<int> lines = lines_of(mend);
    Patch patch;
    for (const EnvEntry& entry : file.entries) {
        if (!lines.contains(entry.where.line) || beside(file, entry).size() > 1) continue;
        std::string_view rest =
            text.substr(entry.place.value_end, entry.place.line_end - entry.place.value_end);
        while (!rest.empty() && (rest.back() == '\n' || rest.back() == '\r')) rest.remove_suffix(1);
        const auto sign = rest.find_first_not_of(" \t");
        if (sign == std::string_view::npos || rest[sign] != '#') continue;
        const bool crlf = text.substr(entry.place.line_begin, entry.place.line_end - entry.place.line_begin)
                              .ends_with("\r\n");
        const std::string line_end = crlf ? "\r\n" : "\n";
        patch.insert_lines(entry.place.line_begin, Secret(std::string(rest.substr(sign)) + line_end),
                           line_end);
        patch.remove(entry.place.value_end, entry.place.value_end + rest.size());
        log.parted.insert(entry.where.line);
        log.done.push_back(
            {entry.where.line, fmt::format("the comment behind {} goes on a line of its own", entry.key)});
    }
    return applied(patch, text);
}

std::optional<Secret> drop_blank_before_value(const MendInput& mend, MendLog& log) {
    const std::string_view text = mend.input.text;
    const EnvFile file = env_file(mend);
    const std::set<int> lines = lines_of(mend);
    Patch patch;
    for (const EnvEntry& entry : file.entries) {
        const std::size_t after_sign = entry.place.key_begin + entry.key.size() + 1;
        if (!lines.contains(entry.where.line) || after_sign >= entry.place.value_begin) continue;
        const std::string_view between = text.substr(after_sign, entry.place.value_begin - after_sign);
        if (text[after_sign - 1] != '=' || between.find_first_not_of(" \t") != std::string_view::npos)
            continue;
        patch.remove(after_sign, entry.place.value_begin);
        log.done.push_back(
            {entry.where.line, fmt::format("the blank before the value of {} is removed", entry.key)});
    }
    return applied(patch, text);
}

std::optional<Secret> respell_values(const MendInput& mend, MendLog& log) {
    const EnvFile file = env_file(mend);
    const std::set<int> lines = lines_of(mend);
    Patch patch;
    for (const EnvEntry& entry : file.entries) {
        if (!lines.contains(entry.where.line)) continue;
        auto value = respelled(mend, entry, log);
        if (!value) continue;
        patch.replace(entry.place.value_begin, entry.place.value_end + blanks_behind(mend.input.text, entry),
                      std::move(*value));
        log.done.push_back({entry.where.line, fmt::format("the value of {} is spelled so that every reader "
                                                          "reads the same",
                                                          entry.key)});
    }
    return applied(patch, mend.input.text);
}

std::optional<Secret> drop_export(const MendInput& mend, MendLog& log) {
    const EnvFile file = env_file(mend);
    const std::set<int> lines = lines_of(mend);
    Patch patch;
    for (const EnvEntry& entry : file.entries) {
        if (!entry.place.exported || !lines.contains(entry.where.line)) continue;
        if (reader_is_known(mend) && file.dialect == Dialect::sh) {
            log.left.push_back({entry.where.line, "a shell reads the file, and may need export"});
            continue;
        }
        if (beside(file, entry).size() > 1) continue;
        const std::string_view before =
            std::string_view(mend.input.text)
                .substr(entry.place.line_begin, entry.place.key_begin - entry.place.line_begin);
        const auto word = before.find("export");
        if (word == std::string_view::npos) continue;
        patch.remove(entry.place.line_begin + word, entry.place.key_begin);
        log.done.push_back({entry.where.line, fmt::format("export before {} is removed", entry.key)});
    }
    return applied(patch, mend.input.text);
}

bool operator_chooses(std::string_view full_name) {
    constexpr std::array names{
        std::string_view{"ADMIN_TOKEN"},    std::string_view{"TELEGRAM_WEBHOOK_SECRET"},
        std::string_view{"SECRET_KEY"},     std::string_view{"EMAIL_INBOUND_SECRET"},
        std::string_view{"COOKIE_SECRET"},  std::string_view{"HEADER_AUTH_SECRET"},
        std::string_view{"INTERNAL_TOKEN"},
    };
    const rules::Key* const key = rules::find_key(full_name);
    if (key == nullptr || (key->kind != rules::KeyKind::secret && key->kind != rules::KeyKind::strong_secret))
        return false;
    return key->name.ends_with("_SHARED_SECRET") ||
           std::find(names.begin(), names.end(), key->name) != names.end();
}

std::optional<Secret> generate_secrets(const MendInput& mend, MendLog& log) {
    const EnvFile file = env_file(mend);
    const std::set<int> lines = lines_of(mend);
    Patch patch;
    for (const EnvEntry& entry : file.entries) {
        if (!lines.contains(entry.where.line)) continue;
        const std::string_view value = entry.value.reveal();
        if (!operator_chooses(entry.key)) {
            log.left.push_back({entry.where.line, fmt::format("{} is given out by somebody else: put in what "
                                                              "they gave you",
                                                              entry.key)});
        } else if (!value.empty() && !is_placeholder(value) && !is_sample(value)) {
            log.left.push_back({entry.where.line,
                                fmt::format("{} is no placeholder: others may know the value", entry.key)});
        } else {
            patch.replace(entry.place.value_begin, entry.place.value_end,
                          mend.fresh.for_key(entry.key, value).clone());
            log.done.push_back({entry.where.line, fmt::format("{} gets a new secret", entry.key)});
        }
    }
    return applied(patch, mend.input.text);
}

}  // namespace cowork::validators
