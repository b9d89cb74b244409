#include "cowork/commands/render_report.hpp"

namespace cowork::app {

std::string render_report(const report::Report& report, const report::Verdict& verdict, Format format,
                          const report::TextOptions& text) {
    switch (format) {
        case Format::json:
            return report::render_json(report, verdict);
        case Format::sarif:
            return report::render_sarif(report, verdict);
        case Format::junit:
            return report::render_junit(report, verdict);
        case Format::github:
            return report::render_github(report, verdict);
        case Format::text:
        case Format::load:  // smoke has it ready
            break;
    }
    return report.command == "validate" ? report::render_findings(report, verdict, text)
                                        : report::render_text(report, verdict, text);
}

std::string render_refusal(const report::Refusal& refusal, Format format) {
    switch (format) {
        case Format::json:
            return report::render_json(refusal);
        case Format::sarif:
            return report::render_sarif(refusal);
        case Format::junit:
            return report::render_junit(refusal);
        case Format::github:
            return report::render_github(refusal);
        case Format::text:
        case Format::load:
            break;
    }
    return {};
}

}  // namespace cowork::app
