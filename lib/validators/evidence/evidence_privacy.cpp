#include "validators/evidence/evidence_privacy.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace cowork::validators {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alnum(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_token_char(char c) { return is_alnum(c) || c == '_' || c == '-'; }

// What begins with a prefix at the beginning of a word, with a body of so many characters and a digit among
// them: names that people give have none.
struct Shape {
    std::string_view prefix;
    std::size_t shortest;
    std::string_view what;
};
constexpr std::string_view token = "a token", billing = "an id of the billing provider";
constexpr std::array shapes{
    Shape{"sk-", 8, token},     Shape{"ghp_", 20, token},   Shape{"xoxb-", 8, token},
    Shape{"AIza", 20, token},   Shape{"AKIA", 16, token},   Shape{"price_", 8, billing},
    Shape{"prod_", 8, billing}, Shape{"acct_", 8, billing}, Shape{"cus_", 8, billing},
    Shape{"sub_", 8, billing},
};

// What is told by a piece of text alone, in lower case.
struct Marker {
    std::string_view text, what;
};
constexpr std::array markers{
    Marker{"postgres://", "the address of a database"},
    Marker{"postgresql://", "the address of a database"},
    Marker{"private key-----", "a private key"},
    Marker{"x-amz-signature=", "a signed address"},
    Marker{"x-amz-credential=", "a signed address"},
    Marker{"x-goog-signature=", "a signed address"},
    Marker{"x-goog-credential=", "a signed address"},
    Marker{"awsaccesskeyid=", "a signed address"},
    Marker{"?sig=", "a signed address"},
    Marker{"&sig=", "a signed address"},
    Marker{"?signature=", "a signed address"},
    Marker{"&signature=", "a signed address"},
    Marker{"open_cowork_gcp_project=", "a setting of the deployment"},
    Marker{"open_cowork_cloud_database_url=", "a setting of the deployment"},
    Marker{"open_cowork_cloud_cookie_secret=", "a setting of the deployment"},
    Marker{"open_cowork_gateway_service_token=", "a setting of the deployment"},
    Marker{"/users/", "a path of somebody's machine"},
};

bool has_shape(std::string_view text, const Shape& shape) {
    for (auto at = text.find(shape.prefix); at != std::string_view::npos;
         at = text.find(shape.prefix, at + 1)) {
        if (at > 0 && is_token_char(text[at - 1])) continue;
        const auto body = text.substr(at + shape.prefix.size());
        const auto* const end = std::find_if_not(body.begin(), body.end(), is_token_char);
        if (static_cast<std::size_t>(end - body.begin()) >= shape.shortest &&
            std::any_of(body.begin(), end, is_digit))
            return true;
        at += static_cast<std::size_t>(end - body.begin());
    }
    return false;
}

// Twelve digits that stand alone are the number of a cloud account.
bool has_account_number(std::string_view text) {
    constexpr std::ptrdiff_t length = 12;
    for (const auto* at = text.begin(); at != text.end();) {
        const auto* const end =
            std::find_if_not(at, text.end(), [](char c) { return is_alnum(c) || c == '_'; });
        if (end - at == length && std::all_of(at, end, is_digit)) return true;
        at = end == text.end() ? end : end + 1;
    }
    return false;
}

}  // namespace

std::string_view private_value_in(std::string_view text) {
    for (const Shape& shape : shapes)
        if (has_shape(text, shape)) return shape.what;
    const std::string low = lowered(text);
    for (const Marker& marker : markers)
        if (low.find(marker.text) != std::string::npos) return marker.what;
    return has_account_number(text) ? "an account number" : std::string_view{};
}

bool has_foreign_url(std::string_view text) {
    const std::string low = lowered(text);
    for (const std::string_view scheme : {"https://", "http://"})
        for (auto at = low.find(scheme); at != std::string::npos; at = low.find(scheme, at + 1)) {
            std::string_view host = std::string_view(low).substr(at + scheme.size());
            host = host.substr(0, host.find_first_of("/?#: \t\r\n\"'<>(){}[],;`"));
            if (host.ends_with('.')) host.remove_suffix(1);
            if (!host.empty() && host != "example.com" && host != "cowork.example.com" &&
                host != "gateway.example.com")
                return true;
        }
    return false;
}

std::string_view refused_marker_in(std::string_view text) {
    for (const std::string_view marker :
         {"sk-", "ghp_", "xoxb-", "AIza", "price_", "prod_", "acct_", "cus_", "sub_"})
        if (text.find(marker) != std::string_view::npos) return marker;
    return {};
}

bool is_secret_member(std::string_view name) {
    const std::string low = lowered(name);
    constexpr std::array words{"secret",       "token",       "password",    "privatekey",
                               "private_key",  "private-key", "databaseurl", "database_url",
                               "database-url", "credential",  "cookie"};
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view one) { return low.find(one) != std::string::npos; });
}

}  // namespace cowork::validators
