#include "cowork/commands/refuse.hpp"

#include "cowork/commands/render_report.hpp"
#include "secrets/redactor.hpp"

#include <fmt/format.h>

#include <ostream>

namespace cowork::app {

int refuse(std::string_view command, Format format, const Io& io, int exit_code, const Error& error) {
    const Redactor redactor;
    const SafeText message = redactor.clean(error.message);
    const SafeText remedy = redactor.clean(error.remedy);
    if (format != Format::text) {
        io.out << render_refusal({command, exit_code, message, remedy}, format);
        return exit_code;
    }
    io.err << fmt::format("cowork{}{}: {}\n", command.empty() ? "" : " ", command, message.str());
    if (!remedy.empty()) io.err << fmt::format("  -> {}\n", remedy.str());
    return exit_code;
}

}  // namespace cowork::app
