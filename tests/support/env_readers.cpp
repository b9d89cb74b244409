#include "support/env_readers.hpp"

#include "envfile/child_process.hpp"
#include "support/node.hpp"
#include "support/scratch_directory.hpp"

#include <dlfcn.h>
#include <httplib.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <thread>

namespace cowork::test {
namespace {

using config::Dialect;
using namespace std::chrono_literals;

constexpr std::size_t largest_output = 16'000'000;

void add(Variables& variables, const std::string& assignment) {
    const auto equals = assignment.find('=');
    if (equals != std::string::npos) variables[assignment.substr(0, equals)] = assignment.substr(equals + 1);
}

// Runs a program that prints NAME=value, each ended by a NUL.
std::optional<Variables> run(const std::string& program, std::vector<std::string> arguments,
                             const std::string& locale = "C") {
    const auto result = envfile::run_command(
        {program, std::move(arguments), {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=" + locale}},
        Budget::lasting(60s), largest_output);
    if (!result || result->exit_code != 0) {
        WARN(program << ": " << (result ? result->errors : result.error().message));
        return std::nullopt;
    }
    Variables variables;
    for (std::size_t start = 0; start < result->output.size();) {
        const auto end = std::min(result->output.find('\0', start), result->output.size());
        add(variables, result->output.substr(start, end - start));
        start = end + 1;
    }
    return variables;
}

EnvReader shell(const std::string& name, const std::string& program, const std::vector<std::string>& first,
                const std::string& locale) {
    const auto found = envfile::find_program(program);
    return {name,
            {Dialect::portable, Dialect::sh},
            true,
            found.has_value(),
            [found, first, locale](const std::string& path) {
                auto arguments = first;
                arguments.insert(arguments.end(), {"-c", "set -a; . \"$1\"; exec env -0", "sh", path});
                return run(*found, std::move(arguments), locale);
            }};
}

EnvReader node(const std::string& program) {
    return {"node (" + program + ")",
            {Dialect::portable},
            true,
            !program.empty(),
            [program](const std::string& path) {
                return run(program, {"--env-file=" + path, "-e",
                                     "process.stdout.write(Object.entries(process.env)"
                                     ".map(([k, v]) => k + '=' + v + '\\0').join(''))"});
            }};
}

// The function that docker-compose 1.29 reads .env and env_file: with; the whole program would show the
// values as YAML.
EnvReader compose() {
    constexpr const char* program = "/usr/bin/python3";
    constexpr const char* module = "/usr/lib/python3/dist-packages/compose/config/environment.py";
    const bool present = std::filesystem::exists(program) && std::filesystem::exists(module);
    return {"docker-compose 1.29",
            {Dialect::portable, Dialect::compose},
            true,
            present,
            [](const std::string& path) {
                return run(program,
                           {"-I", "-c",
                            "import sys\n"
                            "from compose.config.environment import env_vars_from_file\n"
                            "for key, value in env_vars_from_file(sys.argv[1]).items():\n"
                            "    sys.stdout.buffer.write(f'{key}={value}\\0'.encode())\n",
                            path},
                           "C.UTF-8");
            }};
}

std::optional<std::string> systemd_library() {
    std::error_code ignored;
    for (const char* directory : {"/usr/lib/x86_64-linux-gnu/systemd", "/usr/lib/aarch64-linux-gnu/systemd",
                                  "/usr/lib/systemd", "/usr/lib64/systemd"}) {
        for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
            if (entry.path().filename().string().rfind("libsystemd-shared-", 0) == 0)
                return entry.path().string();
        }
    }
    return std::nullopt;
}

// The function that EnvironmentFile= goes through; not a public interface, so it may be absent.
using LoadEnvFile = int (*)(std::FILE*, const char*, char***);

LoadEnvFile systemd_parser() {
    const auto library = systemd_library();
    void* const handle = library ? ::dlopen(library->c_str(), RTLD_NOW | RTLD_LOCAL) : nullptr;
    if (handle == nullptr) return nullptr;
    return reinterpret_cast<LoadEnvFile>(::dlsym(handle, "load_env_file"));
}

EnvReader systemd() {
    const LoadEnvFile load = systemd_parser();
    return {"systemd",
            {Dialect::portable, Dialect::systemd},
            false,
            load != nullptr,
            [load](const std::string& path) -> std::optional<Variables> {
                char** lines = nullptr;
                if (load(nullptr, path.c_str(), &lines) < 0) return std::nullopt;
                Variables variables;
                for (char** line = lines; line != nullptr && *line != nullptr; ++line) {
                    add(variables, *line);
                    std::free(*line);
                }
                std::free(lines);
                return variables;
            }};
}

// Answers just enough of the daemon's API for `docker create`, and keeps the environment it was sent.
class ListeningDaemon {
  public:
    ListeningDaemon() {
        server_.set_address_family(AF_UNIX);
        server_.set_payload_max_length(largest_output);
        server_.Get("/_ping", [](const httplib::Request&, httplib::Response& response) {
            response.set_header("Api-Version", "1.41");
            response.set_content("OK", "text/plain");
        });
        server_.Post(R"(/v[\d.]+/containers/create)",
                     [this](const httplib::Request& request, httplib::Response& response) {
                         const std::lock_guard lock(mutex_);
                         const auto body = nlohmann::json::parse(request.body);
                         for (const auto& line : body.at("Env")) add(variables_, line.get<std::string>());
                         response.status = 201;
                         response.set_content(R"({"Id":"0","Warnings":[]})", "application/json");
                     });
        server_.bind_to_port(scratch_ / "socket", 80);
        thread_ = std::thread([this] { server_.listen_after_bind(); });
    }
    ListeningDaemon(const ListeningDaemon&) = delete;
    ListeningDaemon& operator=(const ListeningDaemon&) = delete;
    ~ListeningDaemon() {
        while (!server_.is_running()) std::this_thread::yield();
        server_.stop();
        thread_.join();
    }

    [[nodiscard]] std::string host() const { return "unix://" + scratch_ / "socket"; }
    [[nodiscard]] const std::string& directory() const { return scratch_.path(); }
    [[nodiscard]] Variables variables() {
        const std::lock_guard lock(mutex_);
        return variables_;
    }

  private:
    ScratchDirectory scratch_;
    httplib::Server server_;
    std::mutex mutex_;
    Variables variables_;
    std::thread thread_;
};

std::optional<Variables> read_with_docker(const std::string& program, const std::string& path) {
    ListeningDaemon daemon;
    const auto result = envfile::run_command({program,
                                              {"--config", daemon.directory(), "--host", daemon.host(),
                                               "create", "--pull=never", "--env-file", path, "image"},
                                              {"PATH=/usr/bin:/bin", "HOME=" + daemon.directory()}},
                                             Budget::lasting(60s));
    if (result && result->exit_code == 0) return daemon.variables();
    WARN("docker: " << (result ? result->errors : result.error().message));
    return std::nullopt;
}

EnvReader docker() {
    const auto found = envfile::find_program("docker");
    return {"docker",
            {Dialect::portable, Dialect::docker},
            false,
            found.has_value(),
            [found](const std::string& path) { return read_with_docker(*found, path); }};
}

}  // namespace

std::vector<EnvReader> real_env_readers() {
    std::vector<EnvReader> readers{shell("sh", "sh", {}, "C"),
                                   shell("dash", "dash", {}, "C.UTF-8"),
                                   shell("bash", "bash", {"--norc"}, "C"),
                                   shell("bash in UTF-8", "bash", {"--norc"}, "C.UTF-8"),
                                   shell("bash as sh", "bash", {"--posix"}, "C.UTF-8"),
                                   shell("busybox sh", "busybox", {"sh"}, "C"),
                                   compose(),
                                   systemd(),
                                   docker()};
    const auto nodes = node_programs();
    for (const std::string& program : nodes) readers.push_back(node(program));
    if (nodes.empty()) readers.push_back(node(""));
    return readers;
}

}  // namespace cowork::test
