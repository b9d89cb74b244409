#include "core/line_index.hpp"
#include "envfile/patch.hpp"
#include "envfile/private_text.hpp"
#include "secrets/strength.hpp"
#include "validators/fix/menders.hpp"

#include <fmt/format.h>

#include <set>

// Menders that know nothing of what the lines say.
namespace cowork::validators {
namespace {

using envfile::Patch;
using envfile::PrivateText;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::set<int> lines_of(const MendInput& mend) {
    std::set<int> lines;
    for (const Finding* finding : mend.findings) lines.insert(finding->where.line);
    return lines;
}

}  // namespace

const Secret& FreshSecrets::for_key(const std::string& key, std::string_view placeholder) {
    const auto [place, made] = made_.try_emplace({key, std::string(placeholder)});
    if (made) place->second = generate_secret();
    return place->second;
}

std::optional<Secret> make_private(const MendInput&, MendLog& log) {
    log.tighten = true;
    log.done.push_back({0, "the file's mode becomes 0600"});
    return std::nullopt;
}

std::optional<Secret> drop_byte_order_mark(const MendInput& mend, MendLog& log) {
    const std::string_view text = mend.input.text;
    if (!text.starts_with(byte_order_mark)) return std::nullopt;
    log.done.push_back({1, "the byte order mark is removed"});
    return Secret(text.substr(byte_order_mark.size()));
}

std::optional<Secret> unix_line_ends(const MendInput& mend, MendLog& log) {
    const std::string_view text = mend.input.text;
    PrivateText out(text.size());
    std::size_t removed = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool before_line_feed = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        if (before_line_feed) {
            ++removed;
        } else {
            out.append(text[i]);
        }
    }
    if (removed == 0) return std::nullopt;
    log.done.push_back(
        {0, fmt::format("{} line{} with a line feed only", removed, removed == 1 ? " ends" : "s end")});
    return out.to_secret();
}

std::optional<Secret> drop_trailing_blanks(const MendInput& mend, MendLog& log) {
    const std::string_view text = mend.input.text;
    const LineIndex index(text);
    Patch patch;
    for (const int line : lines_of(mend)) {
        if (line < 1 || line > index.lines()) continue;
        std::string_view whole = index.line(line);
        if (whole.ends_with('\r')) whole.remove_suffix(1);
        const std::size_t kept = whole.find_last_not_of(" \t") + 1;
        if (kept == whole.size()) continue;
        const auto begin = static_cast<std::size_t>(whole.data() - text.data());
        patch.remove(begin + kept, begin + whole.size());
        log.done.push_back({line, "the blanks at the line's end are removed"});
    }
    if (patch.empty()) return std::nullopt;
    return patch.apply(text);
}

}  // namespace cowork::validators
