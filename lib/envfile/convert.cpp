#include "envfile/convert.hpp"

#include "envfile/document.hpp"
#include "envfile/merge_checks.hpp"
#include "envfile/private_text.hpp"
#include "envfile/quote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cowork::envfile {
namespace {

using config::Dialect;
using config::EnvEntry;
using config::EnvFile;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string_view base_name(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

class Converter {
  public:
    Converter(std::string_view text, const EnvFile& file, Dialect write_as, const std::string& file_name,
              const std::vector<Wish>& wishes)
        : text_(text),
          file_(file),
          write_as_(write_as),
          file_name_(file_name),
          wishes_(wishes),
          winners_(winners_of(file)) {
        const auto first = text.find('\n');
        const bool crlf = first != std::string_view::npos && first > 0 && text[first - 1] == '\r';
        if (crlf && write_as != Dialect::sh) line_end_ = "\r\n";
    }

    Result<Secret> convert() {
        for (const auto& problem : file_.diagnostics)
            if (problem.drops_entry) return cannot(problem.where.line, problem.message);
        std::size_t at = convert_header();
        Result<void> done;
        for (std::size_t next = 0; done && next < file_.entries.size();) {
            const auto line = entries_of_line(next);
            done = convert_gap(at, line.front()->place.line_begin);
            if (done) done = convert_line(line);
            at = line.front()->place.line_end;
            next += line.size();
        }
        if (done) done = convert_gap(at, text_.size());
        if (!done) return tl::unexpected(std::move(done.error()));
        return joined();
    }

  private:
    tl::unexpected<Error> cannot(int line, std::string_view why) const {
        const SourceRef where{file_name_, line, 0, {}};
        return fail(ErrorCode::invalid,
                    fmt::format("{}: {}, so the file cannot be converted to the {} dialect", where.place(),
                                why, config::to_string(write_as_)),
                    "delete the line or write it as KEY=value, or keep the file's dialect", where);
    }

    [[nodiscard]] int line_at(std::size_t offset) const {
        return static_cast<int>(
                   std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(offset), '\n')) +
               1;
    }

    void put(std::string_view line) {
        out_.emplace_back(line);
        out_.emplace_back(line_end_);
    }

    // Where the rest begins.
    std::size_t convert_header() {
        std::string_view body = text_;
        if (body.starts_with(byte_order_mark)) body.remove_prefix(byte_order_mark.size());
        const std::size_t start = text_.size() - body.size();
        const auto header = config::read_header(body);
        if (!header) return start;
        for (const std::string_view name : {base_name(file_name_), std::string_view()}) {
            const std::string whole = document_header(header->version, header->dialect, name);
            if (!body.starts_with(whole)) continue;
            out_.emplace_back(document_header(header->version, write_as_, base_name(file_name_)));
            return start + whole.size();
        }
        put(config::header_line({header->version, write_as_}));
        return start + std::min(body.find('\n'), body.size() - 1) + 1;
    }

    [[nodiscard]] std::vector<const EnvEntry*> entries_of_line(std::size_t first) const {
        std::vector<const EnvEntry*> line;
        for (std::size_t i = first; i < file_.entries.size() && file_.entries[i].place.line_begin ==
                                                                    file_.entries[first].place.line_begin;
             ++i)
            line.push_back(&file_.entries[i]);
        return line;
    }

    // Comments and blank lines.
    Result<void> convert_gap(std::size_t begin, std::size_t end) {
        bool continued = false;  // systemd joins a comment that ends in a backslash with the next line
        while (begin < end) {
            const std::size_t stop = std::min(text_.find('\n', begin), end);
            std::string_view line = text_.substr(begin, stop - begin);
            while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
            const auto first = line.find_first_not_of(" \t\r");
            const bool comment =
                continued || (first != std::string_view::npos && is_comment_sign(line[first]));
            if (!comment && first != std::string_view::npos)
                return cannot(line_at(begin), "neither an assignment nor a comment");
            if (comment) put_comment(line, continued);
            if (!comment) put({});
            continued = file_.dialect == Dialect::systemd && comment && line.ends_with('\\');
            begin = stop + 1;
        }
        return {};
    }

    [[nodiscard]] bool is_comment_sign(char c) const {
        return c == '#' || (c == ';' && file_.dialect == Dialect::systemd);
    }

    void put_comment(std::string_view line, bool continued) {
        const auto first = std::min(line.find_first_not_of(" \t"), line.size());
        const bool hash = !continued && first < line.size() && line[first] == '#';
        if (hash) return put(tidy(line));
        line.remove_prefix(continued ? first : first + 1);
        put(fmt::format("#{}{}", line.starts_with(' ') ? "" : " ", tidy(line)));
    }

    // Tabs do no harm; what does is cleaned.
    static std::string tidy(std::string_view comment) {
        std::string plain(comment);
        std::replace(plain.begin(), plain.end(), '\t', ' ');
        return comment_text(plain) == plain ? std::string(comment) : comment_text(plain);
    }

    Result<void> convert_line(const std::vector<const EnvEntry*>& line) {
        const auto comment = comment_of_line(text_, line);
        if (!comment)
            return cannot(line.front()->where.line,
                          "something besides assignments and a comment is on this line");
        const bool all_go = std::all_of(line.begin(), line.end(), [&](const EnvEntry* entry) {
            const Wish* const wish = find_wish(wishes_, entry->key);
            return wish != nullptr && !wish->value;
        });
        if (!comment->empty() && !all_go) put_comment(*comment, false);
        for (const EnvEntry* const entry : line) {
            if (auto done = convert_entry(*entry); !done) return done;
        }
        return {};
    }

    Result<void> convert_entry(const EnvEntry& entry) {
        const Wish* const wish = find_wish(wishes_, entry.key);
        if (wish != nullptr && !wish->value) return {};
        const bool wished = wish != nullptr && find_winner(winners_, entry.key) == &entry;
        auto value = render_value(entry.key, wished ? *wish->value : entry.value, write_as_);
        if (!value) {
            value.error().where = entry.where;
            return tl::unexpected(std::move(value.error()));
        }
        out_.emplace_back(entry.key + "=");
        out_.push_back(std::move(*value));
        out_.emplace_back(line_end_);
        return {};
    }

    [[nodiscard]] Secret joined() const {
        std::size_t size = 0;
        for (const Secret& piece : out_) size += piece.size();
        PrivateText text(size);
        for (const Secret& piece : out_) text.append(piece.reveal());
        return text.to_secret();
    }

    std::string_view text_;
    const EnvFile& file_;
    Dialect write_as_;
    const std::string& file_name_;
    const std::vector<Wish>& wishes_;
    Winners winners_;
    std::string_view line_end_ = "\n";
    std::vector<Secret> out_;
};

}  // namespace

Result<Secret> convert(std::string_view text, const EnvFile& file, Dialect write_as,
                       const std::string& file_name, const std::vector<Wish>& wishes) {
    return Converter(text, file, write_as, file_name, wishes).convert();
}

}  // namespace cowork::envfile
