#include "validators/evidence/backup_evidence.hpp"

#include "config/jsonc.hpp"
#include "rules/backup_evidence.hpp"
#include "validators/json_place.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>

namespace cowork::validators {
namespace {

// As doctor has it without --drill-max-age.
constexpr std::chrono::hours drill_max_age{24 * 90};

// `drill.smokes[0].result`: /drill/smokes/0/result. The format's own names need no escapes.
std::string pointer_of(std::string_view dotted) {
    std::string pointer;
    for (const char c : dotted) {
        if (pointer.empty()) pointer = "/";
        if (c == '.' || c == '[') {
            pointer += '/';
        } else if (c != ']') {
            pointer += c;
        }
    }
    return pointer;
}

}  // namespace

void validate_backup_evidence(const Input& input, const Settings& settings, Findings& findings) {
    if (!input.json) return;
    if (input.text.size() > rules::backup_evidence_limit)
        return findings.add("backup.evidence-invalid", {}, {},
                            fmt::format("the file is larger than the {} KiB that doctor reads",
                                        rules::backup_evidence_limit / 1024));
    // Comments are told elsewhere; what they stand in is judged all the same.
    const std::string plain = config::without_trailing_commas(input.json->uncommented());
    const auto tell = [&](const rules::Violation& one) {
        const auto severity = one.status == Status::degraded ? Severity::warning : Severity::error;
        findings.add(one.reason_code, json_place(*input.json, findings.index(), pointer_of(one.key)), one.key,
                     one.message, one.remedy, severity);
    };
    for (const auto& one : rules::check_backup_evidence(plain, settings.now, drill_max_age)) tell(one);
    for (const auto& one : rules::check_backup_record(plain)) tell(one);
}

}  // namespace cowork::validators
