#pragma once

#include <sys/stat.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork {

// The names in an open directory that fit, in no order; none when it cannot be read.
[[nodiscard]] std::vector<std::string> names_in(int directory,
                                                const std::function<bool(std::string_view)>& fits);

// A regular file of this user that has no other hard link: its name may go without anybody losing anything
// else.
[[nodiscard]] bool is_own_plain_file(const struct stat& facts);

}  // namespace cowork
