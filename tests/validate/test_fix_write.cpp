// Whatever fails, and whenever the process is killed: a file is as it was or as it is to be, whole.
#include "envfile/backup.hpp"
#include "support/fault_injection.hpp"
#include "support/scratch_directory.hpp"
#include "validators/fix/write.hpp"

#include <catch2/catch.hpp>

#include <cerrno>
#include <filesystem>
#include <string>

namespace {

using namespace cowork;
using namespace cowork::test;
using namespace cowork::validators;
using Kind = Fault::Kind;

const std::string name = "compose.yaml";
const std::string old_text = "services: {}\n# " + std::string(70'000, 'o') + "\n";
const std::string new_text = "services: {}\n# " + std::string(70'000, 'n') + "\n";

// A directory that holds the file, and what is done to it.
struct Place {
    ScratchDirectory scratch{fast_directory()};
    std::string path = scratch.file(name, old_text, 0644);

    [[nodiscard]] Result<std::string> write(bool text, bool dry_run = false) const {
        const Secret before(old_text), after(new_text);
        return rewrite({path, &before, text ? &after : nullptr, text ? mode_t{0644} : mode_t{0600}, true},
                       dry_run);
    }

    void check_whole(bool finished) const {
        const std::string now = content_of(path);
        CHECK((now == old_text || now == new_text));
        const mode_t mode = mode_of(path);
        CHECK((mode == 0644 || mode == 0600));
        bool backup = false;
        for (const auto& entry : std::filesystem::directory_iterator(scratch.path())) {
            const std::string file = entry.path().filename().string();
            if (!envfile::is_backup_name(file, name)) continue;
            backup = true;
            CHECK(content_of(entry.path().string()) == old_text);
            CHECK(mode_of(entry.path().string()) == 0600);
        }
        if (now == new_text) CHECK(backup);
        if (finished) CHECK(now == new_text);
    }
};

bool ready() {
#if defined(__SANITIZE_ADDRESS__)
    WARN("NOT TESTED: the sanitizer makes system calls of its own, which do not come alike in every run");
    return false;
#endif
    if (can_inject_faults()) return true;
    if (in_ci()) FAIL("this system does not let a process trace its child, which CI must");
    WARN("NOT TESTED: this system does not let a process trace its child");
    return false;
}

void at_every_call(Fault fault) {
    for (fault.call = 0;; ++fault.call) {
        const Place place;
        const Trial trial = run_with_fault([&] { return place.write(true) ? 0 : 1; }, fault);
        CAPTURE(fault.call, trial.exit_code, trial.killed);
        place.check_whole(!trial.killed && trial.exit_code == 0);
        if (!trial.injected) {
            CHECK(fault.call > 20);
            return;
        }
    }
}

}  // namespace

TEST_CASE("fix: a write may be killed before and after every system call") {
    if (!ready()) return;
    for (const Kind kind : {Kind::kill_before, Kind::kill_after}) at_every_call({kind, 0, 0, {}});
}

TEST_CASE("fix: every system call of a write may fail") {
    if (!ready()) return;
    for (const int error : {EIO, ENOSPC, EACCES}) at_every_call({Kind::fail, 0, error, {}});
}

TEST_CASE("fix: a file keeps its mode, or gets the one that is asked for") {
    const Place text;
    REQUIRE(text.write(true));
    CHECK(mode_of(text.path) == 0644);
    const Place mode;
    REQUIRE(mode.write(false));
    CHECK(mode_of(mode.path) == 0600);
    CHECK(content_of(mode.path) == old_text);
    CHECK(mode.scratch.entries() == 1);
}

TEST_CASE("fix: a file that changed meanwhile is not replaced") {
    const Place place;
    (void)place.scratch.file(name, "services: {}\n", 0644);
    CHECK(place.write(true).error().code == ErrorCode::refused);
    CHECK(content_of(place.path) == "services: {}\n");
    std::filesystem::remove(place.path);
    CHECK_FALSE(place.write(true));
    CHECK(place.scratch.entries() == 0);
}

TEST_CASE("fix: a dry run of a write makes its checks only") {
    const Place place;
    REQUIRE(place.write(true, true));
    CHECK(content_of(place.path) == old_text);
    std::filesystem::create_hard_link(place.path, place.scratch / "other");
    CHECK(place.write(true, true).error().code == ErrorCode::refused);
}
