#include "setup/cloud/server.hpp"

#include "core/text.hpp"
#include "secrets/strength.hpp"
#include "setup/builder.hpp"
#include "setup/cloud/server_missing.hpp"
#include "setup/cloud/server_roles.hpp"
#include "setup/cloud/server_steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

namespace cowork::setup {
namespace {

using rules::CloudRole;
using rules::CloudTier;

constexpr std::string_view two_weeks = "1209600000";
constexpr std::string_view system_root = "/var/lib/open-cowork/cloud";

std::string evaluation_root(const Surroundings& surroundings) {
    if (surroundings.root) return std::string(system_root);
    if (const auto data = surroundings.variable("XDG_DATA_HOME"); data && data->starts_with('/'))
        return fmt::format("{}/open-cowork/cloud", *data);
    if (const auto home = surroundings.variable("HOME"); home && home->starts_with('/'))
        return fmt::format("{}/.local/share/open-cowork/cloud", *home);
    return std::string(system_root);
}

// One role's file while it is put together.
struct RoleFile {
    CloudRole role;
    EnvBuilder env;

    [[nodiscard]] bool web() const { return runs_web(role); }
    [[nodiscard]] bool execution() const { return runs_execution(role); }
    // A secret of its own, or where it is kept.
    [[nodiscard]] bool has_secret(std::string_view name) const {
        return env.has(name) || env.has(std::string(name) + "_REF");
    }
};

class CloudServerPlanner {
  public:
    CloudServerPlanner(const Answers& answers, const Surroundings& surroundings)
        : answers_(answers), surroundings_(surroundings), roles_(choose_cloud_roles(answers, surroundings)) {}

    Planned plan() {
        if (!roles_.problems.empty()) return tl::unexpected(std::move(roles_.problems));
        for (const CloudRoleFile& file : roles_.files)
            files_.push_back({file.role, EnvBuilder(rules::cloud_server(), cloud_server_options(), answers_,
                                                    surroundings_, file.path)});
        for (RoleFile& file : files_) {
            replace_secrets(file);
            sign_in(file);
        }
        share();
        for (RoleFile& file : files_) {
            leave_out(file);
            presets(file);
        }
        share_secrets();
        for (RoleFile& file : files_) miss_cloud_settings(file.env, file.role, roles_.tier);
        return finish();
    }

  private:
    [[nodiscard]] bool production() const { return roles_.tier == CloudTier::public_production; }
    [[nodiscard]] bool local() const { return roles_.tier == CloudTier::local; }
    [[nodiscard]] bool reads(CloudRole role, std::string_view name) const {
        return cloud_role_reads(role, roles_.tier, name);
    }

    // Of a secret and the reference to one, what is said now takes the other's place.
    static void replace_secrets(RoleFile& file) {
        for (const std::string_view name :
             {"SECRET_KEY", "COOKIE_SECRET", "HEADER_AUTH_SECRET", "OIDC_CLIENT_SECRET", "INTERNAL_TOKEN"}) {
            const std::string reference = std::string(name) + "_REF";
            if (file.env.said(reference) && !file.env.said(name)) file.env.drop(name);
            if (file.env.said(name) && !file.env.said(reference)) file.env.drop(reference);
        }
    }

    // What the roles have in common and only some files have yet. Where two files differ, nobody can know
    // which is right.
    void share() {
        for (const rules::Key& key : rules::cloud_server().keys) {
            if (key.bare || !shared_by_cloud_roles(key.name)) continue;
            std::string value, where;
            const auto compare = [&](std::string_view text, const std::string& path) {
                if (text.empty()) return;
                if (value.empty()) {
                    value = std::string(text);
                    where = path;
                } else if (text != value) {
                    differ(key, where, path);
                }
            };
            for (std::size_t i = 0; i < files_.size(); ++i)
                compare(files_[i].env.text(key.name), roles_.files[i].path);
            // What is said now changes the files that are planned; another one is left as it is.
            const bool said = !files_.empty() && files_.front().env.said(key.name);
            for (const CloudSibling& sibling : roles_.siblings)
                if (!replaced(key.name))
                    compare(trimmed(sibling.config.text(rules::cloud_server().full_name(key))), sibling.path);
            if (said && value != files_.front().env.text(key.name)) continue;
            for (RoleFile& file : files_)
                if (!value.empty() && !file.env.has(key.name) && reads(file.role, key.name))
                    file.env.put(key.name, Secret(value), Origin::existing);
            cleanse(value);
        }
    }

