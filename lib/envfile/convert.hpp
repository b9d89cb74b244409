#pragma once

#include "config/env_file.hpp"
#include "core/error.hpp"
#include "envfile/merge.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cowork::envfile {

// The text of another dialect: comments and order kept, one assignment a line, a comment that followed a
// value on a line of its own before it, cowork's header and loading hint (if it has them) rewritten. Of a
// wished key the winning assignment gets the wished value, and all of them go when it is to be absent; keys
// the file lacks are not added. `file` is the text as its dialect's reader sees it, and passed
// check_editable(). ErrorCode::refused for a value that the dialect cannot hold, ErrorCode::invalid for a
// line that is neither assignment nor comment.
[[nodiscard]] Result<Secret> convert(std::string_view text, const config::EnvFile& file,
                                     config::Dialect write_as, const std::string& file_name,
                                     const std::vector<Wish>& wishes);

}  // namespace cowork::envfile
