#include "cowork/command_line.hpp"
#include "cowork/commands/doctor.hpp"
#include "cowork/commands/refuse.hpp"
#include "cowork/commands/setup.hpp"
#include "cowork/commands/smoke.hpp"
#include "cowork/commands/validate.hpp"
#include "cowork/io.hpp"
#include "cowork/terminal.hpp"
#include "secrets/redactor.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

namespace {

using namespace cowork;

// Secrets must not reach a core dump, and another process of the same user must not read this one's memory.
void guard_memory() {
    const rlimit none{0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

// A standard stream that the caller closed would be given to the next file that is opened, and the output
// would go there. It is opened in the wrong direction, so that using it still fails.
void occupy_standard_streams() {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (fcntl(fd, F_GETFD) < 0) (void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

app::Io real_io() {
    app::Io io{std::cout, std::cerr};
    io.in_is_terminal = isatty(STDIN_FILENO) == 1;
    io.out_is_terminal = isatty(STDOUT_FILENO) == 1;
    io.err_is_terminal = isatty(STDERR_FILENO) == 1;
    io.environment = config::process_environment();
    if (const auto name = app::variable(io.environment, "COWORK_INVOKED_AS"); !name.empty())
        io.program = Redactor().clean(name).str();
    io.root = geteuid() == 0;
    io.read_secret_line = [] { return app::read_secret_line(STDIN_FILENO); };
    if (app::has_terminal()) {
        io.ask_hidden = app::ask_hidden;
        io.ask = app::ask;
    }
    return io;
}

int tell(const app::Early& early, const app::Io& io, app::Format format) {
    if (early.message.empty()) {
        io.out << early.out;
        return early.exit_code;
    }
    return app::refuse(early.command, format, io, early.exit_code,
                       {ErrorCode::usage, early.message, early.remedy, {}});
}

int run(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    const auto wiped = app::wipe_secret_arguments(argc, argv);
    const app::Io io = real_io();
    const auto invocation = app::parse(arguments);
    if (!invocation) return tell(invocation.error(), io, app::wants_format(arguments));
    for (const std::string& option : wiped)
        io.err << "cowork: note: other users of this machine could have seen the value of " << option
               << "; prefer env:NAME, file:PATH or -\n";
    if (const auto* setup = std::get_if<app::SetupOptions>(&*invocation)) return app::run_setup(*setup, io);
    if (const auto* smoke = std::get_if<app::SmokeOptions>(&*invocation)) return app::run_smoke(*smoke, io);
    if (const auto* validate = std::get_if<app::ValidateOptions>(&*invocation))
        return app::run_validate(*validate, io);
    return app::run_doctor(std::get<app::DoctorOptions>(*invocation), io);
}

}  // namespace

int main(int argc, char** argv) {
    guard_memory();
    occupy_standard_streams();
    // A closed pipe or a file-size limit is a failed write, not a sudden end.
    (void)std::signal(SIGPIPE, SIG_IGN);
    (void)std::signal(SIGXFSZ, SIG_IGN);
    std::ios::sync_with_stdio(false);
    int code = 3;
    try {
        code = run(argc, argv);
    } catch (const std::exception& problem) {
        const app::Early early{
            3, {}, {}, std::string("internal error: ") + problem.what(), "report this as a defect of cowork"};
        code = tell(early, app::Io{std::cout, std::cerr},
                    app::wants_format(std::vector<std::string>(argv + std::min(argc, 1), argv + argc)));
    }
    std::cout.flush();
    if (!std::cout) {
        std::cerr << "cowork: the output could not be written\n";
        return code == 0 ? 3 : code;
    }
    return code;
}
