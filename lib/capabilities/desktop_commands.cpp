#include "capabilities/desktop_commands.hpp"

#include <fmt/format.h>

#include <string_view>

namespace cowork::capabilities {

CommandFinder::CommandFinder(const DesktopSources& sources)
    : files_(sources.files), resources_(sources.resources) {
    const std::string path = rules::variable(sources.environment, "PATH");
    for (std::string_view rest = path; !rest.empty();) {
        const auto colon = rest.find(':');
        const auto directory = rest.substr(0, colon);
        // One that is relative means another place to Desktop than to us.
        if (directory.starts_with('/')) directories_.emplace_back(directory);
        rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
    }
}

Found CommandFinder::find(const std::string& command) {
    const auto known = known_.find(command);
    if (known != known_.end()) return known->second;
    return known_[command] = look(command);
}

bool CommandFinder::is_file(const std::string& path) const {
    const auto facts = files_.target_facts(path);
    return facts && facts->kind == probes::FileKind::regular;
}

bool CommandFinder::is_program(const std::string& path) const {
    const auto facts = files_.target_facts(path);
    return facts && facts->kind == probes::FileKind::regular && (facts->mode & 0111U) != 0;
}

Found CommandFinder::look(const std::string& command) const {
    if (command.empty()) return Found::yes;
    if (command.starts_with('/')) return is_file(command) ? Found::yes : Found::no;
    // Relative to wherever Desktop was started.
    if (command.find_first_of("/\\") != std::string::npos) return Found::unknown;
    if (!resources_.empty() && is_file(resources_ + "/bin/" + command)) return Found::yes;
    for (const std::string& directory : directories_)
        if (is_program(fmt::format("{}/{}", directory, command))) return Found::yes;
    return Found::no;
}

}  // namespace cowork::capabilities
