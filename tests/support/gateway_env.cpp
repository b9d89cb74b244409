#include "support/gateway_env.hpp"

namespace cowork::test {

std::string gateway_env(const std::map<std::string, std::string>& values) {
    std::string text;
    for (const auto& [key, value] : values)
        text += "OPEN_COWORK_STANDALONE_GATEWAY_" + key + "=" + value + "\n";
    return text;
}

}  // namespace cowork::test
