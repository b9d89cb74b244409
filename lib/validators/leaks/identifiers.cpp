#include "validators/leaks/identifiers.hpp"

#include <algorithm>
#include <array>

namespace cowork::validators {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
           c == '.';
}

bool is_account_number(std::string_view word) {
    constexpr std::size_t digits = 12;
    return word.size() == digits && std::all_of(word.begin(), word.end(), is_digit);
}

bool is_uuid(std::string_view word) {
    constexpr std::string_view shape = "00000000-0000-0000-0000-000000000000";
    return std::equal(word.begin(), word.end(), shape.begin(), shape.end(),
                      [](char c, char place) { return place == '-' ? c == '-' : is_hex(c); });
}

bool is_billing_id(std::string_view word) {
    constexpr std::array prefixes{std::string_view{"price_"}, std::string_view{"prod_"},
                                  std::string_view{"acct_"}, std::string_view{"cus_"},
                                  std::string_view{"sub_"}};
    constexpr std::size_t shortest = 8;
    for (const std::string_view prefix : prefixes) {
        if (!word.starts_with(prefix) || word.size() < prefix.size() + shortest) continue;
        return std::any_of(word.begin(), word.end(), is_digit);
    }
    return false;
}

bool is_provider_host(std::string_view word) {
    constexpr std::array ends{
        std::string_view{".amazonaws.com"},          std::string_view{".database.azure.com"},
        std::string_view{".core.windows.net"},       std::string_view{".vault.azure.net"},
        std::string_view{".azurewebsites.net"},      std::string_view{".run.app"},
        std::string_view{".cloudfunctions.net"},     std::string_view{".elb.amazonaws.com"},
        std::string_view{".digitaloceanspaces.com"}, std::string_view{".ondigitalocean.com"},
    };
    return std::any_of(ends.begin(), ends.end(),
                       [&](std::string_view end) { return word.size() > end.size() && word.ends_with(end); });
}

std::string_view kind_of(std::string_view word) {
    if (is_account_number(word)) return "an account number of 12 digits";
    if (is_uuid(word)) return "a UUID";
    if (is_billing_id(word)) return "an id of the billing service";
    if (is_provider_host(word)) return "a host name at a cloud provider";
    return {};
}

}  // namespace

std::vector<Identifier> identifiers_in(std::string_view text) {
    std::vector<Identifier> found;
    for (std::size_t at = 0; at < text.size();) {
        if (!is_word(text[at])) {
            ++at;
            continue;
        }
        const auto* const stop =
            std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_word);
        std::size_t end = static_cast<std::size_t>(stop - text.begin());
        std::string_view word = text.substr(at, end - at);
        while (word.ends_with('.') || word.ends_with('-')) word.remove_suffix(1);
        if (const auto what = kind_of(word); !what.empty()) found.push_back({at, at + word.size(), what});
        at = end;
    }
    return found;
}

}  // namespace cowork::validators
