#include "validators/compose/checks.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

namespace cowork::validators {
namespace {

enum class There { yes, no, unknown };

// Follows the path below the directory, and no symbolic link: what one leads to is not looked at.
There is_there(const std::string& directory, const std::string& relative) {
    namespace fs = std::filesystem;
    const fs::path path = fs::path(relative).lexically_normal();
    if (path.empty() || path.is_absolute() || *path.begin() == "..") return There::unknown;
    fs::path at = directory;
    for (const fs::path& part : path) {
        at /= part;
        struct stat facts {};
        if (::lstat(at.c_str(), &facts) != 0) return errno == ENOENT ? There::no : There::unknown;
        if (S_ISLNK(facts.st_mode)) return There::unknown;
    }
    return There::yes;
}

}  // namespace

void check_compose_env_files(const ComposeContext& context) {
    if (context.directory.empty()) return;
    std::size_t left = 200;  // of the file system's time
    for (const ComposeService& service : context.file.services)
        for (const ComposeEnvFile& one : service.env_files) {
            if (left-- == 0) return;
            if (!one.required || !one.path.known() || one.path.text().find('\0') != std::string::npos)
                continue;
            if (is_there(context.directory, one.path.text()) == There::no)
                context.add("compose.env-file-missing", one.path.where, service_key(service, "env_file"),
                            fmt::format("an env_file of the service {} is not beside the Compose file",
                                        service.name));
        }
}

}  // namespace cowork::validators
