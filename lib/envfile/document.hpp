#pragma once

#include "config/dialect.hpp"
#include "core/error.hpp"
#include "secrets/secret.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cowork::envfile {

// One line of an env file.
struct Line {
    enum class Kind { blank, comment, assignment };
    Kind kind = Kind::blank;
    std::string text;  // the comment without its `# `, or the key
    Secret value;      // of an assignment
};

// An env file as an ordered list of lines. The header is not among them; render() writes it.
class Document {
  public:
    // `file_name` is the name that the header's loading hint shows, without its directory.
    Document(config::Dialect dialect, std::string file_name);

    // Begins a group: a blank line and a comment.
    Document& group(std::string_view title);
    // Text of several lines becomes several comment lines; control characters become `?`.
    Document& comment(std::string_view text);
    Document& blank();
    Document& assign(std::string key, Secret value);

    [[nodiscard]] config::Dialect dialect() const { return dialect_; }
    [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }

    // The whole file, header first. ErrorCode::invalid for a key that is none or comes twice,
    // ErrorCode::refused for a value that the dialect cannot hold (see render_value()).
    [[nodiscard]] Result<Secret> render(std::string_view version) const;

  private:
    config::Dialect dialect_;
    std::string file_name_;
    std::vector<Line> lines_;
};

// The comment lines that every file of ours begins with: config::header_line(), a warning, and how to load
// it.
[[nodiscard]] std::string document_header(std::string_view version, config::Dialect dialect,
                                          std::string_view file_name);

// Text as one comment's: without control characters, bytes that are not UTF-8 and backslashes at the end,
// each of which some reader takes for more than a comment.
[[nodiscard]] std::string comment_text(std::string_view text);

// Whether the text of a whole file begins with the header that render() writes, of any version and dialect.
[[nodiscard]] bool written_by_cowork(std::string_view text);

}  // namespace cowork::envfile
