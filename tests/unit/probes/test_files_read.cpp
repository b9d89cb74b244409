#include "probes/files.hpp"
#include "support/process.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

using namespace cowork;
using namespace cowork::test;
using probes::Links;

TEST_CASE("the file probe reads regular files only, and no more than asked") {
    const ScratchDirectory scratch;
    const auto files = probes::make_file_probe();
    const std::string path = scratch.file("a", "text");
    CHECK(files->read(path, 4, Links::refuse) == std::string("text"));
    CHECK(files->read(path, 3, Links::refuse).error().code == ErrorCode::invalid);
    CHECK(files->read(scratch / "absent", 4, Links::refuse).error().code == ErrorCode::not_found);
    CHECK(files->read(scratch.path(), 4, Links::refuse).error().code == ErrorCode::refused);
    std::filesystem::create_symlink(path, scratch / "link");
    CHECK(files->read(scratch / "link", 4, Links::refuse).error().code == ErrorCode::refused);
    CHECK(files->read(scratch / "link", 4, Links::follow) == std::string("text"));
    REQUIRE(::mkfifo((scratch / "fifo").c_str(), 0600) == 0);
    CHECK(files->read(scratch / "fifo", 4, Links::follow).error().code == ErrorCode::refused);
    CHECK(files->read("/dev/zero", 4, Links::follow).error().code == ErrorCode::refused);
    CHECK(files->read(path + std::string(1, '\0'), 4, Links::refuse).error().code == ErrorCode::invalid);
    const auto facts = files->facts(path);
    REQUIRE(facts);
    CHECK(facts->size == 4);
    CHECK(std::chrono::abs(std::chrono::system_clock::now() - facts->modified) < std::chrono::minutes(5));
}

TEST_CASE("the file probe lists directories only") {
    const ScratchDirectory scratch;
    const auto files = probes::make_file_probe();
    std::filesystem::create_directory(scratch / "d");
    CHECK(files->list(scratch / "d") == std::vector<std::string>{});
    for (const char* name : {"b", ".a", "C", "a"})
        static_cast<void>(scratch.file(std::string("d/") + name, ""));
    const std::vector<std::string> names{".a", "C", "a", "b"};
    CHECK(files->list(scratch / "d") == names);
    std::filesystem::create_directory_symlink(scratch / "d", scratch / "link");
    CHECK(files->list(scratch / "link") == names);
    std::filesystem::create_directory_symlink(scratch / "loop", scratch / "loop");
    CHECK(files->list(scratch / "loop").error().code == ErrorCode::io);
    CHECK(files->list(scratch / "absent").error().code == ErrorCode::not_found);
    CHECK(files->list(scratch / "d/a").error().code == ErrorCode::refused);
    REQUIRE(::mkfifo((scratch / "fifo").c_str(), 0600) == 0);
    CHECK(files->list(scratch / "fifo").error().code == ErrorCode::refused);
    CHECK(files->list((scratch / "d") + std::string(1, '\0')).error().code == ErrorCode::invalid);
}

TEST_CASE("the file probe tells a process's owner, words and start, and that one has ended") {
    const auto files = probes::make_file_probe();
    ProcessOptions options;
    options.argv = {"sleep", "600"};
    Process process(std::move(options));
    const auto facts = files->process(process.pid());
    REQUIRE(facts);
    CHECK(facts->owner == ::geteuid());
    REQUIRE(facts->started);
    CHECK(std::chrono::abs(std::chrono::system_clock::now() - *facts->started) < std::chrono::minutes(5));
    const auto all = files->processes();
    REQUIRE(all);
    CHECK(std::any_of(all->begin(), all->end(), [&](const auto& one) { return one.pid == process.pid(); }));
    const auto own = files->process(::getpid());
    REQUIRE(own);
    REQUIRE(!own->command.empty());
    CHECK(own->command.front().find("unit_tests") != std::string::npos);
    // Killed and not yet waited for, it has ended all the same.
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    siginfo_t info{};
    REQUIRE(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) == 0);
    CHECK(files->process(child).error().code == ErrorCode::not_found);
    REQUIRE(::waitpid(child, nullptr, 0) == child);
    CHECK(files->process(child).error().code == ErrorCode::not_found);
}
