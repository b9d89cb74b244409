// Runs `cowork smoke` in this process and ends it by SIGKILL at one moment, so that nothing is undone:
//
//   smoke_kill_runner before STEP smoke SCENARIO [options]    before that step is made
//   smoke_kill_runner after STEP smoke SCENARIO [options]     once it has ended
//   smoke_kill_runner removal N smoke SCENARIO [options]      before the Nth thing is taken away, counted
//   from 1
//
// Exit code 64 when it was called wrongly, 65 when that moment never came.
#include "config/load.hpp"
#include "cowork/command_line.hpp"
#include "cowork/commands/smoke.hpp"
#include "cowork/io.hpp"

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

namespace {

using namespace cowork;

[[noreturn]] void die() {
    (void)std::raise(SIGKILL);
    std::abort();
}

smoke::Observer watcher(const std::string& moment, const std::string& what) {
    smoke::Observer observer;
    if (moment == "before")
        observer.begins = [what](const smoke::Step& step) {
            if (step.id == what) die();
        };
    if (moment == "after")
        observer.ended = [what](const smoke::Step& step, const report::Row&) {
            if (step.id == what) die();
        };
    if (moment == "removal")
        observer.removing = [left = std::stoi(what)](const SafeText&) mutable {
            if (--left == 0) die();
        };
    return observer;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() < 3) return 64;
    const auto invocation = app::parse({arguments.begin() + 2, arguments.end()});
    const auto* options = invocation ? std::get_if<app::SmokeOptions>(&*invocation) : nullptr;
    if (options == nullptr) return 64;
    app::Io io{std::cout, std::cerr};
    io.environment = config::process_environment();
    (void)app::run_smoke(*options, io, watcher(arguments[0], arguments[1]));
    return 65;
}
