#include "config/jsonc.hpp"

#include "core/json_depth.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace cowork::config {
namespace {

// Where the comment or string that begins at `at` ends (one past); `at` itself when none begins there.
std::size_t skip_opaque(std::string_view text, std::size_t at) {
    if (text[at] == '"') {
        for (std::size_t i = at + 1; i < text.size(); ++i) {
            if (text[i] == '\\') {
                ++i;
            } else if (text[i] == '"') {
                return i + 1;
            }
        }
        return text.size();
    }
    if (text.substr(at).starts_with("//")) {
        const auto end = text.find('\n', at);
        return end == std::string_view::npos ? text.size() : end;
    }
    if (text.substr(at).starts_with("/*")) {
        const auto end = text.find("*/", at + 2);
        return end == std::string_view::npos ? text.size() : end + 2;
    }
    return at;
}

std::string scalar_text(const nlohmann::json& value) {
    if (value.is_string()) return value.get<std::string>();
    // As the service prints them: 8795.0 and 1e3 are 8795 and 1000.
    if (value.is_number_float()) {
        const double number = value.get<double>();
        if (std::abs(number) < 1e15 && number == std::trunc(number)) return fmt::format("{:.0f}", number);
    }
    return value.dump();
}

}  // namespace

std::string without_trailing_commas(std::string_view text) {
    std::string out(text);
    std::size_t comma = std::string::npos;  // the last comma with nothing but blanks and comments after it
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = skip_opaque(text, at);
        if (end > at) {
            if (text[at] == '"') comma = std::string::npos;
            at = end;
            continue;
        }
        const char c = text[at];
        if (c == ',') {
            comma = at;
        } else if (c == '}' || c == ']') {
            if (comma != std::string::npos) out[comma] = ' ';
            comma = std::string::npos;
        } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
            comma = std::string::npos;
        }
        ++at;
    }
    return out;
}

std::string without_comments(std::string_view text) {
    std::string out(text);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = skip_opaque(text, at);
        if (text[at] == '/')
            for (std::size_t i = at; i < end; ++i)
                if (out[i] != '\n' && out[i] != '\r') out[i] = ' ';
        at = std::max(end, at + 1);
    }
    return out;
}

Result<std::vector<Setting>> read_flat_json(std::string_view text, const std::string& source_name) {
    std::string strict = without_trailing_commas(text);
    const bool deep = too_deep(strict);
    const nlohmann::json document =
        deep ? nlohmann::json() : nlohmann::json::parse(strict, nullptr, false, true);
    cleanse(strict);
    if (!document.is_object())
        return fail(ErrorCode::invalid, fmt::format("{} is not a JSON object", source_name),
                    "write one flat object of keys and values", {source_name, 0, 0, {}});
    std::vector<Setting> settings;
    for (const auto& [key, value] : document.items()) {
        if (value.is_null()) continue;
        if (value.is_structured())
            return fail(ErrorCode::invalid,
                        fmt::format("{}: a key holds neither string, number nor boolean", source_name),
                        "keep the object flat", {source_name, 0, 0, key});
        std::string plain = scalar_text(value);
        settings.push_back({key, Secret(plain), {source_name, 0, 0, key}});
        cleanse(plain);
    }
    return settings;
}

}  // namespace cowork::config
