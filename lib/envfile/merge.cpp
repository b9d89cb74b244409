#include "envfile/merge.hpp"

#include "config/env_file.hpp"
#include "envfile/convert.hpp"
#include "envfile/document.hpp"
#include "envfile/merge_checks.hpp"
#include "envfile/patch.hpp"
#include "envfile/private_text.hpp"
#include "envfile/quote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

namespace cowork::envfile {
namespace {

using config::Dialect;
using config::EnvEntry;
using config::EnvFile;

constexpr std::size_t at_end = std::string_view::npos;

// Some shells expand these after `export`, where the word is an argument of a command.
bool tempts_a_shell(std::string_view value) {
    return value.find_first_of("*?[]{}~!") != std::string_view::npos;
}

// Edits a text within its dialect.
class Editor {
  public:
    Editor(std::string_view text, const EnvFile& file, const std::string& file_name,
           const std::vector<Wish>& wishes)
        : text_(text), file_(file), file_name_(file_name), wishes_(wishes), winners_(winners_of(file)) {}

    Result<Secret> edit() {
        auto done = remove_unwanted();
        for (auto wish = wishes_.begin(); done && wish != wishes_.end(); ++wish) {
            if (!wish->value) continue;
            const EnvEntry* const winner = find_winner(winners_, wish->key);
            done = winner == nullptr ? add(*wish) : set(*wish, *winner);
        }
        if (!done) return tl::unexpected(std::move(done.error()));
        for (auto& [place, lines] : additions_) put_additions(place, lines);
        return patch_.apply(text_);
    }

  private:
    // Lines to insert at one place: after an assignment (its line's end), or at the end of the file by group.
    struct Place {
        std::size_t at = at_end;
        std::size_t group = 0;  // at the end: the first wish of the group

        friend bool operator<(const Place& a, const Place& b) {
            return std::pair(a.at, a.group) < std::pair(b.at, b.group);
        }
    };

    // A logical line goes when all its assignments are to go.
    Result<void> remove_unwanted() {
        const auto& entries = file_.entries;
        for (std::size_t i = 0; i < entries.size();) {
            std::vector<const EnvEntry*> line;
            for (const std::size_t begin = entries[i].place.line_begin;
                 i < entries.size() && entries[i].place.line_begin == begin; ++i)
                line.push_back(&entries[i]);
            const auto unwanted = std::find_if(line.begin(), line.end(), [&](auto* e) { return goes(*e); });
            if (unwanted == line.end()) continue;
            const bool all = std::all_of(line.begin(), line.end(), [&](auto* e) { return goes(*e); });
            if (!all || !comment_of_line(text_, line)) return shares_its_line(**unwanted);
            patch_.remove(line.front()->place.line_begin, line.front()->place.line_end);
        }
        return {};
    }

    [[nodiscard]] bool goes(const EnvEntry& entry) const {
        const Wish* const wish = find_wish(wishes_, entry.key);
        return wish != nullptr && !wish->value;
    }

    static tl::unexpected<Error> shares_its_line(const EnvEntry& entry) {
        return fail(ErrorCode::invalid,
                    fmt::format("{}: {} is to be removed but shares its line with something else",
                                entry.where.place(), entry.key),
                    "write it on a line of its own, or remove it by hand", entry.where);
    }

    Result<void> set(const Wish& wish, const EnvEntry& winner) {
        if (winner.value.reveal() == wish.value->reveal()) return {};
        const auto& place = winner.place;
        const std::string_view old = text_.substr(place.value_begin, place.value_end - place.value_begin);
        auto value = render(wish, old.starts_with('"') || old.starts_with('\''));
        if (!value) return tl::unexpected(std::move(value.error()));
        PrivateText text(value->size() + 1);
        text.append(value->reveal());
        // A comment right behind a closing quote would become a part of a value without quotes.
        if (file_.dialect == Dialect::compose && text_.substr(place.value_end, 1) == "#") text.append(' ');
        patch_.replace(place.value_begin, place.value_end, text.to_secret());
        return {};
    }

    // Quotes that were there stay, also because a file without a header is known by them.
    [[nodiscard]] Result<Secret> render(const Wish& wish, bool was_quoted) const {
        const bool quote =
            was_quoted || (file_.dialect == Dialect::sh && tempts_a_shell(wish.value->reveal()));
        auto value =
            render_value(wish.key, *wish.value, file_.dialect, quote ? Quoting::always : Quoting::as_needed);
        if (!value) value.error().where = {file_name_, 0, 0, wish.key};
        return value;
    }

    Result<void> add(const Wish& wish) {
        const EnvEntry* const anchor = anchor_of(wish);
        auto value = render(wish, false);
        if (!value) return tl::unexpected(std::move(value.error()));
        const bool exported = anchor != nullptr
                                  ? anchor->place.exported
                                  : !file_.entries.empty() && file_.entries.back().place.exported;
        const std::string_view prefix = exported && file_.dialect == Dialect::sh ? "export " : "";
        PrivateText line(prefix.size() + wish.key.size() + value->size() + 1);
        line.append(prefix).append(wish.key).append('=').append(value->reveal());
        const Place place =
            anchor != nullptr ? Place{anchor->place.line_end, 0} : Place{at_end, group_of(wish)};
        additions_[place].push_back(line.to_secret());
        return {};
    }