    // Whether the operator now says the secret where the files have its reference, or the other way round.
    [[nodiscard]] bool replaced(std::string_view name) const {
        constexpr std::string_view suffix = "_REF";
        const std::string other = name.ends_with(suffix)
                                      ? std::string(name.substr(0, name.size() - suffix.size()))
                                      : std::string(name) + std::string(suffix);
        const auto& service = rules::cloud_server();
        return service.find(service.full_name(other)) != nullptr && files_.front().env.said(other);
    }

    void differ(const rules::Key& key, const std::string& one, const std::string& other) {
        const auto options = cloud_server_options();
        const auto option = std::find_if(options.begin(), options.end(),
                                         [&](const Option& row) { return row.key == key.name; });
        const std::string flag =
            option == options.end() ? fmt::format("--set {}", key.name) : std::string(option->flag);
        files_.front().env.refuse(
            flag,
            fmt::format("{} is not the same in {} and {}, and all roles of one Cloud need the same",
                        rules::cloud_server().full_name(key), one, other),
            fmt::format("say with {} which is right, for both roles at once", flag));
    }

    // An option is for the roles that read it; where none does, the operator knows better.
    void leave_out(RoleFile& file) {
        for (const rules::Key& key : rules::cloud_server().keys) {
            if (key.bare || reads(file.role, key.name)) continue;
            const bool elsewhere = std::any_of(files_.begin(), files_.end(), [&](const RoleFile& other) {
                return reads(other.role, key.name);
            });
            const bool inherited =
                key.secret() && surroundings_.variable(rules::cloud_server().full_name(key)).has_value();
            if ((file.env.said(key.name) && elsewhere) || inherited) file.env.drop(key.name);
        }
    }

    void presets(RoleFile& file) {
        EnvBuilder& env = file.env;
        env.put("ROLE", Secret(to_string(file.role)), role_origin(env));
        env.preset("DEPLOYMENT_TIER", to_string(roles_.tier));
        // A reverse proxy on the same machine reaches it; without sign-in nobody else may.
        if (env.fresh() || (file.web() && env.effective("AUTH_MODE") == "none"))
            env.preset("HOST", "127.0.0.1");
        if (env.said("TRUSTED_PROXY_CIDRS")) env.preset("TRUST_PROXY_HEADERS", "true");
        if (env.fresh())
            env.preset("ROOT", answers_.evaluate ? evaluation_root(surroundings_) : std::string(system_root));
        if (file.web()) env.spell_out("PORT");
        // Two ports, because both may run on one machine.
        if (env.fresh() && file.role == CloudRole::worker) env.preset("LIVENESS_PORT", "8788");
        if (env.fresh() && file.role == CloudRole::scheduler) env.preset("LIVENESS_PORT", "8789");
        if (file.role == CloudRole::web) env.preset("AUTO_PROCESS_COMMANDS", "false");
        isolation(file);
        if (production()) production_presets(file);
        if (answers_.evaluate) evaluation(env);
    }

    // Who says the role: an option, or the file that is there.
    [[nodiscard]] Origin role_origin(const EnvBuilder& env) const {
        if (env.has("ROLE") && !env.said("ROLE")) return Origin::existing;
        return answers_.has("--role") || env.said("ROLE") ? Origin::option : Origin::preset;
    }

    // What is said of one way to sign in says the way.
    void sign_in(RoleFile& file) {
        EnvBuilder& env = file.env;
        if (!reads(file.role, "AUTH_MODE")) return;
        if (env.has("OIDC_ISSUER_URL")) env.preset("AUTH_MODE", "oidc");
        if (file.has_secret("HEADER_AUTH_SECRET")) env.preset("AUTH_MODE", "header");
    }

