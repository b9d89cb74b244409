#include "report/paint.hpp"
#include "report/render.hpp"
#include "report/text_capabilities.hpp"
#include "report/text_workspaces.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cowork::report {
namespace {

// Problems first, the most pressing on top.
int urgency(const Row& row) {
    const int optional_last = row.required ? 0 : 10;
    switch (row.status) {
        case Status::action_required:
            return optional_last + 0;
        case Status::offline:
            return optional_last + 1;
        case Status::unknown:
            return optional_last + 2;
        case Status::degraded:
            return optional_last + 3;
        case Status::ready:
            return 20;
    }
    return optional_last + 2;
}

class Text {
  public:
    Text(const Report& report, const Verdict& verdict, const TextOptions& options)
        : report_(report), verdict_(verdict), options_(options) {
        for (const Row& row : report.rows) {
            rows_.push_back(&row);
            label_width_ = std::max(label_width_, row.label.size());
        }
        std::stable_sort(rows_.begin(), rows_.end(),
                         [](const Row* a, const Row* b) { return urgency(*a) < urgency(*b); });
    }

    std::string render() {
        headline();
        if (!brief()) next();
        for (const Row* row : rows_)
            if (!folded(*row)) one_row(*row);
        out_ += capabilities_text(report_.capabilities, options_);
        out_ += workspaces_text(report_, options_);
        for (const SafeText& note : report_.notes) out_ += fmt::format("{}\n", note.str());
        return std::move(out_);
    }

  private:
    [[nodiscard]] bool brief() const { return options_.verbosity == Verbosity::brief; }
    [[nodiscard]] std::string paint(std::string_view code, std::string_view text) const {
        return painted(options_.color, code, text);
    }
    [[nodiscard]] std::string status_cell(Status status) const {
        return paint(color_of(status), fmt::format("{:<15}", to_string(status)));
    }

    // The paths that the report is about.
    [[nodiscard]] std::string subject() const {
        if (report_.intent) return std::string(catalogue::row(*report_.intent).id);
        std::string paths;
        for (const auto path : report_.paths)
            paths += fmt::format("{}{}", paths.empty() ? "" : " + ", catalogue::row(path).id);
        return paths;
    }
    [[nodiscard]] std::string title() const {
        const std::string paths = subject();
        if (options_.capabilities) return paths.empty() ? "capabilities" : "capabilities of " + paths;
        return paths.empty() ? fmt::format("cowork {}", report_.command) : paths;
    }

    void headline() {
        const Status status = overall(report_, verdict_);
        out_ += fmt::format("{}  {}\n", paint(bold, title()), paint(color_of(status), to_string(status)));
        if (options_.verbosity != Verbosity::quiet && !brief() && report_.intent)
            authority_line(catalogue::row(*report_.intent));
        out_ += fmt::format(
            "{}\n\n", paint(dim, options_.capabilities ? capability_tally(report_.capabilities) : tally()));
    }

    void authority_line(const catalogue::IntentRow& intent) {
        std::string planes;
        for (const auto plane : intent.control_planes)
            planes += fmt::format("{}{}", planes.empty() ? "" : ", ", catalogue::to_string(plane));
        out_ += fmt::format("{}\n", paint(dim, fmt::format("execution authority {}, state owned by {}",
                                                           catalogue::to_string(intent.authority), planes)));
    }

    [[nodiscard]] std::string tally() const {
        const auto numbers = counts(report_);
        std::string text = fmt::format("{} {} in {:.0f} ms:", report_.rows.size(),
                                       report_.command == "smoke" ? "steps" : "checks",
                                       static_cast<double>(report_.duration.count()) / 1000.0);
        for (std::size_t i = 0; i < all_statuses.size(); ++i)
            if (numbers[i] > 0) text += fmt::format(" {} {},", numbers[i], to_string(all_statuses[i]));
        text.pop_back();
        return text;
    }

    // The one next action: that of the most pressing row.
    void next() {
        const auto first =
            std::find_if(rows_.begin(), rows_.end(), [&](const Row* row) { return !folded(*row); });
        if (first == rows_.end() || (*first)->status == Status::ready) return;
        const Row& row = **first;
        out_ += fmt::format("{}  {}\n", paint(bold, "Next"),
                            row.recovery.action.empty() ? row.summary.str() : row.recovery.action.str());
        if (!row.recovery.command.empty())
            out_ += fmt::format("      {}\n", paint(bold, row.recovery.command.str()));
        out_ += '\n';
    }

