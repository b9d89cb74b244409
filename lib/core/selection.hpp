#pragma once

#include "core/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cowork {

// Which ids --only and --skip choose: all without --only, parallel to `ids`. ErrorCode::usage, with the
// nearest id, when a glob matches none. `what` is one of them in a sentence: "check".
[[nodiscard]] Result<std::vector<bool>> select_ids(const std::vector<std::string_view>& ids,
                                                   const std::vector<std::string>& only,
                                                   const std::vector<std::string>& skip,
                                                   std::string_view what);

}  // namespace cowork