    void isolation(RoleFile& file) {
        if (!file.execution()) return;
        EnvBuilder& env = file.env;
        if (answers_.evaluate && !env.has("ISOLATION_IMAGE"))
            env.preset("EXECUTION_ISOLATION_MODE", "development-process");
        env.spell_out("EXECUTION_ISOLATION_MODE");
        if (env.said("ISOLATION_NETWORK_NAME") || env.said("ISOLATION_EGRESS_POLICY_ID"))
            env.preset("ISOLATION_NETWORK_POLICY", "restricted");
        if (env.effective("EXECUTION_ISOLATION_MODE") == "sandbox") env.spell_out("ISOLATION_NETWORK_POLICY");
        if (local() && env.effective("EXECUTION_ISOLATION_MODE") != "development-process")
            env.preset("WORKER_ID", "worker-1");
        const std::string_view store = env.effective("OBJECT_STORE_KIND");
        if (file.role == CloudRole::worker && store != "filesystem")
            env.preset("CHECKPOINTS_ENABLED", "true");
    }

    // contract/cloud.md section 7.2, rules 5, 8, 11, 12 and 15.
    void production_presets(RoleFile& file) {
        EnvBuilder& env = file.env;
        env.preset("RUN_MIGRATIONS", "false");
        env.preset("RETENTION_SESSION_EVENT_MS", two_weeks);
        env.preset("RETENTION_WORKSPACE_EVENT_MS", two_weeks);
        if (file.web()) env.preset("SIGNUP_MODE", "invite");
        if (file.execution()) env.preset("CHECKPOINTS_ENABLED", "true");
    }

    static void evaluation(EnvBuilder& env) {
        for (const std::string_view name : {"AUTH_MODE", "OBJECT_STORE_KIND"}) env.spell_out(name);
    }

    // One secret for all files that read it, from whichever has it, else a new one.
    void share_secrets() {
        generate("SECRET_KEY", [](const RoleFile&) { return true; });
        generate("COOKIE_SECRET", [](const RoleFile& file) { return file.web() || file.execution(); });
        generate("HEADER_AUTH_SECRET",
                 [](const RoleFile& file) { return file.env.text("AUTH_MODE") == "header"; });
    }

    template <typename Wanted>
    void generate(std::string_view name, Wanted wanted) {
        const std::string reference = std::string(name) + "_REF";
        const bool kept = std::any_of(files_.begin(), files_.end(),
                                      [&](const RoleFile& file) { return file.env.has(reference); });
        if (kept) return;
        Secret fresh;
        for (RoleFile& file : files_) {
            if (file.env.has(name) || !wanted(file) || !reads(file.role, name)) continue;
            if (fresh.empty()) fresh = generate_secret();
            file.env.put(name, fresh.clone(), Origin::generated);
        }
    }

    Planned finish() {
        Plan plan;
        plan.intent = catalogue::Intent::cloud_connect;
        std::vector<Error> problems;
        for (RoleFile& file : files_) {
            const std::string root(file.env.text("ROOT"));
            auto finished = file.env.finish();
            for (Error& problem : file.env.take_problems()) {
                // Said once, however many roles lack it.
                const bool told = std::any_of(problems.begin(), problems.end(), [&](const Error& earlier) {
                    return earlier.message == problem.message;
                });
                if (!told) problems.push_back(std::move(problem));
            }
            for (Note& note : file.env.take_notes()) plan.notes.push_back(std::move(note));
            if (!finished) continue;
            plan.env_files.push_back(std::move(*finished));
            if (answers_.evaluate) plan.directories.push_back({root, "for the server's local state"});
        }
        if (!problems.empty()) return tl::unexpected(std::move(problems));
        add_cloud_server_steps(plan, answers_.evaluate);
        return plan;
    }

    const Answers& answers_;
    const Surroundings& surroundings_;
    CloudRoles roles_;
    std::deque<RoleFile> files_;
};

}  // namespace

Planned plan_cloud_server(const Answers& answers, const Surroundings& surroundings) {
    return CloudServerPlanner(answers, surroundings).plan();
}

}  // namespace cowork::setup
