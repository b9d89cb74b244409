#include "validators/json_secrets.hpp"

#include "config/dialect.hpp"
#include "core/text.hpp"
#include "rules/secret_names.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace cowork::validators {
namespace {

using std::string_view;

constexpr string_view env_opening = "{env:";
constexpr string_view file_opening = "{file:";

// What follows each opening up to its brace, given to `look` until that has an answer. Without a closing
// brace `look` is given nothing.
template <typename Look>
auto each_reference(string_view text, string_view opening, Look look)
    -> decltype(look(std::optional<string_view>())) {
    for (auto at = text.find(opening); at != string_view::npos; at = text.find(opening, at + 1)) {
        const string_view rest = text.substr(at + opening.size());
        const auto end = rest.find('}');
        const auto found = end == string_view::npos ? look(std::nullopt) : look(rest.substr(0, end));
        if (found) return found;
        if (end == string_view::npos) break;
    }
    return std::nullopt;
}

bool one_of(string_view word, std::initializer_list<string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// Names of what tells where a secret is, or how long it lives, but not the secret.
bool names_something_about(string_view name) {
    std::string word = lowered(name);
    std::erase_if(word, [](char c) { return c == '_' || c == '-'; });
    constexpr std::array endings{string_view{"file"},        string_view{"path"},
                                 string_view{"url"},         string_view{"uri"},
                                 string_view{"dir"},         string_view{"endpoint"},
                                 string_view{"ttlms"},       string_view{"limit"},
                                 string_view{"budget"},      string_view{"ref"},
                                 string_view{"name"},        string_view{"id"},
                                 string_view{"parallelism"}, string_view{"applicationcredentials"}};
    return std::any_of(endings.begin(), endings.end(), [&](string_view end) { return word.ends_with(end); });
}

bool is_number(string_view text) {
    return !text.empty() && text.size() <= 8 && text.find_first_not_of("0123456789.") == string_view::npos;
}

bool has_small_letter(string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

// Several words that are no header's scheme and its value.
bool is_prose(string_view text) {
    const std::string lower = lowered(text.substr(0, 8));
    return text.find(' ') != string_view::npos && !lower.starts_with("bearer ") &&
           !lower.starts_with("basic ") && !lower.starts_with("token ");
}

// What people write where a key is asked for and none is needed, or what is to be replaced.
bool stands_for_none(string_view text) {
    const std::string word = lowered(text);
    return one_of(word, {"true", "false", "yes", "no", "on", "off", "none", "null", "dummy", "empty",
                         "unused", "ollama", "lm-studio", "not-needed", "local"}) ||
           word.starts_with("sk-no-key") || word.starts_with('<') || word.starts_with("your-") ||
           word.starts_with("your_") || word.find_first_not_of("x*.") == std::string::npos;
}

}  // namespace

bool has_reference(string_view text) {
    return text.find(env_opening) != string_view::npos || text.find(file_opening) != string_view::npos;
}

bool is_clear_secret(string_view name, string_view text) {
    text = trimmed(text);
    const bool secret_name = rules::is_secret_key(name) || one_of(lowered(name), {"cookie", "x-key", "pat"});
    if (!secret_name || names_something_about(name)) return false;
    if (text.empty() || has_reference(text) || is_shell_variable(text)) return false;
    if (text.starts_with('/') || text.starts_with("./") || text.starts_with("~/")) return false;
    return !is_number(text) && !is_prose(text) && !stands_for_none(text);
}

std::optional<string_view> reference_problem(string_view text, bool capitals) {
    using Answer = std::optional<string_view>;
    const auto env = each_reference(text, env_opening, [&](std::optional<string_view> name) -> Answer {
        if (!name) return "begins {env: and has no closing brace";
        if (name->empty()) return "holds {env:} without a name, which stays as it is";
        if (!config::is_valid_key(*name)) return "holds {env:} with what no variable can be called";
        if (capitals && has_small_letter(*name))
            return "holds {env:} with a name that is not all in capitals, which stays as it is";
        return std::nullopt;
    });
    if (env) return env;
    const auto file = each_reference(text, file_opening, [](std::optional<string_view> path) -> Answer {
        if (!path) return "begins {file: and has no closing brace";
        if (path->empty()) return "holds {file:} without a path, which stays as it is";
        return std::nullopt;
    });
    if (file) return file;
    const std::string lower = lowered(text);
    for (const string_view opening : {env_opening, file_opening})
        if (lower.find(opening) != std::string::npos && text.find(opening) == string_view::npos)
            return "has a reference in capitals, which stays as it is";
    return std::nullopt;
}

bool is_shell_variable(string_view text) {
    text = trimmed(text);
    if (!text.starts_with('$')) return false;
    text.remove_prefix(1);
    if (text.starts_with('{') && text.ends_with('}')) text = text.substr(1, text.size() - 2);
    return config::is_valid_key(text);
}

std::vector<string_view> referenced_files(string_view text) {
    std::vector<string_view> paths;
    each_reference(text, file_opening, [&](std::optional<string_view> path) -> std::optional<bool> {
        if (path && !path->empty()) paths.push_back(*path);
        return std::nullopt;
    });
    return paths;
}

string_view outside_file(string_view text) {
    using Answer = std::optional<string_view>;
    const auto found = each_reference(text, file_opening, [](std::optional<string_view> path) -> Answer {
        if (!path) return std::nullopt;
        const bool leaves = path->starts_with('/') || path->starts_with("~/") || path->starts_with("../") ||
                            path->find("/../") != string_view::npos;
        return leaves ? Answer(*path) : std::nullopt;
    });
    return found.value_or(string_view{});
}

}  // namespace cowork::validators
