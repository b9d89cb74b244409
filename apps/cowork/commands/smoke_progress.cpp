#include "cowork/commands/smoke_progress.hpp"

#include <fmt/format.h>

#include <memory>
#include <ostream>

namespace cowork::app {
namespace {

constexpr const char* clear_line = "\r\033[K";

bool wanted(const Io& io) {
    return io.err_is_terminal && variable(io.environment, "CI").empty() &&
           variable(io.environment, "TERM") != "dumb";
}

}  // namespace

smoke::Observer smoke_progress(const Io& io, std::size_t steps) {
    if (!wanted(io)) return {};
    const auto done = std::make_shared<std::size_t>(0);
    std::ostream& err = io.err;
    smoke::Observer observer;
    observer.begins = [&err, done, steps](const smoke::Step& step) {
        err << clear_line << fmt::format("{}/{}  {} ...", *done + 1, steps, step.label) << std::flush;
    };
    observer.ended = [&err, done](const smoke::Step&, const report::Row&) {
        ++*done;
        err << clear_line << std::flush;
    };
    observer.removing = [&err](const SafeText& what) {
        err << clear_line << fmt::format("removing {} ...", what.str()) << std::flush;
    };
    observer.finished = [&err] { err << clear_line << std::flush; };
    return observer;
}

}  // namespace cowork::app
