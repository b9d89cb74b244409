#include "matrix/matrix.hpp"

#include "checks/registry.hpp"
#include "matrix/groups.hpp"
#include "support/places.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace cowork::test::matrix {
namespace {

constexpr const char* hosts_name = ".hosts";
constexpr const char* switch_name = ".nsswitch";

// Names, kinds, modes, times and contents of everything below a directory.
std::string fingerprint(const std::string& directory) {
    std::vector<std::string> lines;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
        struct stat facts {};
        if (::lstat(entry.path().c_str(), &facts) != 0) continue;
        lines.push_back(fmt::format("{} {:o} {}.{} {}", entry.path().string(), facts.st_mode,
                                    facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec,
                                    S_ISREG(facts.st_mode) ? content_of(entry.path()) : std::string{}));
    }
    std::sort(lines.begin(), lines.end());
    return fmt::format("{}", fmt::join(lines, "\n"));
}

void expect_no_secret(const World& world, const std::string& output) {
    for (const std::string& secret : world.secrets)
        for (const std::string& spelling : forbidden_spellings(secret)) {
            INFO("the output shows a spelling of a secret: " << spelling);
            CHECK(output.find(spelling) == std::string::npos);
        }
}

}  // namespace

void World::ready() {
    if (prepared_) return;
    prepared_ = true;
    prepare();
    if (user && ::chown(scratch.path().c_str(), *user, *user) != 0) FAIL("cannot give the directory away");
    if (!isolated) return;
    (void)scratch.file(hosts_name, hosts, 0644);
    (void)scratch.file(switch_name, "hosts: files\n", 0644);
}

std::vector<std::string> World::command(const std::vector<std::string>& more) {
    std::vector<std::string> all;
    if (isolated) {
        // Namespaces of its own, as root or as anybody; lookups read the hosts file only.
        all = {"unshare",
               is_root() ? "-mn" : "-rmn",
               "sh",
               "-c",
               "mount --bind \"$1\" /etc/hosts && mount --bind \"$2\" /etc/nsswitch.conf && shift 2 && "
               "exec \"$@\"",
               "sh",
               scratch / hosts_name,
               scratch / switch_name};
    }
    if (isolated) all.insert(all.end(), through.begin(), through.end());
    all.emplace_back(COWORK_BINARY);
    all.emplace_back("doctor");
    if (!path.empty()) all.push_back(path);
    all.insert(all.end(), {"--timeout", timeout});
    all.insert(all.end(), arguments.begin(), arguments.end());
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

ProcessResult World::doctor(const std::vector<std::string>& more) {
    ready();
    ProcessOptions options;
    options.argv = command(more.empty() ? std::vector<std::string>{"--json"} : more);
    options.environment = std::vector<std::string>{"PATH=/usr/bin:/bin:/usr/sbin:/sbin"};
    for (const auto& [key, value] : environment) options.environment->push_back(key + "=" + value);
    options.directory = scratch.path();
    options.user = options.group = user;
    return run_process(std::move(options));
}

std::vector<std::string> World::writes() const {
    std::vector<std::string> found;
    for (const auto& log : logs_)
        for (const RecordedRequest& request : log())
            if (request.method != "GET" && request.method != "HEAD")
                found.push_back(request.method + " " + request.target);
    return found;
}

void expect_row(World& world, const Row& row) {
    if (world.user && !is_root()) {
        WARN("only root can bring about: " << row.fault);
        return;
    }
    world.ready();
    const std::string before = fingerprint(world.scratch.path());
    const auto result = world.doctor();
    INFO(result.out << result.err);
    const nlohmann::json report = json_of(result);
    const nlohmann::json found = row_of(report, std::string(row.check));
    CHECK(found.at("status") == std::string(to_string(row.status)));
    CHECK(found.at("reasonCode") ==
          (row.reason.empty() ? nlohmann::json(nullptr) : nlohmann::json(row.reason)));
    CHECK(result.exit_code == row.exit_code);
    CHECK(report.at("exitCode") == row.exit_code);
    CHECK((row.status == Status::ready || !found.at("recovery").at("action").is_null()));
    expect_no_secret(world, result.out + result.err);
    const auto text = world.doctor({"-v", "--color", "always"});
    expect_no_secret(world, text.out + text.err);
    CHECK(text.exit_code == row.exit_code);
    CHECK(fingerprint(world.scratch.path()) == before);
    CHECK(world.writes().empty());
}

std::string_view kept(const std::string& text) {
    static std::set<std::string> all;
    return *all.insert(text).first;
}

std::vector<Row> all_rows() {
    std::vector<Row> all;
    for (const auto& group :
         {desktop_rows(), desktop_capability_rows(), desktop_remotes_rows(), cloud_rows(),
          cloud_database_rows(), cloud_operations_rows(), cloud_host_rows(), cloud_storage_rows(),
          cloud_backup_rows(), standalone_gateway_rows(), channel_gateway_rows(), hybrid_rows()})
        all.insert(all.end(), group.begin(), group.end());
    return all;
}

std::string page() {
    std::string text =
        "# Kill matrix\n\nEvery check, the faults that the tests bring about for it, and what doctor has to "
        "say of each. Written by `scripts/update-reference` from the tests' own table; a test compares the "
        "two.\n";
    const auto rows = all_rows();
    for (const checks::Check* check : checks::registry()) {
        text += fmt::format(
            "\n## {}\n\n| fault | status | reason code | exit code |\n| --- | --- | --- | --- |\n",
            check->id);
        for (const Row& row : rows)
            if (row.check == check->id)
                text += fmt::format("| {} | {} | {} | {} |\n", row.fault, to_string(row.status),
                                    row.reason.empty() ? "" : fmt::format("`{}`", row.reason), row.exit_code);
    }
    return text;
}

}  // namespace cowork::test::matrix
