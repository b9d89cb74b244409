#pragma once

#include "core/status.hpp"
#include "support/doctor_run.hpp"
#include "support/fake_server.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The kill matrix: for every check a world in which it is ready, and for each of its reason codes a fault
// that is really there (a port that refuses, a certificate that is over, a table that is gone), with the
// status, the reason code and the exit code that the real program has to give. docs/reference/kill-matrix.md
// is written from the rows; test_coverage.cpp fails when a documented reason code is in none of them.
namespace cowork::test::matrix {

struct Row {
    std::string_view check;
    std::string fault;  // in words, for the page; of a healthy world "nothing"
    Status status = Status::ready;
    std::string_view reason;  // empty when ready
    int exit_code = 0;
};

// One deployment that doctor is run against. A derived world starts its servers and fills in the settings.
class World {
  public:
    World() = default;
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    virtual ~World() = default;

    // Writes what the run reads, once; doctor() calls it too.
    void ready();
    // `doctor PATH --json --timeout …` and what `arguments` adds.
    [[nodiscard]] ProcessResult doctor(const std::vector<std::string>& more = {});
    // Keeps something alive as long as the world, for instance a server that stands in for another.
    template <typename T>
    std::shared_ptr<T> keep(std::shared_ptr<T> thing) {
        kept_.push_back(thing);
        return thing;
    }
    // As keep(), of a fake server whose requests must all be reads.
    template <typename T>
    std::shared_ptr<T> serve(std::shared_ptr<T> server) {
        logs_.push_back([server] { return server->requests(); });
        return keep(std::move(server));
    }
    // What a server was asked to do beside reading; empty: nothing.
    [[nodiscard]] std::vector<std::string> writes() const;

    ScratchDirectory scratch;                        // the working directory of the run
    std::string path;                                // the INTENT; empty: none
    std::vector<std::string> arguments;              // options
    std::map<std::string, std::string> environment;  // beside PATH
    std::string timeout = "5s";
    // Runs in a network of its own, in which nothing is reachable and no lookup leaves the machine, with
    // these lines as /etc/hosts.
    bool isolated = false;
    std::string hosts = "127.0.0.1 localhost\n";
    // With `isolated`: what the run is started through, inside.
    std::vector<std::string> through;
    std::string not_here;  // why this case cannot be made here; empty: it can
    // Runs as that user, to whom the working directory then belongs; only root can.
    std::optional<uid_t> user;
    std::vector<std::string> secrets;  // that no output may show, in any spelling

  protected:
    // Writes the env files and the like, last thing before the first run.
    virtual void prepare() {}

  private:
    bool prepared_ = false;
    [[nodiscard]] std::vector<std::string> command(const std::vector<std::string>& more);
    std::vector<std::shared_ptr<void>> kept_;
    std::vector<std::function<std::vector<RecordedRequest>()>> logs_;
};

// A row, and how its fault is brought about in a healthy world.
template <typename W>
struct Case {
    Row row;
    std::function<void(W&)> breaks;
};

template <typename W>
std::vector<Row> rows_of(const std::vector<Case<W>>& cases) {
    std::vector<Row> rows;
    for (const Case<W>& one : cases) rows.push_back(one.row);
    return rows;
}

// Runs doctor in the world and compares: status, reason code and exit code of the row, no secret in any
// output, no file of the working directory changed, no server asked to write.
void expect_row(World& world, const Row& row);

template <typename W, typename Make>
void run_cases(const std::vector<Case<W>>& cases, Make make) {
    for (const Case<W>& one : cases) {
        DYNAMIC_SECTION(one.row.check << ": " << one.row.fault) {
            const std::unique_ptr<W> world = make();
            if (one.breaks) one.breaks(*world);
            if (world->not_here.empty()) {
                expect_row(*world, one.row);
            } else if (in_ci()) {
                FAIL(world->not_here);
            } else {
                WARN("DID NOT RUN: " << world->not_here);
            }
        }
    }
}

// A reason code put together, kept for the rows, which only point to theirs.
[[nodiscard]] std::string_view kept(const std::string& text);

// Every row of every group, in the order of the page.
[[nodiscard]] std::vector<Row> all_rows();
[[nodiscard]] std::string page();

}  // namespace cowork::test::matrix
