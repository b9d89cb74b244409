#include "cowork/commands/reference_pages.hpp"
#include "setup/paths.hpp"
#include "support/cli_run.hpp"
#include "support/places.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <sstream>

// What the documentation says is what the program does.
namespace {

using namespace cowork::test;

const std::filesystem::path root = COWORK_SOURCE_DIR;

// A command line of the documentation, and where it stands.
struct Example {
    std::string place;
    std::string command;
};

// `cowork ...` with whatever way of calling it, without what a shell would do with its output; empty for
// other lines.
std::string command_in(const std::string& line) {
    for (const std::string start : {"cowork ", "./scripts/cowork "}) {
        if (!line.starts_with(start)) continue;
        const std::string arguments = line.substr(start.size());
        return arguments.substr(0, std::min(arguments.find(" |"), arguments.find(" >")));
    }
    return {};
}

std::vector<Example> examples_in_markdown(const std::filesystem::path& page) {
    std::vector<Example> examples;
    std::istringstream lines(content_of(page.string()));
    bool shell = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("```")) shell = line == "```sh";
        if (const std::string command = command_in(line); shell && !command.empty())
            examples.push_back({page.lexically_relative(root).string(), command});
    }
    return examples;
}

// The manual's examples are the bold lines of its last section; one command may take several.
std::vector<Example> examples_in_manual(const std::filesystem::path& page) {
    std::vector<Example> examples;
    const std::string text = content_of(page.string());
    std::istringstream lines(text.substr(text.find(".SH EXAMPLES")));
    std::string command;
    const auto end_command = [&] {
        if (const std::string found = command_in(command); !found.empty())
            examples.push_back({page.lexically_relative(root).string(), found});
        command.clear();
    };
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(".B ")) {
            end_command();
            continue;
        }
        std::string plain = line.substr(3);
        std::erase(plain, '\\');
        command += (command.empty() ? "" : " ") + plain;
    }
    end_command();
    return examples;
}

std::vector<Example> all_examples() {
    std::vector<std::filesystem::path> pages{root / "README.md"};
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "docs"))
        if (entry.path().extension() == ".md") pages.push_back(entry.path());
    std::sort(pages.begin(), pages.end());
    std::vector<Example> examples;
    for (const auto& page : pages)
        for (Example& example : examples_in_markdown(page)) examples.push_back(std::move(example));
    for (Example& example : examples_in_manual(root / "docs/man/cowork.1"))
        examples.push_back(std::move(example));
    return examples;
}

// In a directory of its own, with an answer for every question and nothing outside that directory touched.
ProcessResult run_example(std::string command, const ScratchDirectory& scratch) {
    for (auto at = command.find(" prompt"); at != std::string::npos; at = command.find(" prompt"))
        command.replace(at, 7, " env:ANSWER");
    const bool trial = command.find("--evaluate") != std::string::npos;
    if (trial && command.find("--runtime-root") == std::string::npos)
        command += " --runtime-root \"$PWD/root\"";
    // Nothing runs here that could become ready.
    if (const auto at = command.find("--wait 2m"); at != std::string::npos)
        command.replace(at, 9, "--wait 1ms");
    (void)scratch.file("token", "ANSWER-0f1e2d3c4b5a69788796a5b4\n");
    (void)scratch.file("report.json", R"({"schemaVersion": 1, "results": []})");
    (void)scratch.file("diagnostics.txt", "=== Runtime Inputs ===\n{\"capabilities\": []}\n");
    ProcessOptions options;
    options.argv = {"/bin/sh", "-c", "exec \"$0\" " + command, COWORK_BINARY};
    options.environment =
        std::vector<std::string>{"PATH=/usr/bin:/bin",
                                 "HOME=" + scratch.path(),
                                 "ANSWER=1234567890:AAH-bot-Tok_3f9c1d7a8b2e4056c7",
                                 "ADMIN_TOKEN=ADMIN-0f1e2d3c4b5a69788796",
                                 "CLOUD_TOKEN=occ_tok_0f1e2d3c_4b5a69788796a5b4",
                                 "CLOUD_DB=postgres://cloud:pw-0f1e2d3c@127.0.0.1:9/cloud",
                                 "GATEWAY_DB=postgres://gateway:pw-0f1e2d3c@127.0.0.1:9/gateway"};
    options.directory = scratch.path();
    return run_process(std::move(options));
}

TEST_CASE("every command line in the documentation is accepted") {
    const auto examples = all_examples();
    CHECK(examples.size() >= 10);
    for (const Example& example : examples) {
        ScratchDirectory scratch;
        // A later command of a page may need what an earlier one wrote.
        if (example.command.starts_with("doctor") || example.command.starts_with("smoke") ||
            example.command.starts_with("validate"))
            REQUIRE(run_example("setup gateway-only --evaluate", scratch).exit_code == 0);
        const auto result = run_example(example.command, scratch);
        INFO(example.place << ": cowork " << example.command << '\n' << result.out << result.err);
        REQUIRE(result.exit_code);
        CHECK(*result.exit_code != 2);
        CHECK(*result.exit_code < 5);
    }
}

TEST_CASE("the generated reference pages are up to date") {
    INFO("run scripts/update-reference");
    for (const auto& page : cowork::app::reference_pages()) {
        CAPTURE(page.name);
        CHECK(content_of(root / "docs" / page.name) == page.text());
    }
}

TEST_CASE("the manual and the reference name every option of the program") {
    const std::string reference = content_of(root / "docs/reference/cli.md");
    std::string manual = content_of(root / "docs/man/cowork.1");
    std::erase(manual, '\\');
    for (const char* command : {"setup", "doctor", "smoke", "validate"}) {
        std::istringstream words(run_cowork({command, "--help"}).out);
        for (std::string word; words >> word;) {
            const auto at = word.find("--");
            if (at == std::string::npos || at > 3) continue;
            std::string flag = word.substr(at);
            flag = flag.substr(0, flag.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"));
            if (flag == "--help") continue;
            INFO(command << ' ' << flag);
            CHECK(contains(reference, flag));
            CHECK(contains(manual, flag));
        }
    }
}

TEST_CASE("the manual and the reference of setup name every option of every path") {
    const std::string reference = content_of(root / "docs/reference/setup-options.md");
    std::string manual = content_of(root / "docs/man/cowork-setup.1");
    std::erase(manual, '\\');
    for (const cowork::setup::Path& path : cowork::setup::paths())
        for (const cowork::setup::Option& option : path.options) {
            INFO(option.flag);
            CHECK(contains(reference, "`" + std::string(option.flag) + "`"));
            CHECK(contains(manual, std::string(option.flag)));
        }
}

}  // namespace
