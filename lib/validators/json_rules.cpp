#include "validators/json_rules.hpp"

#include "config/jsonc_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cowork::validators {
namespace {

// A launch manifest has a rule of its own, which knows more of its reader.
constexpr std::array plain_json{Kind::topology, Kind::load_report, Kind::failover_drill,
                                Kind::backup_evidence};

void check_dialect(const Input& input, Findings& findings) {
    const auto tell = [&](std::optional<std::size_t> at, std::string_view what) {
        if (!at) return;
        findings.add("file.json-comment", findings.index().range(*at, *at + 1), {},
                     fmt::format("the file has {}, and its readers take plain JSON only", what));
    };
    tell(input.json->first_comment(), "a comment");
    tell(input.json->first_trailing_comma(), "a comma before a closing bracket");
}

void check_duplicates(const config::JsoncDocument& document, Findings& findings) {
    for (const config::JsonDuplicate& one : document.duplicates()) {
        const std::string key = config::dotted(one.pointer);
        const int line = findings.index().range(one.first.begin, one.first.end).line;
        findings.add("file.json-duplicate-key", findings.index().range(one.where.begin, one.where.end), key,
                     fmt::format("{} stands in line {} already; {}", key, line,
                                 one.identical ? "both hold the same" : "only this one counts"),
                     {}, one.identical ? std::optional(Severity::note) : std::nullopt);
    }
}

}  // namespace

void check_json(const Input& input, Findings& findings) {
    if (!input.json || input.kind == Kind::text) return;
    if (std::find(plain_json.begin(), plain_json.end(), input.kind) != plain_json.end())
        check_dialect(input, findings);
    check_duplicates(*input.json, findings);
}

}  // namespace cowork::validators
