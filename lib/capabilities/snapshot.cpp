#include "capabilities/snapshot.hpp"

#include "capabilities/snapshot_rows.hpp"
#include "core/json_depth.hpp"
#include "core/text.hpp"
#include "core/timestamp.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace cowork::capabilities {
namespace {

using nlohmann::json;

constexpr std::string_view how_to_get_one =
    "give the text that Desktop exports as its diagnostics, or a report of cowork doctor --capabilities "
    "--json";

tl::unexpected<Error> not_understood(std::string why) {
    return fail(ErrorCode::invalid, std::move(why), std::string(how_to_get_one));
}

// A part of the text, and the line that it begins on.
struct Part {
    std::string_view text;
    std::size_t line = 1;
};

std::size_t lines_in(std::string_view text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// The title of a line `=== title ===`.
std::optional<std::string_view> title_of(std::string_view line) {
    constexpr std::string_view mark = "===";
    line = trimmed(line);
    if (line.size() < 2 * mark.size() || !line.starts_with(mark) || !line.ends_with(mark))
        return std::nullopt;
    return trimmed(line.substr(mark.size(), line.size() - 2 * mark.size()));
}

// The first section that has this title, without the title; none: the first section of all.
std::optional<Part> section(std::string_view text, std::optional<std::string_view> title) {
    std::optional<std::size_t> begin;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (const auto found = title_of(text.substr(at, end - at))) {
            if (begin) return Part{text.substr(*begin, at - *begin), lines_in(text.substr(0, *begin)) + 1};
            if (!title || *found == *title) begin = std::min(end + 1, text.size());
        }
        at = end + 1;
    }
    if (!begin) return std::nullopt;
    return Part{text.substr(*begin), lines_in(text.substr(0, *begin)) + 1};
}

// The first word of the bundle's header that is a time.
SafeText time_in(std::string_view header, const Redactor& redactor) {
    constexpr std::size_t farthest = 4096;
    header = header.substr(0, farthest);
    constexpr std::string_view between = " \t\r\n,;()";
    for (std::size_t at = 0; at < header.size();) {
        const std::size_t end = std::min(header.find_first_of(between, at), header.size());
        if (parse_timestamp(header.substr(at, end - at))) return redactor.clean(header.substr(at, end - at));
        at = end + 1;
    }
    return {};
}

Result<json> parsed(const Part& part) {
    if (too_deep(part.text)) return not_understood("its JSON nests too deeply");
    try {
        return json::parse(part.text);
    } catch (const json::parse_error& problem) {
        const std::size_t at = std::min<std::size_t>(problem.byte, part.text.size());
        const std::size_t line = part.line + lines_in(part.text.substr(0, at > 0 ? at - 1 : 0));
        // Desktop cuts a section of more than 256 KiB, and says so at its end.
        const bool cut_off = trimmed(part.text).ends_with("[truncated]");
        return not_understood(
            fmt::format("line {}: {}", line,
                        cut_off ? "Desktop has cut off its runtime inputs here" : "its JSON cannot be read"));
    }
}

// Reads each row of a list. The lists are counted together, so that the limit is the snapshot's.
template <typename Row, typename Read>
Result<void> read_list(const json& object, const char* list, std::vector<Row>& rows, Snapshot& snapshot,
                       const Read& read) {
    const auto found = object.find(list);
    if (found == object.end()) return {};
    if (!found->is_array()) return not_understood(fmt::format("its {} is no list", list));
    const std::size_t before = snapshot.tables.capabilities.size() + snapshot.dropped;
    if (before + found->size() > most_snapshot_rows)
        return not_understood(fmt::format("it has more than {} rows", most_snapshot_rows));
    for (const json& item : *found) {
        if (auto row = read(item)) {
            rows.push_back(std::move(*row));
        } else {
            ++snapshot.dropped;
        }
    }
    return {};
}

Result<Snapshot> read_rows(const json& object, std::string_view form, const Redactor& redactor) {
    if (!object.is_object() || !object.contains("capabilities"))
        return not_understood(form == "bundle" ? "its Runtime Inputs tell of no capabilities"
                                               : "it is no object with capabilities");
    Snapshot snapshot;
    snapshot.form = form;
    auto read = read_list(object, "capabilities", snapshot.tables.capabilities, snapshot,
                          [&](const json& row) { return snapshot_capability(row, redactor); });
    if (read)
        read = read_list(object, "conflicts", snapshot.tables.conflicts, snapshot,
                         [&](const json& row) { return snapshot_conflict(row, redactor); });
    if (!read) return tl::unexpected(read.error());
    return snapshot;
}

bool is_report(const json& document) {
    const auto tool = document.find("tool");
    return tool != document.end() && tool->is_object() && tool->value("name", json()) == "cowork";
}

Result<Snapshot> read_report(const json& document, const Redactor& redactor) {
    if (document.value("schemaVersion", json()) != 1) return not_understood("its schemaVersion is not 1");
    if (document.contains("error")) return not_understood("it is the report of a run that could not begin");
    auto snapshot = read_rows(document, "report", redactor);
    const auto when = document.find("generatedAt");
    if (snapshot && when != document.end() && when->is_string() &&
        parse_timestamp(when->get_ref<const std::string&>()))
        snapshot->generated_at = redactor.clean(when->get_ref<const std::string&>());
    return snapshot;
}

Result<Snapshot> read_json(const Part& whole, const Redactor& redactor) {
    const auto document = parsed(whole);
    if (!document) return tl::unexpected(document.error());
    if (!document->is_object()) return not_understood("it is no object with capabilities");
    if (is_report(*document)) return read_report(*document, redactor);
    const auto inside = document->find("runtimeInputs");
    return read_rows(inside == document->end() ? *document : *inside, "runtime-inputs", redactor);
}

}  // namespace

Result<Snapshot> read_snapshot(std::string_view text, const Redactor& redactor) {
    if (text.size() > largest_snapshot) return not_understood("it is larger than 16 MiB");
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const std::string_view content = trimmed(text);
    if (content.starts_with("{") || content.starts_with("[")) return read_json({text, 1}, redactor);
    const auto inputs = section(text, "Runtime Inputs");
    if (!inputs)
        return not_understood("it is neither JSON nor diagnostics with a section \"Runtime Inputs\"");
    const auto document = parsed(*inputs);
    if (!document) return tl::unexpected(document.error());
    auto snapshot = read_rows(*document, "bundle", redactor);
    if (snapshot) snapshot->generated_at = time_in(section(text, std::nullopt)->text, redactor);
    return snapshot;
}

}  // namespace cowork::capabilities
