#include "envfile/git_command.hpp"

#include "core/atomic_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <utility>

namespace cowork::envfile {
namespace {

bool exists(const std::string& path) {
    struct stat facts {};
    return ::lstat(path.c_str(), &facts) == 0;
}

}  // namespace

std::string join(const std::string& directory, std::string_view name) {
    return directory == "/" ? fmt::format("/{}", name) : fmt::format("{}/{}", directory, name);
}

Result<std::string> real_path(const std::string& path) {
    struct Free {
        void operator()(char* text) const { std::free(text); }
    };
    const std::unique_ptr<char, Free> real(::realpath(path.c_str(), nullptr));
    if (!real) return tl::unexpected(system_error(errno, "resolve", path));
    return std::string(real.get());
}

std::string find_work_tree(std::string directory) {
    for (;;) {
        if (exists(join(directory, ".git"))) return directory;
        if (directory == "/") return {};
        const auto slash = directory.rfind('/');
        directory.resize(slash == 0 ? 1 : slash);
    }
}

Command git_command(const std::string& git, const std::string& top, std::vector<std::string> what) {
    Command command;
    command.program = git;
    command.arguments = {"--no-pager", "-C", top};
    for (const char* setting :
         {"core.fsmonitor=false", "core.hooksPath=/dev/null", "core.excludesFile=/dev/null",
          "core.attributesFile=/dev/null", "core.untrackedCache=false", "core.sshCommand=false",
          "core.askPass=false", "credential.helper=", "protocol.allow=never", "safe.directory=*"}) {
        command.arguments.insert(command.arguments.end(), {"-c", setting});
    }
    command.arguments.insert(command.arguments.end(), std::make_move_iterator(what.begin()),
                             std::make_move_iterator(what.end()));
    command.environment = {"PATH=/usr/local/bin:/usr/bin:/bin",
                           "LC_ALL=C",
                           "GIT_CONFIG_NOSYSTEM=1",
                           "GIT_CONFIG_GLOBAL=/dev/null",
                           "GIT_ATTR_NOSYSTEM=1",
                           "GIT_TERMINAL_PROMPT=0",
                           "GIT_OPTIONAL_LOCKS=0",
                           "GIT_NO_LAZY_FETCH=1",
                           "GIT_NO_REPLACE_OBJECTS=1",
                           "GIT_ALLOW_PROTOCOL=none",
                           "GIT_ASKPASS=false",
                           "GIT_SSH_COMMAND=false"};
    return command;
}

}  // namespace cowork::envfile
