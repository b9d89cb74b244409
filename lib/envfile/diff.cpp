#include "envfile/diff.hpp"

#include "config/env_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace cowork::envfile {
namespace {

using config::EnvEntry;
using config::EnvFile;

// The table of a comparison has at most so many cells; beyond, all that lies between the equal ends is one
// change.
constexpr std::size_t most_cells = std::size_t{16} * 1024 * 1024;

// A logical line: the assignments on it, or none.
struct Unit {
    std::string_view bytes;
    int line = 1;                     // from 1
    int height = 1;                   // in physical lines
    std::size_t first = 0, last = 0;  // its entries
};

struct Side {
    std::string_view text;
    EnvFile file;
    std::vector<Unit> units;
};

int breaks_in(std::string_view text) { return static_cast<int>(std::count(text.begin(), text.end(), '\n')); }

std::string_view without_end(std::string_view line) {
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    return line;
}

void add_unit(Side& side, std::size_t begin, std::size_t end, int& line, std::size_t first,
              std::size_t last) {
    const std::string_view bytes = side.text.substr(begin, end - begin);
    const int height = breaks_in(bytes) + (bytes.ends_with('\n') ? 0 : 1);
    side.units.push_back({bytes, line, height, first, last});
    line += height;
}

Side read_side(const DiffSide& given) {
    Side side{given.text, config::parse_env_file(given.text, {}, given.dialect), {}};
    const auto& entries = side.file.entries;
    int line = 1;
    std::size_t next = 0;
    for (std::size_t at = 0; at < side.text.size();) {
        const std::size_t feed = side.text.find('\n', at);
        std::size_t end = feed == std::string_view::npos ? side.text.size() : feed + 1;
        const std::size_t first = next;
        if (next < entries.size() && entries[next].place.line_begin < end) {
            const std::size_t begin = entries[next].place.line_begin;
            end = std::max(end, entries[next].place.line_end);
            while (next < entries.size() && entries[next].place.line_begin == begin) ++next;
        }
        add_unit(side, at, end, line, first, next);
        at = end;
    }
    return side;
}

// Marks the units of both sides that stay, by a longest common subsequence.
class Comparison {
  public:
    Comparison(const std::vector<Unit>& a, const std::vector<Unit>& b)
        : kept_a(a.size()), kept_b(b.size()), a_(a), b_(b) {
        std::size_t head = 0;
        while (head < a.size() && head < b.size() && same(head, head)) keep(head, head), ++head;
        std::size_t tail = 0;
        while (tail + head < a.size() && tail + head < b.size() &&
               same(a.size() - tail - 1, b.size() - tail - 1)) {
            keep(a.size() - tail - 1, b.size() - tail - 1);
            ++tail;
        }
        compare_middle(head, a.size() - tail, b.size() - tail);
    }

    std::vector<bool> kept_a;
    std::vector<bool> kept_b;

  private:
    [[nodiscard]] bool same(std::size_t i, std::size_t j) const {
        const std::string_view a = a_[i].bytes;
        const std::string_view b = b_[j].bytes;
        // A last line that had no end and got one is not worth a line.
        return a == b || (a.ends_with('\n') != b.ends_with('\n') && without_end(a) == without_end(b));
    }
    void keep(std::size_t i, std::size_t j) { kept_a[i] = kept_b[j] = true; }

    void compare_middle(std::size_t begin, std::size_t end_a, std::size_t end_b) {
        const std::size_t rows = end_a - begin;
        const std::size_t width = end_b - begin + 1;
        if (rows == 0 || width == 1 || rows > most_cells / width) return;
        // longest[i * width + j]: of the common subsequence of what follows i and j.
        std::vector<std::uint32_t> longest((rows + 1) * width);
        for (std::size_t i = rows; i-- > 0;)
            for (std::size_t j = width - 1; j-- > 0;)
                longest[i * width + j] = same(begin + i, begin + j) ? longest[(i + 1) * width + j + 1] + 1
                                                                    : std::max(longest[(i + 1) * width + j],
                                                                               longest[i * width + j + 1]);
        for (std::size_t i = 0, j = 0; i < rows && j + 1 < width;) {
            if (same(begin + i, begin + j)) {
                keep(begin + i++, begin + j++);
            } else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) {
                ++i;
            } else {
                ++j;
            }
        }
    }

    const std::vector<Unit>& a_;
    const std::vector<Unit>& b_;
};

