#pragma once

#include "catalogue/catalogue.hpp"
#include "catalogue/recovery.hpp"
#include "core/source_ref.hpp"
#include "core/status.hpp"
#include "report/capability.hpp"
#include "report/workspace.hpp"
#include "secrets/safe_text.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace cowork::report {

// The one model that doctor, smoke and validate end in (design: cli.md, "The JSON report"). Every text in it
// is a SafeText or comes from a constant table, so no renderer can leak.

using EvidenceValue = std::variant<bool, std::int64_t, SafeText>;
using Evidence = std::vector<std::pair<std::string_view, EvidenceValue>>;  // keys are literals

// One layer that a check looked at.
struct Probe {
    std::string_view id;  // `policy`, `connect`, `http` ...
    Status status = Status::unknown;
    std::string_view reason_code;
    SafeText summary;
    std::chrono::microseconds duration{};
    Evidence evidence;
    SafeText reproduce;  // a command that shows the same thing; never holds a secret
};

struct Recovery {
    SafeText action;  // one sentence that says what to do
    catalogue::Safety safety = catalogue::Safety::safe;
    catalogue::Actor actor = catalogue::Actor::operator_;
    std::string_view kind;  // id of catalogue/recovery_actions.hpp; empty for trouble of another kind
    SafeText command;       // the exact next command; may be empty
    std::vector<std::string_view> docs;
};

// How a result compares with that of an earlier report.
enum class Change { new_, fixed, still };
[[nodiscard]] std::string_view to_string(Change change);
struct Baseline {
    Change change = Change::still;
    Status status = Status::unknown;  // then
    SafeText reason_code;             // then; may be empty
};

// What validate adds to a row about a place in a file; SourceRef has where it begins.
struct FindingDetail {
    std::string_view kind;      // of the file: env, compose ...
    std::string_view severity;  // error, warning, note
    int end_line = 0;           // one past the last character, columns in code points; 0: unknown
    int end_column = 0;
    std::string fingerprint;  // the same as long as the same rule is broken in the same way; hexadecimal
    bool fixable = false;     // by --fix
    std::optional<SafeText> allowed_because;  // the operator's reason; the row is ready then
    bool allowed_in_file = false;             // by a comment there, not by a list beside it
};

struct Row {
    std::string_view id;
    std::string_view label;
    catalogue::Authority authority = catalogue::Authority::mixed;
    std::optional<catalogue::ControlPlane> control_plane;
    bool required = false;
    Status status = Status::unknown;
    std::string_view reason_code;
    SafeText summary;
    Recovery recovery;
    std::string_view blocked_by;  // id of the check it waits for; empty when it ran
    std::chrono::microseconds duration{};
    SourceRef source;  // of the value it is about; its texts are paths, option names and keys
    Evidence evidence;
    std::vector<Probe> probes;
    std::optional<Baseline> baseline;      // none: nothing to say, ready then and now
    std::optional<FindingDetail> finding;  // of validate, for a broken rule
};

// A file that validate was given or found.
struct FileRow {
    SafeText path;
    std::string_view kind;  // empty when it was left out
    SafeText left_out;      // why; may be set beside a kind, when only a part was looked at
};

// A way in which a check or a step can end.
struct ReasonText {
    std::string_view code;
    std::string_view meaning;
    std::string_view recovery;
};

// What a rule of validate, a check or a step is about, for formats that carry it along (SARIF). From
// literals.
struct RuleText {
    std::string_view id;
    std::string_view title;     // in a few words
    std::string rationale;      // of a check, what it looks at; of a step, what it does
    std::string_view fix;       // empty where the reasons say it
    std::string_view severity;  // error, warning, note
    std::vector<ReasonText> reasons;
};

struct Report {
    std::string_view command;  // doctor, smoke, validate
    std::optional<catalogue::Intent> intent;
    std::vector<catalogue::Intent> paths;  // that were looked at; with one, it is the intent
    std::string generated_at;              // RFC 3339, UTC
    std::chrono::microseconds duration{};
    std::vector<Row> rows;  // in registry order
    CapabilityTables capabilities;
    std::vector<WorkspaceRow> workspaces;  // of Desktop
    std::vector<PairingRow> pairings;      // of Desktop
    std::vector<FileRow> files;            // of validate
    std::vector<RuleText> rules;           // of the rows: their rules, checks or steps
    std::vector<SafeText> notes;
    SafeText next;                     // of validate: the one command that helps most now; may be empty
    std::optional<int> exit_override;  // 130 or 143 when a signal ended the run
};

// Which statuses make a run fail.
enum class FailOn { degraded, action_required };
struct Verdict {
    FailOn fail_on = FailOn::degraded;
    bool strict = false;  // optional checks decide too
};

// Whether the row can fail the run.
[[nodiscard]] bool decides(const Row& row, const Verdict& verdict);

// How many rows have each status, in the order of all_statuses.
[[nodiscard]] std::array<std::size_t, 5> counts(const Report& report);

// The headline: the worst status among the rows that decide (action_required or offline, then unknown, then
// degraded); ready when every one of them is. A report in which no row decides is unknown, never ready.
[[nodiscard]] Status overall(const Report& report, const Verdict& verdict);

// 0, 1, 3 or 4 as in the exit-code table of cli.md; exit_override where it is set.
[[nodiscard]] int exit_code(const Report& report, const Verdict& verdict);

// The row whose trouble this one only shows, over as many steps as it takes; null when the trouble is its
// own.
[[nodiscard]] const Row* root_cause(const Report& report, const Row& row);
// The rows whose root cause is that one, in order.
[[nodiscard]] std::vector<const Row*> symptoms(const Report& report, const Row& row);

// RFC 3339 in UTC with milliseconds: 2026-01-31T12:00:00.000Z.
[[nodiscard]] std::string utc_timestamp(std::chrono::system_clock::time_point when);

}  // namespace cowork::report