    [[nodiscard]] std::size_t group_of(const Wish& wish) const {
        const auto first = std::find_if(wishes_.begin(), wishes_.end(),
                                        [&](const Wish& other) { return other.group == wish.group; });
        return static_cast<std::size_t>(first - wishes_.begin());
    }

    // The nearest wish before this one of its group that the file has, else the last in the file of that
    // group.
    [[nodiscard]] const EnvEntry* anchor_of(const Wish& wish) const {
        const EnvEntry* anchor = nullptr;
        bool before = true;
        for (const Wish& other : wishes_) {
            if (&other == &wish && anchor != nullptr) return anchor;
            if (&other == &wish) before = false;
            const EnvEntry* const there =
                other.group == wish.group ? find_winner(winners_, other.key) : nullptr;
            if (there == nullptr) continue;
            if (before || anchor == nullptr || there->place.line_end > anchor->place.line_end) anchor = there;
        }
        return anchor;
    }

    void put_additions(const Place& place, const std::vector<Secret>& lines) {
        const std::string line_end = line_end_at(place.at);
        const bool block = place.at == at_end;
        std::string heading;
        if (block && !wishes_[place.group].group.empty())
            heading = fmt::format("# {}{}", comment_text(wishes_[place.group].group), line_end);
        std::size_t size = heading.size();
        for (const Secret& line : lines) size += line.size() + line_end.size();
        PrivateText text(size);
        text.append(heading);
        for (const Secret& line : lines) text.append(line.reveal()).append(line_end);
        if (block || goes_on(place.at)) return patch_.append_block(text.to_secret(), line_end);
        patch_.insert_lines(place.at, text.to_secret(), line_end);
    }

    // Whether the text ends there in a continuation, into which another line would fall.
    [[nodiscard]] bool goes_on(std::size_t at) const {
        const auto last = text_.find_last_not_of("\r\n");
        return at == text_.size() && last != std::string_view::npos && text_[last] == '\\';
    }

    // As the line before has it, or else the first of the file. To a shell a CR would be a part of the value.
    [[nodiscard]] std::string line_end_at(std::size_t at) const {
        if (file_.dialect == Dialect::sh) return "\n";
        const bool after_line = at != at_end && at > 0 && text_[at - 1] == '\n';
        const std::size_t feed = after_line ? at - 1 : text_.find('\n');
        return feed != std::string_view::npos && feed > 0 && text_[feed - 1] == '\r' ? "\r\n" : "\n";
    }

    std::string_view text_;
    const EnvFile& file_;
    const std::string& file_name_;
    const std::vector<Wish>& wishes_;
    Winners winners_;
    Patch patch_;
    std::map<Place, std::vector<Secret>> additions_;
};

// What was changed and removed by place, then what was added.
std::vector<Change> changes_between(const EnvFile& before, const EnvFile& after,
                                    const std::vector<Wish>& wishes) {
    std::vector<Change> changes;
    const Winners old = winners_of(before);
    for (const EnvEntry& entry : before.entries) {
        const Wish* const wish = find_wish(wishes, entry.key);
        if (wish == nullptr) continue;
        const bool changed = wish->value && find_winner(old, entry.key) == &entry &&
                             wish->value->reveal() != entry.value.reveal();
        if (!wish->value) changes.push_back({Edit::removed, entry.key, entry.where.line});
        if (changed) changes.push_back({Edit::changed, entry.key, entry.where.line});
    }
    for (const EnvEntry& entry : after.entries)
        if (find_winner(old, entry.key) == nullptr)
            changes.push_back({Edit::added, entry.key, entry.where.line});
    return changes;
}

std::vector<std::string> stale_keys(const EnvFile& after, const std::vector<Wish>& wishes) {
    std::vector<std::string> stale;
    for (const EnvEntry& entry : after.entries) {
        const Wish* const wish = find_wish(wishes, entry.key);
        if (wish != nullptr && wish->value && wish->value->reveal() != entry.value.reveal() &&
            std::find(stale.begin(), stale.end(), entry.key) == stale.end())
            stale.push_back(entry.key);
    }
    return stale;
}

}  // namespace

Result<Merged> merge(std::string_view existing, const std::string& file_name, Dialect read_as,
                     Dialect write_as, const std::vector<Wish>& wishes) {
    const EnvFile before = config::parse_env_file(existing, file_name, read_as);
    auto possible = check_wishes(wishes);
    if (possible) possible = check_editable(existing, before, wishes);
    if (!possible) return tl::unexpected(std::move(possible.error()));

    auto base =
        read_as == write_as ? Secret(existing) : convert(existing, before, write_as, file_name, wishes);
    if (!base) return tl::unexpected(std::move(base.error()));
    const EnvFile there = config::parse_env_file(base->reveal(), file_name, write_as);
    auto text = Editor(base->reveal(), there, file_name, wishes).edit();
    if (!text) return tl::unexpected(std::move(text.error()));

    const EnvFile after = config::parse_env_file(text->reveal(), file_name, write_as);
    if (auto good = check_result(existing, before, text->reveal(), after, file_name, wishes); !good)
        return tl::unexpected(std::move(good.error()));
    return Merged{std::move(*text), changes_between(before, after, wishes), stale_keys(after, wishes)};
}

}  // namespace cowork::envfile
