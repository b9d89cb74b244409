#include "config/secret_source.hpp"
#include "cowork/command_line.hpp"
#include "rules/secret_names.hpp"
#include "rules/service.hpp"
#include "setup/paths.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace cowork::app {
namespace {

bool is_secret_flag(std::string_view flag) {
    constexpr std::array flags{std::string_view{"--admin-token"}, std::string_view{"--database-url"},
                               std::string_view{"--opencode-password"}, std::string_view{"--cloud-token"},
                               std::string_view{"--fingerprint-salt"}};
    if (std::find(flags.begin(), flags.end(), flag) != flags.end()) return true;
    const auto paths = setup::paths();
    return std::any_of(paths.begin(), paths.end(), [&](const setup::Path& path) {
        const auto* option = setup::find_option(path, flag);
        return option != nullptr && option->secret();
    });
}

// Where in an argument's text a literal secret begins; npos when there is none.
std::size_t literal_at(std::string_view flag, std::string_view value, std::size_t offset) {
    const auto literal = [](std::string_view text) {
        return !text.empty() && config::parse_secret_spec(text).form == config::SecretForm::literal;
    };
    if (is_secret_flag(flag)) return literal(value) ? offset : std::string_view::npos;
    if (flag != "--set") return std::string_view::npos;
    const auto equals = value.find('=');
    if (equals == std::string_view::npos) return std::string_view::npos;
    const auto key = value.substr(0, equals);
    // With or without the prefix: CONFIG_JSON by itself does not look like a secret.
    const auto services = rules::services();
    if (!rules::is_secret_key(key) &&
        std::none_of(services.begin(), services.end(), [&](const rules::Service* service) {
            return rules::is_secret_key(service->full_name(key));
        }))
        return std::string_view::npos;
    return literal(value.substr(equals + 1)) ? offset + equals + 1 : std::string_view::npos;
}

void overwrite(char* text, std::size_t from) {
    for (char* c = text + from; *c != '\0'; ++c) *c = '*';
}

}  // namespace

std::vector<std::string> wipe_secret_arguments(int count, char** arguments) {
    std::vector<std::string> concerned;
    for (int i = 1; i < count; ++i) {
        const std::string_view argument(arguments[i]);
        if (!argument.starts_with("--")) continue;
        const auto equals = argument.find('=');
        const std::string flag(argument.substr(0, equals));
        if (equals != std::string_view::npos) {
            const auto at = literal_at(flag, argument.substr(equals + 1), equals + 1);
            if (at == std::string_view::npos) continue;
            overwrite(arguments[i], at);
            concerned.push_back(flag);
        } else if (i + 1 < count) {
            const auto at = literal_at(flag, arguments[i + 1], 0);
            if (at == std::string_view::npos) continue;
            overwrite(arguments[++i], at);
            concerned.push_back(flag);
        }
    }
    return concerned;
}

}  // namespace cowork::app