    // What only shows another row's trouble stands under that row, unless every detail is asked for.
    [[nodiscard]] bool folded(const Row& row) const {
        return options_.verbosity != Verbosity::verbose && root_cause(report_, row) != nullptr;
    }

    void one_row(const Row& row) {
        const bool well = row.status == Status::ready;
        if (well && options_.verbosity == Verbosity::quiet) return;
        out_ +=
            fmt::format("{} {:<{}}  {}{}{}\n", status_cell(row.status), row.label, label_width_,
                        row.summary.str(), row.required ? "" : paint(dim, "  (optional)"), change_of(row));
        if (!well && !brief()) problem(row);
        if (!well) shown_symptoms(row);
        if (options_.verbosity == Verbosity::verbose) details(row);
    }

    [[nodiscard]] std::string change_of(const Row& row) const {
        return row.baseline ? paint(bold, fmt::format("  [{}]", to_string(row.baseline->change)))
                            : std::string{};
    }

    void shown_symptoms(const Row& row) {
        if (options_.verbosity == Verbosity::verbose) return;
        for (const Row* symptom : symptoms(report_, row))
            indented(fmt::format("{}  {}  {}{}", paint(dim, "shows in"),
                                 paint(color_of(symptom->status), to_string(symptom->status)), symptom->label,
                                 change_of(*symptom)));
    }

    void problem(const Row& row) {
        std::string facts = std::string(row.id);
        if (!row.reason_code.empty()) facts += fmt::format("  {}", row.reason_code);
        if (!row.blocked_by.empty()) facts += fmt::format("  needs {}", row.blocked_by);
        if (row.source.known()) facts += fmt::format("  {}", row.source.place());
        indented(paint(dim, facts));
        if (!row.recovery.action.empty()) indented(fmt::format("-> {}", row.recovery.action.str()));
        if (!row.recovery.command.empty()) indented(fmt::format("   {}", row.recovery.command.str()));
        if (options_.verbosity == Verbosity::verbose || row.recovery.safety != catalogue::Safety::safe ||
            row.recovery.actor != catalogue::Actor::operator_)
            indented(paint(dim, fmt::format("   {}, for the {}", to_string(row.recovery.safety),
                                            in_words(row.recovery.actor))));
        if (options_.verbosity == Verbosity::verbose) owners(row);
    }

    static std::string_view in_words(catalogue::Actor actor) {
        switch (actor) {
            case catalogue::Actor::operator_:
                return "operator";
            case catalogue::Actor::provider_admin:
                return "channel's administrator";
            case catalogue::Actor::desktop_user:
                return "Desktop's user";
        }
        return "operator";
    }

    // Of each row, because one run may look at several authorities.
    void owners(const Row& row) {
        indented(
            paint(dim, fmt::format("execution authority {}{}", catalogue::to_string(row.authority),
                                   row.control_plane ? fmt::format(", state owned by {}",
                                                                   catalogue::to_string(*row.control_plane))
                                                     : std::string{})));
    }

    void details(const Row& row) {
        for (const Probe& probe : row.probes)
            indented(fmt::format("{} {:<10} {:>8.1f} ms  {}", status_cell(probe.status), probe.id,
                                 static_cast<double>(probe.duration.count()) / 1000.0, probe.summary.str()));
        for (const auto& [key, value] : row.evidence)
            indented(paint(dim, fmt::format("{} = {}", key, shown(value))));
    }

    static std::string shown(const EvidenceValue& value) {
        if (const auto* text = std::get_if<SafeText>(&value)) return text->str();
        if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
        return std::to_string(std::get<std::int64_t>(value));
    }

    void indented(std::string_view text) { out_ += fmt::format("{:16}{}\n", "", text); }

    const Report& report_;
    const Verdict& verdict_;
    const TextOptions& options_;
    std::vector<const Row*> rows_;
    std::size_t label_width_ = 0;
    std::string out_;
};

}  // namespace

std::string render_text(const Report& report, const Verdict& verdict, const TextOptions& options) {
    return Text(report, verdict, options).render();
}

}  // namespace cowork::report
