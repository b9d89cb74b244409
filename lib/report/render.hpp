#pragma once

#include "report/model.hpp"

#include <string>

namespace cowork::report {

// Renderers know the model and nothing else. They return the whole document, newline at the end; only the
// application writes to a stream.

// brief: a headline and a line a row; quiet: problems only.
enum class Verbosity { brief, quiet, normal, verbose };

struct TextOptions {
    bool color = false;
    Verbosity verbosity = Verbosity::normal;
    bool capabilities = false;  // the report is about what an agent can use, so the headline is too
};
[[nodiscard]] std::string render_text(const Report& report, const Verdict& verdict,
                                      const TextOptions& options);

// The same for what validate found: by file, each finding with its place. Quiet is errors and warnings alone,
// a line each; verbose tells why, and what was allowed or left out.
[[nodiscard]] std::string render_findings(const Report& report, const Verdict& verdict,
                                          const TextOptions& options);

// One JSON document, docs/schemas/report.schema.json.
[[nodiscard]] std::string render_json(const Report& report, const Verdict& verdict);

// The same document for a run that could not begin: no results, status unknown, exit code as given.
struct Refusal {
    std::string_view command;
    int exit_code = 2;
    SafeText message;
    SafeText remedy;
};
[[nodiscard]] std::string render_json(const Refusal& refusal);

// The formats of others, for reports and refusals alike. In all of them a run that fails shows a failure.
// SARIF 2.1.0: a result for each row of doctor and smoke and for each finding of validate.
[[nodiscard]] std::string render_sarif(const Report& report, const Verdict& verdict);
[[nodiscard]] std::string render_sarif(const Refusal& refusal);
// JUnit XML: a test a row; for validate a suite a file.
[[nodiscard]] std::string render_junit(const Report& report, const Verdict& verdict);
[[nodiscard]] std::string render_junit(const Refusal& refusal);
// GitHub's workflow commands: a line for each row that is not well, and one that sums up.
[[nodiscard]] std::string render_github(const Report& report, const Verdict& verdict);
[[nodiscard]] std::string render_github(const Refusal& refusal);

}  // namespace cowork::report
