#include "cowork/commands/reference_pages.hpp"

#include <iostream>
#include <string_view>

// reference_page: the names of the pages. reference_page NAME: that page on standard output, for
// scripts/update-reference.
int main(int argc, char** argv) {
    const std::string_view wanted = argc == 2 ? argv[1] : "";
    bool known = wanted.empty();
    for (const auto& page : cowork::app::reference_pages()) {
        if (wanted.empty()) std::cout << page.name << '\n';
        if (page.name != wanted) continue;
        known = true;
        std::cout << page.text();
    }
    return known && std::cout.flush() ? 0 : 1;
}
