#include "core/text.hpp"
#include "rules/mcp_policy.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

namespace cowork::rules {
namespace {

using std::string_view;

constexpr std::array shells{string_view{"sh"},        string_view{"bash"}, string_view{"zsh"},
                            string_view{"fish"},      string_view{"dash"}, string_view{"ksh"},
                            string_view{"tcsh"},      string_view{"csh"},  string_view{"pwsh"},
                            string_view{"powershell"}};
constexpr std::array bare_commands{string_view{"node"},   string_view{"npx"},     string_view{"npm"},
                                   string_view{"pnpm"},   string_view{"bun"},     string_view{"bunx"},
                                   string_view{"python"}, string_view{"python3"}, string_view{"uv"},
                                   string_view{"uvx"},    string_view{"deno"},    string_view{"go"},
                                   string_view{"ruby"},   string_view{"java"}};
constexpr std::array package_runners{string_view{"npx"},  string_view{"npm"}, string_view{"pnpm"},
                                     string_view{"bunx"}, string_view{"uvx"}, string_view{"deno"}};
// `-pe` and `-ne` too: what begins with one of the short ones is that flag with its code joined on, and `-pe`
// begins with `-p`.
constexpr std::array short_evals{string_view{"-c"}, string_view{"-e"}, string_view{"-E"}, string_view{"-p"},
                                 string_view{"-ne"}};
constexpr std::array long_evals{string_view{"--command"}, string_view{"--eval"}, string_view{"--eval-file"},
                                string_view{"--execute"}};

template <std::size_t Size>
bool among(const std::array<string_view, Size>& words, string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

McpVerdict refused(string_view rule) { return {false, rule}; }

bool has_metacharacter(string_view text) { return text.find_first_of(";&|`$<>") != string_view::npos; }

bool evaluates_inline(string_view argument) {
    const auto begins = [&](string_view flag) { return argument.starts_with(flag); };
    if (std::any_of(short_evals.begin(), short_evals.end(), begins)) return true;
    return std::any_of(long_evals.begin(), long_evals.end(), [&](string_view flag) {
        return argument == flag || (begins(flag) && argument[flag.size()] == '=');
    });
}

bool floats(string_view version) { return version.empty() || version == "latest" || version == "*"; }

// `name@version`, `@scope/name@version`, or something that names one archive.
bool is_pinned(string_view package) {
    const auto at = package.rfind('@');
    if (at != string_view::npos && !package.starts_with('@')) return !floats(package.substr(at + 1));
    if (package.starts_with('@')) return at > 1 && !floats(package.substr(at + 1));
    return package.starts_with("file:") || package.starts_with("git+") || package.ends_with(".tgz") ||
           package.ends_with(".tar.gz");
}

// `name==version`, as Python writes it.
bool is_pinned_for_uvx(string_view package) {
    const auto equals = package.find("==");
    return equals != string_view::npos && !package.ends_with("==") &&
           package.find("==latest") == string_view::npos;
}

McpVerdict judge_bare(string_view command, const std::vector<std::string>& words) {
    if (!among(bare_commands, command)) return refused("command-not-allowed");
    if (!among(package_runners, command)) return {};
    const auto package = std::find_if(words.begin() + 1, words.end(),
                                      [](const std::string& word) { return !word.starts_with('-'); });
    if (package == words.end()) return refused("package-not-pinned");
    if (command == "uvx" && is_pinned_for_uvx(*package)) return {};
    return is_pinned(trimmed(*package)) ? McpVerdict{} : refused("package-not-pinned");
}

bool is_inside(const std::filesystem::path& inner, const std::filesystem::path& outer) {
    const auto relative = inner.lexically_relative(outer);
    return !relative.empty() && relative != "." && *relative.begin() != "..";
}

// Where a path that is relative to the project leads; nothing when that is outside of it.
std::optional<std::string> in_project(string_view command, const StdioScope& scope) {
    if (scope.project.empty()) return std::nullopt;
    const auto root = std::filesystem::path(scope.project + "/.").lexically_normal();
    const auto candidate = (root / command).lexically_normal();
    if (!is_inside(candidate, root)) return std::nullopt;
    const std::string real_root = scope.real_path(root.string());
    const std::string real = scope.real_path(candidate.string());
    if (real_root.empty() || real.empty()) return candidate.string();
    if (!is_inside(real, real_root)) return std::nullopt;
    return real;
}

}  // namespace

McpVerdict judge_mcp_command(const std::vector<std::string>& words, const StdioScope& scope) {
    const string_view command = words.empty() ? string_view{} : trimmed(words.front());
    if (command.empty()) return refused("command-missing");
    // npos + 1 is the beginning.
    if (among(shells, command.substr(command.find_last_of("/\\") + 1))) return refused("shell");
    if (has_metacharacter(command)) return refused("metacharacter");
    for (auto argument = words.begin() + 1; argument != words.end(); ++argument) {
        if (evaluates_inline(*argument)) return refused("inline-eval");
        if (has_metacharacter(*argument)) return refused("metacharacter");
    }
    if (command.find_first_of("/\\") == string_view::npos) return judge_bare(command, words);
    if (command.starts_with('/'))
        return scope.is_file(std::string(command)) ? McpVerdict{} : refused("command-missing");
    const auto inside = in_project(command, scope);
    if (!inside) return refused("outside-project");
    return scope.is_file(*inside) ? McpVerdict{} : refused("command-missing");
}

}  // namespace cowork::rules