// `12`, `12,3`, or for nothing the line before, as diff has it.
std::string range(const std::vector<Unit>& units, std::size_t begin, std::size_t end) {
    const int before = begin == 0 ? 0 : units[begin - 1].line + units[begin - 1].height - 1;
    if (begin == end) return fmt::format("{},0", before);
    const int height = units[end - 1].line + units[end - 1].height - units[begin].line;
    return height == 1 ? fmt::format("{}", before + 1) : fmt::format("{},{}", before + 1, height);
}

class Printer {
  public:
    Printer(const Side& before, const Side& after, const IsSecretKey& is_secret, const Redactor& redactor)
        : before_(before), after_(after), is_secret_(is_secret), redactor_(redactor) {}

    std::vector<SafeText> print() {
        const Comparison comparison(before_.units, after_.units);
        const auto& kept_a = comparison.kept_a;
        const auto& kept_b = comparison.kept_b;
        for (std::size_t i = 0, j = 0; i < kept_a.size() || j < kept_b.size();) {
            const std::size_t begin_a = i;
            const std::size_t begin_b = j;
            while (i < kept_a.size() && !kept_a[i]) ++i;
            while (j < kept_b.size() && !kept_b[j]) ++j;
            if (i > begin_a || j > begin_b) print_hunk(begin_a, i, begin_b, j);
            if (i < kept_a.size()) ++i;
            if (j < kept_b.size()) ++j;
        }
        return std::move(lines_);
    }

  private:
    void print_hunk(std::size_t begin_a, std::size_t end_a, std::size_t begin_b, std::size_t end_b) {
        lines_.push_back(redactor_.text("@@ -{} +{} @@", range(before_.units, begin_a, end_a),
                                        range(after_.units, begin_b, end_b)));
        for (; begin_a < end_a; ++begin_a) print_unit('-', before_, before_.units[begin_a]);
        for (; begin_b < end_b; ++begin_b) print_unit('+', after_, after_.units[begin_b]);
    }

    void print_unit(char sign, const Side& side, const Unit& unit) {
        for (std::size_t i = unit.first; i < unit.last; ++i) print_entry(sign, side.file.entries[i]);
        if (unit.first == unit.last) print_other(sign, unit.bytes);
    }

    void print_entry(char sign, const EnvEntry& entry) {
        // Compared with the old file's winning value, so that a change can be seen without being shown.
        const EnvEntry* const old = sign == '+' ? before_.file.find(entry.key) : nullptr;
        const bool same = old != nullptr && old->value.reveal() == entry.value.reveal();
        const SafeText value = !is_secret_(entry.key)   ? redactor_.clean(entry.value.reveal())
                               : old == nullptr || same ? "(secret)"_safe
                                                        : "(another secret)"_safe;
        const SafeText note = same ? " (the same, written differently)"_safe : ""_safe;
        lines_.push_back(redactor_.text("{}{}={}{}", sign, entry.key, value, note));
    }

    // A comment or a blank line; of anything else it is not known what is a value in it.
    void print_other(char sign, std::string_view line) {
        line = without_end(line);
        const auto first = line.find_first_not_of(" \t\xEF\xBB\xBF");
        const bool comment = first != std::string_view::npos && (line[first] == '#' || line[first] == ';');
        if (first != std::string_view::npos && !comment)
            return lines_.push_back(redactor_.text("{}(a line that is not shown: no assignment)", sign));
        const std::string_view secret = secret_key_in(line);
        lines_.push_back(secret.empty() ? redactor_.text("{}{}", sign, line)
                                        : redactor_.text("{}# {}=(secret)", sign, secret));
    }

    // The key of a secret's assignment that was made a comment.
    [[nodiscard]] std::string_view secret_key_in(std::string_view comment) const {
        for (auto equals = comment.find('='); equals != std::string_view::npos;
             equals = comment.find('=', equals + 1)) {
            const std::string_view before = comment.substr(0, equals);
            const auto start = before.find_last_of(" \t#;\"'") + 1;  // npos + 1 is 0
            const std::string_view key = before.substr(start);
            if (config::is_valid_key(key) && is_secret_(key)) return key;
        }
        return {};
    }

    const Side& before_;
    const Side& after_;
    const IsSecretKey& is_secret_;
    const Redactor& redactor_;
    std::vector<SafeText> lines_;
};

}  // namespace

std::vector<SafeText> masked_diff(const DiffSide& before, const DiffSide& after, const IsSecretKey& is_secret,
                                  const Redactor& redactor) {
    const Side old_side = read_side(before);
    const Side new_side = read_side(after);
    return Printer(old_side, new_side, is_secret, redactor).print();
}

}  // namespace cowork::envfile
