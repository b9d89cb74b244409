#include "cowork/commands/explain.hpp"

#include <iostream>
#include <string_view>

// reference_page checks|gateway-keys: a page of docs/reference on standard output, for
// scripts/update-reference.
int main(int argc, char** argv) {
    const std::string_view page = argc == 2 ? argv[1] : "";
    if (page != "checks" && page != "gateway-keys") {
        std::cerr << "usage: reference_page checks|gateway-keys\n";
        return 2;
    }
    std::cout << (page == "checks" ? cowork::app::reference_page() : cowork::app::gateway_keys_page());
    return std::cout.flush() ? 0 : 1;
}
