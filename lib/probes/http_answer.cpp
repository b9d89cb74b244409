#include "probes/http.hpp"

#include <algorithm>
#include <cctype>

namespace cowork::probes {

std::string_view HttpAnswer::header(std::string_view lower_case_name) const {
    const auto found = std::find_if(headers.rbegin(), headers.rend(),
                                    [&](const auto& field) { return field.first == lower_case_name; });
    return found == headers.rend() ? std::string_view{} : std::string_view{found->second};
}

std::string HttpAnswer::media_type() const {
    const std::string_view field = header("content-type");
    std::string type;
    for (const char c : field.substr(0, field.find(';'))) {
        const auto byte = static_cast<unsigned char>(c);
        if (!std::isspace(byte)) type += static_cast<char>(std::tolower(byte));
    }
    return type;
}

}  // namespace cowork::probes
