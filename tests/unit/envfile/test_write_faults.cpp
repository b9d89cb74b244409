// Whatever fails, and whenever the process is killed: the old file or the new one is there, whole and
// private.
#include "config/dialect.hpp"
#include "envfile/backup.hpp"
#include "envfile/writer.hpp"
#include "support/fault_injection.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::envfile;
using namespace cowork::test;
using Kind = Fault::Kind;

namespace {

constexpr int succeeded = 0;
constexpr int refused = 1;
const std::string name = ".env.gateway";

std::string content(char filler) {
    return config::header_line({"0.0.1", config::Dialect::portable}) +
           "\nTOKEN=" + std::string(70'000, filler) + "\n";
}
const std::string old_text = content('o');
const std::string new_text = content('n');

struct Scenario {
    std::string title;
    std::optional<std::string> before;  // the file that is there
    mode_t mode = 0600;
    std::set<long> must_meet;  // system calls that have to be among those that failed
};

const std::vector<Scenario> scenarios{
    {"a file is created",
     std::nullopt,
     0,
     {SYS_openat, SYS_flock, SYS_fchmod, SYS_write, SYS_fsync, SYS_renameat2}},
    {"a file is replaced and a backup made",
     old_text,
     0600,
     {SYS_openat, SYS_flock, SYS_fchmod, SYS_write, SYS_fsync, SYS_renameat2, SYS_pread64, SYS_getdents64}},
    {"a file stays and its mode is tightened",
     new_text,
     0644,
     {SYS_openat, SYS_fchmod, SYS_fsync, SYS_getdents64}},
};

int write_new(const std::string& path) {
    const auto outcome = write_private(path, Secret(new_text));
    return outcome ? succeeded : refused;
}

// A directory as the scenario begins.
class Place {
  public:
    explicit Place(const Scenario& scenario) : scenario_(scenario), scratch_(fast_directory()) {
        if (scenario.before) (void)scratch_.file(name, *scenario.before, scenario.mode);
    }

    [[nodiscard]] std::string path() const { return scratch_ / name; }
    [[nodiscard]] const ScratchDirectory& scratch() const { return scratch_; }
    [[nodiscard]] Trial write(const Fault& fault) const {
        return run_with_fault([&] { return write_new(path()); }, fault);
    }

    // After anything at all. Where the files are by now is `directory`.
    void check_whole(const std::string& directory, const Trial& trial) const {
        bool backup_found = false;
        for (const auto& entry : std::filesystem::directory_iterator(directory)) {
            const std::string file = entry.path().filename().string();
            CAPTURE(file);
            if (file != name) CHECK(mode_of(entry.path().string()) == 0600);
            if (!is_backup_name(file, name)) continue;
            CHECK(content_of(entry.path().string()) == old_text);
            backup_found = true;
        }
        const std::string path = directory + "/" + name;
        const bool there = std::filesystem::exists(path);
        CHECK((there || !scenario_.before));
        const std::string now = there ? content_of(path) : std::string();
        const bool is_new = there && now == new_text;
        CHECK((!there || is_new || now == scenario_.before));
        if (there) {
            const mode_t mode = mode_of(path);
            CHECK((mode == 0600 || mode == scenario_.mode));
        }
        if (is_new && scenario_.before == old_text) CHECK(backup_found);
        if (trial.killed || trial.exit_code != succeeded) return;
        CHECK(is_new);
        CHECK(mode_of(path) == 0600);
    }

    // The next, undisturbed run finishes the work and clears up.
    void check_recovery() const {
        CHECK(write_new(path()) == succeeded);
        CHECK(content_of(path()) == new_text);
        CHECK(mode_of(path()) == 0600);
        for (const auto& entry : std::filesystem::directory_iterator(scratch_.path())) {
            const std::string file = entry.path().filename().string();
            CAPTURE(file);
            CHECK((file == name || is_backup_name(file, name)));
        }
    }

  private:
    const Scenario& scenario_;
    ScratchDirectory scratch_;
};

// Holds one kind of fault against every system call. The numbers of those that were met.
std::set<long> at_every_call(const Scenario& scenario, Fault fault) {
    std::set<long> met;
    for (fault.call = 0;; ++fault.call) {
        const Place place(scenario);
        const Trial trial = place.write(fault);
        if (!trial.injected) {
            CHECK(trial.exit_code == succeeded);
            return met;
        }
        CAPTURE(fault.call, trial.calls, trial.exit_code, trial.killed);
        CHECK(trial.killed == (fault.kind != Kind::fail));
        place.check_whole(place.scratch().path(), trial);
        place.check_recovery();
        met.insert(trial.calls[fault.call]);
    }
}

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

}  // namespace

TEST_CASE("every system call of a write may fail") {
    if (!ready()) return;
    for (const Scenario& scenario : scenarios) {
        for (const int error : {EIO, ENOSPC, EACCES, EINTR}) {
            CAPTURE(scenario.title, error);
            const auto met = at_every_call(scenario, {Kind::fail, 0, error, {}});
            for (const long call : scenario.must_meet) {
                CAPTURE(call);
                CHECK(met.count(call) == 1);
            }
        }
    }
}

TEST_CASE("a write may be killed before and after every system call") {
    if (!ready()) return;
    for (const Scenario& scenario : scenarios) {
        for (const Kind kind : {Kind::kill_before, Kind::kill_after}) {
            CAPTURE(scenario.title, kind == Kind::kill_before);
            const auto met = at_every_call(scenario, {kind, 0, 0, {}});
            for (const long call : scenario.must_meet) {
                CAPTURE(call);
                CHECK(met.count(call) == 1);
            }
        }
    }
}

TEST_CASE("the directory may be moved away or vanish at every system call") {
    if (!ready()) return;
    for (const Scenario& scenario : scenarios) {
        for (const bool vanishes : {false, true}) {
            CAPTURE(scenario.title, vanishes);
            for (std::size_t call = 0;; ++call) {
                const ScratchDirectory elsewhere(fast_directory());
                const Place place(scenario);
                const std::string moved = elsewhere / "moved";
                const auto act = [&] {
                    std::filesystem::rename(place.scratch().path(), moved);
                    if (vanishes) std::filesystem::remove_all(moved);
                };
                const Trial trial = place.write({Kind::meanwhile, call, 0, act});
                if (!trial.injected) {
                    CHECK(call > 20);
                    break;
                }
                CAPTURE(call, trial.calls[call], trial.exit_code);
                CHECK_FALSE(trial.killed);
                CHECK((trial.exit_code == succeeded || trial.exit_code == refused));
                CHECK_FALSE(std::filesystem::exists(place.scratch().path()));
                if (vanishes) {
                    CHECK(elsewhere.entries() == 0);
                } else {
                    place.check_whole(moved, trial);
                }
            }
        }
    }
}
