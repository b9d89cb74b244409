#include "report/text_capabilities.hpp"

#include "report/paint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <vector>

namespace cowork::report {
namespace {

constexpr std::size_t names_in_a_line = 6;
constexpr std::size_t evidence_shown = 4;  // as the product's page
constexpr std::size_t unfolded_at_most = 40;
// What follows a longer cell moves to the right on that line only.
constexpr std::size_t widest_cell = 40;

// Nobody has to do anything about it: it is well, or as somebody chose it to be.
bool settled(const CapabilityRow& row) { return urgency(row.status) == 3 || row.recovery.empty(); }

std::string place_of(const CapabilityPlace& place) {
    if (place.file.empty()) return {};
    return place.line > 0 ? fmt::format("{}:{}", place.file.str(), place.line) : place.file.str();
}

std::string shown(bool flag) { return flag ? "true" : "false"; }
std::string shown(std::int64_t number) { return std::to_string(number); }
std::string shown(const SafeText& text) { return text.str(); }
std::string shown(const std::vector<SafeText>& texts) {
    std::string all;
    for (const SafeText& text : texts) all += (all.empty() ? "" : ", ") + text.str();
    return all.empty() ? "none" : all;
}

std::string counted(std::size_t number, std::string_view noun, std::string_view nouns) {
    return fmt::format("{} {}", number, number == 1 ? noun : nouns);
}

class Section {
  public:
    Section(const CapabilityTables& tables, const TextOptions& options) : tables_(tables), options_(options) {
        for (const CapabilityRow& row : tables.capabilities) rows_.push_back(&row);
        // The product's order, what is settled after what is not.
        std::stable_sort(rows_.begin(), rows_.end(), [](const CapabilityRow* a, const CapabilityRow* b) {
            return std::tuple(settled(*a), urgency(a->status), to_string(a->kind), a->id.view()) <
                   std::tuple(settled(*b), urgency(b->status), to_string(b->kind), b->id.view());
        });
        unfolded_ = options.verbosity == Verbosity::verbose ||
                    (options.capabilities && options.verbosity == Verbosity::normal &&
                     rows_.size() <= unfolded_at_most);
        for (const CapabilityRow* row : rows_) {
            if (!has_line(*row)) continue;
            widen(kind_width_, to_string(row->kind));
            widen(id_width_, row->id.view());
            widen(reason_width_, row->reason_code);
        }
    }

    std::string render() {
        for (const CapabilityRow* row : rows_)
            if (has_line(*row)) one_row(*row);
        if (!quiet() && !unfolded_) folded();
        if (!quiet()) conflicts();
        if (out_.empty()) return {};
        const std::string title =
            options_.capabilities ? "" : painted(options_.color, dim, capability_tally(tables_)) + "\n";
        return "\n" + title + out_;
    }

  private:
    [[nodiscard]] bool quiet() const { return options_.verbosity == Verbosity::quiet; }
    [[nodiscard]] bool has_line(const CapabilityRow& row) const { return unfolded_ || !settled(row); }
    [[nodiscard]] std::string dimmed(std::string_view text) const {
        return painted(options_.color, dim, text);
    }
    static void widen(std::size_t& width, std::string_view cell) {
        if (cell.size() <= widest_cell) width = std::max(width, cell.size());
    }
    void indented(std::string_view text) { out_ += fmt::format("{:16}{}\n", "", text); }
    [[nodiscard]] std::string status_cell(CapabilityStatus status) const {
        return painted(options_.color, color_of(status), fmt::format("{:<15}", to_string(status)));
    }

    void one_row(const CapabilityRow& row) {
        const std::string place = place_of(row.place);
        out_ += fmt::format("{} {:<{}}  {:<{}}  {:<{}}  {}{}\n", status_cell(row.status), to_string(row.kind),
                            kind_width_, row.id.str(), id_width_, row.reason_code, reason_width_,
                            row.source.str(), place.empty() ? "" : "  " + place);
        if (options_.verbosity == Verbosity::brief) return;
        if (!settled(row) || options_.verbosity == Verbosity::verbose) explained(row);
    }

