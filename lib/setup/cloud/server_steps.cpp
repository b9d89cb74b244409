#include "setup/cloud/server_steps.hpp"

#include "core/shell_quote.hpp"
#include "core/text.hpp"
#include "rules/cloud_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace cowork::setup {
namespace {

class Steps {
  public:
    explicit Steps(Plan& plan) : plan_(plan) {}

    void add(bool evaluate) {
        for (const EnvFile& file : plan_.env_files) {
            const config::Config config = file.as_config();
            const rules::CloudView view = rules::view_cloud(config);
            if (runs_execution(view.role)) execution(file, view);
        }
        const EnvFile& first = plan_.env_files.front();
        if (evaluate || value(first, "CONTROL_PLANE_URL").empty()) memory();
        migrations(first);
        sign_in();
        proxy();
        start();
    }

  private:
    static std::string value(const EnvFile& file, std::string_view name) {
        const std::string full = rules::cloud_server().full_name(name);
        const auto text = trimmed(file.text(full));
        return std::string(text.empty() ? rules::cloud_server().find(full)->fallback : text);
    }
    // The file of the role that serves HTTP; null when none is planned.
    [[nodiscard]] const EnvFile* web() const {
        const auto found =
            std::find_if(plan_.env_files.begin(), plan_.env_files.end(), [](const EnvFile& file) {
                const auto role = value(file, "ROLE");
                return role == "web" || role == "all-in-one";
            });
        return found == plan_.env_files.end() ? nullptr : &*found;
    }

    void step(std::string text, std::string command = {}) {
        plan_.steps.push_back({std::move(text), std::move(command)});
    }

    void execution(const EnvFile& file, const rules::CloudView& view) {
        if (view.isolation == "development-process") {
            plan_.notes.push_back({false,
                                   "OpenCode will run unprotected beside the server, with the server's own "
                                   "rights: for trying it "
                                   "out yourself, on a machine that holds nothing of value",
                                   "name a sandbox with --isolation-mode sandbox, --isolation-image and "
                                   "--isolation-image-sha256"});
            return;
        }
        step(
            "Let the worker's user reach Docker, which starts a container for each session, and see that the "
            "image is there with the digest that the file names",
            fmt::format("docker image inspect --format '{{{{.Id}}}} {{{{.RepoDigests}}}}' {}",
                        shell_word(value(file, "ISOLATION_IMAGE"))));
        if (value(file, "ISOLATION_NETWORK_POLICY") == "restricted")
            step("Make the sandbox's network, unless it is there",
                 fmt::format(
                     "docker network create --internal --label open-cowork.isolation=true --label {} {}",
                     shell_word("open-cowork.egress_policy=" + value(file, "ISOLATION_EGRESS_POLICY_ID")),
                     shell_word(value(file, "ISOLATION_NETWORK_NAME"))));
        if (view.role == rules::CloudRole::worker)
            step("For each further worker take a copy of the file, with another WORKER_ID and LIVENESS_PORT");
    }

    void memory() {
        const EnvFile& file = plan_.env_files.front();
        if (!trimmed(file.text("OPEN_COWORK_CLOUD_CONTROL_PLANE_URL")).empty()) return;
        plan_.notes.push_back({true, "the Cloud's state lives in memory: nothing survives a restart",
                               "name a Postgres with --database-url"});
    }

    // Nobody migrates by themselves where the roles do not.
    void migrations(const EnvFile& file) {
        const std::string choice = lowered(value(file, "RUN_MIGRATIONS"));
        if (choice == "true" || choice == "1" || choice == "yes" || choice == "on") return;
        step(
            "Migrate the database before the first start and before each new version, from the same image: "
            "the "
            "roles do not (RUN_MIGRATIONS is false). The job takes OPEN_COWORK_CLOUD_CONTROL_PLANE_URL of a "
            "login that may change the schema, which is not the roles' own",
            "pnpm cloud:migrate:start");
    }

    void sign_in() {
        const EnvFile* file = web();
        if (file == nullptr) return;
        const std::string mode = value(*file, "AUTH_MODE");
        const std::string url = value(*file, "PUBLIC_URL");
        if (mode == "oidc" && !url.empty())
            step(fmt::format("Register {}{} as the client's redirect address at the identity provider",
                             url.ends_with('/') ? url.substr(0, url.size() - 1) : url,
                             value(*file, "OIDC_CALLBACK_PATH")));
        if (mode == "header")
            step(
                "Let the proxy send the secret of HEADER_AUTH_SECRET, and sign with it the headers that name "
                "a "
                "person");
    }

    void proxy() {
        const EnvFile* file = web();
        if (file == nullptr || value(*file, "PUBLIC_URL").empty()) return;
        const config::Config config = file->as_config();
        step(fmt::format("Let the reverse proxy pass {} on to {}", value(*file, "PUBLIC_URL"),
                         rules::view_cloud(config).local_url()));
    }

    void start() {
        for (const EnvFile& file : plan_.env_files)
            step(fmt::format("Start the server as {} from its image or checkout, with {} as its environment",
                             value(file, "ROLE"), file.path),
                 "pnpm cloud:start");
    }

    Plan& plan_;
};

}  // namespace

void add_cloud_server_steps(Plan& plan, bool evaluate) { Steps(plan).add(evaluate); }

}  // namespace cowork::setup
