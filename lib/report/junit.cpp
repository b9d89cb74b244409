// JUnit XML: no standard, but what Jenkins, GitLab and their kind agree on.
#include "report/level.hpp"
#include "report/render.hpp"
#include "secrets/redactor.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <map>
#include <sstream>
#include <vector>

namespace cowork::report {
namespace {

// Without what XML 1.0 has no way to write, not even escaped: control characters and two noncharacters.
std::string xml_text(std::string_view text) {
    constexpr std::string_view replacement = "\xEF\xBF\xBD";
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto code = static_cast<unsigned char>(text[at]);
        const std::string_view three = text.substr(at, 3);
        if (three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF") {
            out += replacement;
            at += 2;
        } else if (code < 0x20 && text[at] != '\n' && text[at] != '\t') {
            out += replacement;
        } else {
            out += text[at];
        }
    }
    return out;
}

// Paths and keys are not cleaned in every model; bad UTF-8 would break the document.
std::string outside(std::string_view text) { return xml_text(Redactor().clean(text).view()); }

void set(pugi::xml_node node, const char* name, std::string_view value) {
    node.append_attribute(name).set_value(xml_text(value).c_str());
}
void set(pugi::xml_node node, const char* name, std::size_t value) {
    node.append_attribute(name).set_value(static_cast<unsigned long long>(value));
}

std::string seconds(std::chrono::microseconds duration) {
    return fmt::format("{:.6f}", static_cast<double>(duration.count()) / 1'000'000.0);
}

// How a row shows in a list of tests. A run whose exit code is not 0 has a failure or an error.
enum class Outcome { passed, skipped, failed, error };
Outcome outcome_of(const Row& row, const Verdict& verdict) {
    if (row.status == Status::ready) return Outcome::passed;
    if (!decides(row, verdict)) return Outcome::skipped;
    if (row.status == Status::unknown) return Outcome::error;
    const bool forgiven = row.status == Status::degraded && verdict.fail_on != FailOn::degraded;
    return forgiven ? Outcome::skipped : Outcome::failed;
}
const char* element_of(Outcome outcome) {
    return outcome == Outcome::failed ? "failure" : outcome == Outcome::error ? "error" : "skipped";
}

struct Counts {
    std::size_t tests = 0, failed = 0, errors = 0, skipped = 0;

    void count(Outcome outcome) {
        ++tests;
        failed += outcome == Outcome::failed ? 1U : 0U;
        errors += outcome == Outcome::error ? 1U : 0U;
        skipped += outcome == Outcome::skipped ? 1U : 0U;
    }
    void add(const Counts& other) {
        tests += other.tests;
        failed += other.failed;
        errors += other.errors;
        skipped += other.skipped;
    }
    [[nodiscard]] std::size_t troubles() const { return failed + errors; }
    void write(pugi::xml_node node) const {
        set(node, "tests", tests);
        set(node, "failures", failed);
        set(node, "errors", errors);
    }
};

std::string details(const Row& row) {
    std::string text = row.summary.str();
    if (row.source.known()) {
        text += "\n" + outside(row.source.file);
        if (row.source.line > 0) text += fmt::format(":{}", row.source.line);
        if (row.source.line > 0 && row.source.column > 0) text += fmt::format(":{}", row.source.column);
    }
    if (!row.recovery.action.empty()) text += "\n-> " + row.recovery.action.str();
    if (!row.recovery.command.empty()) text += "\n   " + row.recovery.command.str();
    if (!row.blocked_by.empty()) text += fmt::format("\nneeds {}", row.blocked_by);
    if (row.finding && row.finding->allowed_because)
        text += "\nallowed because " + row.finding->allowed_because->str();
    return text;
}

class Suite {
  public:
    Suite(pugi::xml_node parent, const std::string& name, std::string class_name)
        : node_(parent.append_child("testsuite")), class_name_(std::move(class_name)) {
        set(node_, "name", name);
    }

    void property(std::string_view name, std::string_view value) {
        pugi::xml_node list = node_.child("properties");
        if (!list) list = node_.prepend_child("properties");
        pugi::xml_node entry = list.append_child("property");
        set(entry, "name", name);
        set(entry, "value", value);
    }

    void row(const Row& row, const Verdict& verdict) {
        const Outcome outcome = outcome_of(row, verdict);
        std::string name(row.finding ? row.reason_code : row.id);
        if (row.finding && row.source.line > 0)
            name += fmt::format(" at {}:{}", row.source.line, row.source.column);
        // Readers take two tests of one name for the same test.
        if (const int same = ++names_[name]; same > 1) name += fmt::format(" #{}", same);
        pugi::xml_node test = add(name, outcome);
        if (row.duration.count() > 0) set(test, "time", seconds(row.duration));
        const std::string text = xml_text(details(row));
        if (outcome == Outcome::passed) {
            test.append_child("system-out").text().set(text.c_str());
            return;
        }
        pugi::xml_node trouble = test.append_child(element_of(outcome));
        set(trouble, "type", row.reason_code.empty() ? to_string(row.status) : row.reason_code);
        set(trouble, "message", row.summary.view());
        trouble.text().set(text.c_str());
    }

