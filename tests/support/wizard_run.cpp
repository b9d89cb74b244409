#include "support/wizard_run.hpp"

#include <catch2/catch.hpp>

#include <sstream>

namespace cowork::test {
namespace {

std::vector<std::string> with_setup(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "setup");
    return arguments;
}

std::vector<std::string> with_home(const ScratchDirectory& scratch, std::vector<std::string> variables) {
    variables.push_back("HOME=" + scratch.path());
    return variables;
}

}  // namespace

WizardRun::WizardRun(const ScratchDirectory& scratch, std::vector<std::string> arguments,
                     const std::vector<std::string>& variables)
    : terminal_(with_setup(std::move(arguments)), scratch.path(), with_home(scratch, variables)) {}

void WizardRun::answer(const std::vector<Turn>& turns) {
    for (const Turn& turn : turns) {
        const bool asked = sees(turn.question) && is_asking();
        INFO("waiting for: " << turn.question << "\nshown so far:\n" << shown());
        REQUIRE(asked);
        CHECK(terminal_.echoes() != turn.hidden);
        type(turn.answer + "\n");
    }
}

std::vector<std::string> WizardRun::printed_command() const {
    const std::string title = "The same without questions";
    const auto at = shown().find(title);
    std::vector<std::string> lines;
    if (at == std::string::npos) return lines;
    std::istringstream rest(shown().substr(at + title.size() + 2));
    for (std::string line; std::getline(rest, line);) {
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
        const auto start = line.find_first_not_of(' ');
        if (start != std::string::npos) lines.push_back(line.substr(start));
    }
    return lines;
}

}  // namespace cowork::test
