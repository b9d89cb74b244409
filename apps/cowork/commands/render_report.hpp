#pragma once

#include "cowork/command_line.hpp"
#include "report/model.hpp"
#include "report/render.hpp"

#include <string>

namespace cowork::app {

// A report of any command in the format that was asked for: the one place that knows all renderers. Colour,
// and what else `text` says, is for text alone.
[[nodiscard]] std::string render_report(const report::Report& report, const report::Verdict& verdict,
                                        Format format, const report::TextOptions& text);

// A run that could not begin. Empty for text, which is told on standard error.
[[nodiscard]] std::string render_refusal(const report::Refusal& refusal, Format format);

}  // namespace cowork::app
