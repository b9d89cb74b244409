#include "support/require_service.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <string_view>

namespace cowork::test {

bool require_service(bool available, const std::string& name) {
    if (available) return true;
    const char* ci = std::getenv("CI");
    if (ci != nullptr && std::string_view{ci} == "true") FAIL(name << " is not installed");
    WARN(name << " is not installed: this case DID NOT RUN");
    return false;
}

}  // namespace cowork::test