    void explained(const CapabilityRow& row) {
        indented(dimmed(row.meaning));
        if (!row.recovery.empty()) indented(fmt::format("-> {}", row.recovery));
        if (options_.verbosity != Verbosity::verbose) return;
        for (std::size_t i = 0; i < std::min(row.evidence.size(), evidence_shown); ++i)
            indented(dimmed(fmt::format(
                "{} = {}", row.evidence[i].first,
                std::visit([](const auto& held) { return shown(held); }, row.evidence[i].second))));
    }

    // What is settled, a line for each kind and status.
    void folded() {
        struct Line {
            std::string kind, number, names;
            CapabilityStatus status;
        };
        std::vector<Line> lines;
        std::size_t kind_width = 0;
        std::size_t number_width = 0;
        for (const CapabilityKind kind : all_capability_kinds)
            for (const CapabilityStatus status : all_capability_statuses) {
                const auto [number, names] = names_of(kind, status);
                if (number == 0) continue;
                lines.push_back({std::string(to_string(kind)), std::to_string(number), names, status});
                kind_width = std::max(kind_width, lines.back().kind.size());
                number_width = std::max(number_width, lines.back().number.size());
            }
        for (const Line& line : lines)
            out_ += fmt::format("{} {:<{}}  {:>{}}: {}\n", status_cell(line.status), line.kind, kind_width,
                                line.number, number_width, line.names);
    }

    // How many there are, and the first of them by name.
    [[nodiscard]] std::pair<std::size_t, std::string> names_of(CapabilityKind kind,
                                                               CapabilityStatus status) const {
        std::size_t number = 0;
        std::string names;
        for (const CapabilityRow* row : rows_) {
            if (row->kind != kind || row->status != status || !settled(*row)) continue;
            if (++number <= names_in_a_line) names += (names.empty() ? "" : ", ") + row->id.str();
        }
        if (number > names_in_a_line) names += fmt::format(" … and {} more", number - names_in_a_line);
        return {number, names};
    }

    void conflicts() {
        std::size_t kind_width = 0;
        std::size_t id_width = 0;
        for (const ConflictRow& row : tables_.conflicts) {
            widen(kind_width, to_string(row.kind));
            widen(id_width, row.id.view());
        }
        for (const ConflictRow& row : tables_.conflicts) {
            std::string losers;
            for (const ConflictLoser& loser : row.losers)
                losers += (losers.empty() ? "" : ", ") + loser.source.str();
            out_ += fmt::format("{:<15} {:<{}}  {:<{}}  {} over {}\n", "conflict", to_string(row.kind),
                                kind_width, row.id.str(), id_width, row.winner.str(), losers);
            if (options_.verbosity == Verbosity::verbose) places(row);
        }
    }

    void places(const ConflictRow& row) {
        indented(dimmed(fmt::format("{}: {}", row.reason_code, row.meaning)));
        if (const std::string place = place_of(row.winner_place); !place.empty())
            indented(dimmed(fmt::format("{} at {}", row.winner.str(), place)));
        for (const ConflictLoser& loser : row.losers)
            if (const std::string place = place_of(loser.place); !place.empty())
                indented(dimmed(fmt::format("{} at {}", loser.source.str(), place)));
    }

    const CapabilityTables& tables_;
    const TextOptions& options_;
    std::vector<const CapabilityRow*> rows_;
    bool unfolded_ = false;
    std::size_t kind_width_ = 0, id_width_ = 0, reason_width_ = 0;
    std::string out_;
};

}  // namespace

std::string capabilities_text(const CapabilityTables& tables, const TextOptions& options) {
    return Section(tables, options).render();
}

std::string capability_tally(const CapabilityTables& tables) {
    std::array<std::size_t, all_capability_statuses.size()> numbers{};
    for (const CapabilityRow& row : tables.capabilities) ++numbers.at(static_cast<std::size_t>(row.status));
    std::string text = counted(tables.capabilities.size(), "capability", "capabilities");
    std::string_view before = ": ";
    for (int rank = 0; rank <= 3; ++rank)
        for (const CapabilityStatus status : all_capability_statuses) {
            const std::size_t number = numbers.at(static_cast<std::size_t>(status));
            if (number == 0 || urgency(status) != rank) continue;
            text += fmt::format("{}{} {}", before, number, to_string(status));
            before = ", ";
        }
    if (!tables.conflicts.empty())
        text += fmt::format("; {}", counted(tables.conflicts.size(), "conflict", "conflicts"));
    return text;
}

}  // namespace cowork::report
