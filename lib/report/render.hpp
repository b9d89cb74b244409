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

// The same for what validate found: by file, each finding with its place. Quiet leaves out notes.
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

}  // namespace cowork::report