    // Of the run itself, when it failed and no row says why.
    void error(std::string_view type, std::string_view message) {
        pugi::xml_node trouble = add("run", Outcome::error).append_child("error");
        set(trouble, "type", type);
        set(trouble, "message", message);
        trouble.text().set(xml_text(message).c_str());
    }

    void output(std::string_view text) {
        node_.append_child("system-out").text().set(xml_text(text).c_str());
    }

    Counts finish() {
        counts_.write(node_);
        set(node_, "skipped", counts_.skipped);
        return counts_;
    }
    [[nodiscard]] const Counts& counts() const { return counts_; }
    [[nodiscard]] pugi::xml_node node() const { return node_; }

  private:
    pugi::xml_node add(const std::string& name, Outcome outcome) {
        counts_.count(outcome);
        pugi::xml_node test = node_.append_child("testcase");
        set(test, "classname", class_name_);
        set(test, "name", name);
        return test;
    }

    pugi::xml_node node_;
    std::string class_name_;
    Counts counts_;
    std::map<std::string, int> names_;
};

// The element of all suites, after a declaration.
pugi::xml_node begin(pugi::xml_document& document, std::string_view title) {
    pugi::xml_node declaration = document.append_child(pugi::node_declaration);
    set(declaration, "version", "1.0");
    set(declaration, "encoding", "UTF-8");
    pugi::xml_node suites = document.append_child("testsuites");
    set(suites, "name", title);
    return suites;
}

std::string text_of(const pugi::xml_document& document) {
    std::ostringstream out;
    document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
    return out.str();
}

// A suite for each file of validate, in the order of the rows.
struct FileSuite {
    std::string name;
    std::vector<const Row*> rows;
};
std::vector<FileSuite> file_suites(const Report& report) {
    std::vector<FileSuite> suites;
    std::map<std::string_view, std::size_t> places;
    for (const Row& row : report.rows) {
        const auto [at, added] = places.emplace(row.source.file, suites.size());
        if (added) suites.push_back({outside(row.source.file), {}});
        suites[at->second].rows.push_back(&row);
    }
    return suites;
}

// What the run as a whole came to.
void describe_run(Suite& suite, const Report& report, const Verdict& verdict) {
    set(suite.node(), "time", seconds(report.duration));
    // Without the fraction and the zone, which some readers refuse; it is UTC.
    if (report.generated_at.size() > 19) set(suite.node(), "timestamp", report.generated_at.substr(0, 19));
    suite.property("version", COWORK_VERSION);
    suite.property("status", to_string(overall(report, verdict)));
    suite.property("exitCode", std::to_string(exit_code(report, verdict)));
}

}  // namespace

std::string render_junit(const Report& report, const Verdict& verdict) {
    pugi::xml_document document;
    pugi::xml_node suites = begin(document, title_of(report));
    Suite run(suites, title_of(report), fmt::format("cowork.{}", report.command));
    describe_run(run, report, verdict);
    Counts total;
    if (report.command == "validate") {
        for (const FileSuite& file : file_suites(report)) {
            Suite suite(suites, file.name, std::string(file.rows.front()->id));
            for (const Row* row : file.rows) suite.row(*row, verdict);
            total.add(suite.finish());
        }
    } else {
        for (const Row& row : report.rows) run.row(row, verdict);
    }
    const int code = exit_code(report, verdict);
    if (code != 0 && total.troubles() + run.counts().troubles() == 0)
        run.error("run", fmt::format("the run ended with exit code {}", code));
    std::string notes;
    for (const SafeText& note : report.notes) notes += note.str() + "\n";
    if (!notes.empty()) run.output(notes);
    total.add(run.finish());
    total.write(suites);
    set(suites, "time", seconds(report.duration));
    return text_of(document);
}

std::string render_junit(const Refusal& refusal) {
    pugi::xml_document document;
    const std::string title = fmt::format("cowork{}{}", refusal.command.empty() ? "" : " ", refusal.command);
    pugi::xml_node suites = begin(document, title);
    Suite suite(suites, title, "cowork");
    suite.property("exitCode", std::to_string(refusal.exit_code));
    std::string text = refusal.message.str();
    if (!refusal.remedy.empty()) text += "\n-> " + refusal.remedy.str();
    suite.error("not-begun", text);
    const Counts counts = suite.finish();
    counts.write(suites);
    return text_of(document);
}

}  // namespace cowork::report
