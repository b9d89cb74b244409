#include "smoke/mark.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>

using namespace cowork::smoke;
using namespace std::chrono_literals;

namespace {

// The id of a process that has ended.
pid_t ended_process() {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    waitpid(child, nullptr, 0);
    return child;
}

std::string marked(const std::string& host, pid_t process) {
    return fmt::format("{}{}-{:x}-00aaff", mark_prefix, host, process);
}

std::string host_of_this_machine() { return new_run_id().substr(0, 8); }

}  // namespace

TEST_CASE("smoke: a mark tells whether its run may still need what carries it") {
    const std::string here = host_of_this_machine();
    const std::string elsewhere = here == "00000000" ? "11111111" : "00000000";
    struct Case {
        std::string text;
        Owner owner;
        std::chrono::seconds age;
        bool left;
    };
    const std::string mine = std::string(mark_prefix) + new_run_id();
    const Case cases[] = {
        {mine, Owner::alive, 100h, false},
        {"ses_" + mine + "-prompt", Owner::alive, 0s, false},
        {marked(here, ended_process()), Owner::dead, 0s, true},
        {"x " + marked(here, ended_process()) + " y", Owner::dead, 0s, true},
        {marked(here, 1), Owner::alive, 100h, false},
        {marked(elsewhere, 1), Owner::elsewhere, 59min, false},
        {marked(elsewhere, 1), Owner::elsewhere, 61min, true},
        {"", Owner::none, 100h, false},
        {"cowork-smoke-", Owner::none, 100h, false},
        {"cowork-smoke-" + here, Owner::none, 100h, false},
        {"cowork-smoke-" + here + "-1", Owner::none, 100h, false},
        {"cowork-smoke-" + here + "-1-00aa", Owner::none, 100h, false},
        {"cowork-smoke-" + here + "-ffffffffff-00aaff", Owner::none, 100h, false},
        {"cowork-smoke-" + here + "--00aaff", Owner::none, 100h, false},
        {"cowork-smoke-GGGGGGGG-1-00aaff", Owner::none, 100h, false},
        {"our own session called cowork-smoke", Owner::none, 100h, false},
    };
    for (const Case& one : cases) {
        CAPTURE(one.text);
        CHECK(owner_of(one.text) == one.owner);
        CHECK(left_behind(one.text, one.age) == one.left);
    }
}

TEST_CASE("smoke: the mark is found within other text, and no two are the same") {
    const std::string mark = std::string(mark_prefix) + new_run_id();
    CHECK(mark_in(mark) == mark);
    CHECK(mark_in("Answer pong. (" + mark + ")") == mark);
    CHECK(mark_in(mark + "-prompt") == mark);
    CHECK(mark_in("nothing").empty());
    CHECK(new_run_id() != new_run_id());
}
