#pragma once

#include <span>
#include <string>
#include <string_view>

namespace cowork::app {

// A page of the documentation that is made from the program's own tables.
struct Page {
    std::string_view name;  // under docs/
    std::string (*text)();
};
[[nodiscard]] std::span<const Page> reference_pages();

}  // namespace cowork::app
