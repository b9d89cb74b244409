#include "support/report_models.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

using namespace cowork;
using namespace cowork::report;
using namespace cowork::test;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

// A command as the runner reads it: up to the second `::`, properties parted by commas, values unescaped.
struct Command {
    std::string word, message;
    std::map<std::string, std::string> properties;
};

std::string unescaped(std::string text) {
    for (const auto& [code, c] :
         {std::pair{"%0D", "\r"}, {"%0A", "\n"}, {"%3A", ":"}, {"%2C", ","}, {"%1B", "\x1b"}, {"%25", "%"}})
        for (auto at = text.find(code); at != std::string::npos; at = text.find(code, at + 1))
            text.replace(at, 3, c);
    return text;
}

std::optional<Command> command_in(const std::string& line) {
    if (!line.starts_with("::")) return std::nullopt;
    const auto end = line.find("::", 2);
    if (end == std::string::npos) return std::nullopt;
    Command command;
    const std::string head = line.substr(2, end - 2);
    const auto space = head.find(' ');
    command.word = head.substr(0, space);
    command.message = unescaped(line.substr(end + 2));
    std::istringstream properties(space == std::string::npos ? "" : head.substr(space + 1));
    for (std::string one; std::getline(properties, one, ',');)
        command.properties[one.substr(0, one.find('='))] = unescaped(one.substr(one.find('=') + 1));
    return command;
}

}  // namespace

TEST_CASE("github: a line for each row that is not well, the most severe first, and a summary") {
    CHECK(render_github(doctor_report(), {}) ==
          "::error title=row.action::row.action is as it is. Mend row.action. [made.action]\n"
          "::error title=row.offline::row.offline is as it is. Mend row.offline. [made.offline]\n"
          "::error title=row.unknown::row.unknown is as it is. Mend row.unknown. [deadline.exceeded]\n"
          "::warning file=.env.gateway,line=7,col=3,title=row.degraded::row.degraded is as it is. Mend "
          "row.degraded. [made.degraded]\n"
          "::notice title=row.optional::row.optional is as it is. Mend row.optional. [made.optional]\n"
          "::notice::a word besides\n"
          "cowork doctor gateway-only: action_required, exit code 1 (3 errors, 1 warning, 1 notice)\n");
}

TEST_CASE("github: findings stand at their places") {
    const auto lines = lines_of(render_github(validate_report(), {}));
    REQUIRE(lines.size() == 8);
    CHECK(lines[0] ==
          "::error file=deploy "
          "dir/gateway.conf,line=12,col=3,endLine=12,endColumn=9,title=env.broken::env.broken "
          "is broken here. Mend env.broken.");
    // Columns belong to one line; standard input is no file.
    CHECK(lines[2].starts_with("::error file=/etc/cowork/b.conf,line=2,endLine=5,title=env.broken::"));
    CHECK(lines[3].starts_with("::error title=env.broken::"));
    CHECK(lines[4].starts_with("::error file=what.bin,title=validate.env::"));
    CHECK(lines[5].starts_with("::warning file=deploy dir/gateway.conf,title=env.loose::"));
    CHECK(lines[6].starts_with("::notice file=deploy dir/gateway.conf,line=1,"));
    CHECK(lines[7] == "cowork validate: action_required, exit code 1 (5 errors, 1 warning, 1 notice)");
}

TEST_CASE("github: no text gets out of its command") {
    const std::string hostile =
        "x%0A::add-mask::a\r\n::set-output name=a::b\n##[error]c,d=e:f%25::stop-commands::g";
    Report report = validate_report();
    // As hostile as the model lets it be: paths are not cleaned in every one.
    report.rows = {finding_row({"env.broken", "error", hostile, 1, 1, 1, 2})};
    report.rows[0].summary = Redactor().text("{}", hostile);
    report.notes = {Redactor().text("{}", hostile)};
    const auto lines = lines_of(render_github(report, {}));
    REQUIRE(lines.size() == 3);
    const auto command = command_in(lines[0]);
    REQUIRE(command);
    CHECK(command->word == "error");
    CHECK(command->properties.size() == 6);
    CHECK(command->properties.at("file") == hostile);
    CHECK(command->properties.at("title") == "env.broken");
    CHECK(command->message == report.rows[0].summary.str() + ". Mend env.broken.");
    CHECK(command_in(lines[1])->word == "notice");
    CHECK_FALSE(lines[2].starts_with("::"));
    CHECK(lines[2].find("##[") == std::string::npos);
}

TEST_CASE("github: what is well says nothing but the summary") {
    Report report;
    report.command = "smoke";
    report.rows = {check_row("row.one", Status::ready)};
    CHECK(render_github(report, {}) ==
          "cowork smoke: ready, exit code 0 (0 errors, 0 warnings, 0 notices)\n");
}

TEST_CASE("github: a refusal is an error") {
    CHECK(
        render_github(Refusal{"validate", 2, "no path is given"_safe, "name files: or, directories"_safe}) ==
        "::error title=cowork validate::no path is given. Name files: or, directories.\n"
        "cowork validate: not begun, exit code 2\n");
    CHECK(render_github(Refusal{{}, 2, "none"_safe, {}}) ==
          "::error title=cowork::none.\ncowork: not begun, exit code 2\n");
}
