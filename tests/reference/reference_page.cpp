#include "cowork/commands/explain.hpp"
#include "cowork/commands/topologies_page.hpp"

#include <array>
#include <iostream>
#include <string>
#include <string_view>

namespace {

struct Page {
    std::string_view name;
    std::string (*text)();
};

constexpr std::array pages{Page{"checks", cowork::app::reference_page},
                           Page{"gateway-keys", cowork::app::gateway_keys_page},
                           Page{"topologies", cowork::app::topologies_page}};

}  // namespace

// reference_page NAME: a page of docs/reference on standard output, for scripts/update-reference.
int main(int argc, char** argv) {
    const std::string_view wanted = argc == 2 ? argv[1] : "";
    for (const Page& page : pages) {
        if (page.name != wanted) continue;
        std::cout << page.text();
        return std::cout.flush() ? 0 : 1;
    }
    std::cerr << "usage: reference_page checks|gateway-keys|topologies\n";
    return 2;
}
