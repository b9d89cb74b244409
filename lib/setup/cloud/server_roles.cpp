#include "setup/cloud/server_roles.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cowork::setup {
namespace {

using rules::CloudRole;
using rules::CloudTier;

constexpr std::array roles{CloudRole::all_in_one, CloudRole::web, CloudRole::worker, CloudRole::scheduler};
constexpr std::array split{CloudRole::web, CloudRole::worker, CloudRole::scheduler};
constexpr std::array tiers{CloudTier::local, CloudTier::self_host_beta, CloudTier::private_beta,
                           CloudTier::public_production};

constexpr std::string_view default_file = ".env.cloud";

template <typename Enum, std::size_t N>
std::optional<Enum> named(const std::array<Enum, N>& all, std::string_view name) {
    const auto found = std::find_if(all.begin(), all.end(), [&](Enum e) { return to_string(e) == name; });
    return found == all.end() ? std::nullopt : std::optional(*found);
}

std::string key(std::string_view name) { return std::string(rules::cloud_prefix) + std::string(name); }

class Chooser {
  public:
    Chooser(const Answers& answers, const Surroundings& surroundings)
        : answers_(answers), surroundings_(surroundings) {}

    CloudRoles choose() {
        look();
        std::vector<CloudRole> chosen = said();
        if (chosen.empty() && chosen_.problems.empty()) chosen = by_files();
        tier(chosen);
        if (chosen.empty()) chosen = by_tier();
        if (chosen_.problems.empty()) check(chosen);
        if (chosen_.problems.empty()) place(chosen);
        if (chosen_.problems.empty()) leave_siblings();
        return std::move(chosen_);
    }

  private:
    struct Existing {
        std::string path;
        CloudRole role;
        config::Config config;

        [[nodiscard]] bool split() const { return role != CloudRole::all_in_one; }
        [[nodiscard]] std::string tier() const {
            return std::string(trimmed(config.text(key("DEPLOYMENT_TIER"))));
        }
    };

    void refuse(std::string_view flag, std::string message, std::string remedy) {
        chosen_.problems.push_back(
            {ErrorCode::usage, std::move(message), std::move(remedy), {std::string(flag), 0, 0, {}}});
    }

    // The files of this Cloud that are there. One that cannot be read is the builder's matter.
    void look() {
        std::vector<std::string> paths;
        if (!surroundings_.output.empty()) paths.push_back(surroundings_.output);
        paths.push_back(place_of(default_file));
        for (const CloudRole role : split) paths.push_back(role_path(role));
        for (const std::string& path : paths) {
            auto config = surroundings_.existing(path);
            if (!config || config->settings().empty()) continue;
            const auto role = named(roles, trimmed(config->text(key("ROLE"))));
            existing_.push_back({path, role.value_or(CloudRole::all_in_one), std::move(*config)});
        }
    }

    // Beside --output, if that is given.
    [[nodiscard]] std::string place_of(std::string_view name) const {
        const auto slash = surroundings_.output.rfind('/');
        if (surroundings_.output.empty()) return surroundings_.place(name);
        return slash == std::string::npos ? std::string(name)
                                          : surroundings_.output.substr(0, slash + 1) + std::string(name);
    }
    [[nodiscard]] std::string role_path(CloudRole role) const {
        return place_of(fmt::format("{}.{}", default_file, to_string(role)));
    }
    [[nodiscard]] const Existing* at(const std::string& path) const {
        const auto found = std::find_if(existing_.begin(), existing_.end(),
                                        [&](const Existing& file) { return file.path == path; });
        return found == existing_.end() ? nullptr : &*found;
    }

    [[nodiscard]] std::string_view said_tier() const {
        const Secret* set = answers_.find_set(key("DEPLOYMENT_TIER"));
        return trimmed(set == nullptr ? answers_.text("--tier") : set->reveal());
    }

    // The tier that is said, else that of a file that will be changed, or stands beside it.
    void tier(const std::vector<CloudRole>& chosen) {
        std::string said(said_tier());
        const bool splits = !chosen.empty() && chosen.front() != CloudRole::all_in_one;
        for (const Existing& file : existing_) {
            const bool same =
                splits ? file.split() : std::find(chosen.begin(), chosen.end(), file.role) != chosen.end();
            if (said.empty() && same) said = file.tier();
        }
        if (said.empty()) return;
        if (const auto tier = named(tiers, said)) {
            chosen_.tier = *tier;
        } else {
            refuse("--tier", "--tier is none of local, self_host_beta, private_beta and public_production",
                   "leave it out for a server on this machine alone");
        }
    }

    std::vector<CloudRole> said() {
        std::vector<std::string> names = answers_.all("--role");
        if (const Secret* set = answers_.find_set(key("ROLE")); set != nullptr && names.empty())
            names.emplace_back(trimmed(set->reveal()));
        std::vector<CloudRole> chosen;
        for (const std::string& name : names) {
            const auto role = named(roles, name);
            if (role) {
                chosen.push_back(*role);
            } else {
                refuse("--role", fmt::format("--role: '{}' is no role of the Cloud's server", name),
                       "the roles are all-in-one, web, worker and scheduler");
            }
        }
        return chosen;
    }

    // Without --role the files that are there say it.
    std::vector<CloudRole> by_files() {
        std::vector<CloudRole> chosen;
        if (!surroundings_.output.empty()) {
            if (const Existing* file = at(surroundings_.output)) chosen.push_back(file->role);
            return chosen;
        }
        for (const CloudRole role : split)
            if (at(role_path(role)) != nullptr) chosen.push_back(role);
        if (!chosen.empty() || answers_.evaluate) return chosen;
        const Existing* file = at(place_of(default_file));
        // A whole Cloud that is there, such as a trial, does not grow into production.
        const bool apart = said_tier() == to_string(CloudTier::public_production);
        if (file != nullptr && (file->split() || !apart)) chosen.push_back(file->role);
        return chosen;
    }

    std::vector<CloudRole> by_tier() {
        if (chosen_.tier == CloudTier::public_production && surroundings_.output.empty())
            return {split.begin(), split.end()};
        return {CloudRole::all_in_one};
    }

    void check(const std::vector<CloudRole>& chosen) {
        const bool whole = std::find(chosen.begin(), chosen.end(), CloudRole::all_in_one) != chosen.end();
        if (whole && chosen.size() > 1)
            refuse("--role", "--role all-in-one runs every role in one process, so no other stands beside it",
                   "name web, worker and scheduler, or all-in-one alone");
        if (whole && chosen_.tier == CloudTier::public_production)
            refuse("--role", "--role all-in-one is not for public_production, which needs separate processes",
                   "use --role web,worker,scheduler");
        if (chosen.size() > 1 && !surroundings_.output.empty())
            refuse("--output", "--output names one file, and each of several roles has its own",
                   "name a directory with --directory, or one role");
        if (answers_.evaluate && chosen_.tier != CloudTier::local)
            refuse("--evaluate",
                   fmt::format("--evaluate is for the local tier, and this is {}", to_string(chosen_.tier)),
                   "leave out --evaluate, or add --tier local");
        if (answers_.evaluate && !(whole && chosen.size() == 1))
            refuse("--evaluate", "--evaluate tries the whole Cloud in one process", "leave out --role");
    }

    void place(const std::vector<CloudRole>& chosen) {
        for (const CloudRole role : chosen) {
            std::string path = surroundings_.output;
            // A role of its own keeps the file that an earlier run gave it.
            if (path.empty() && (chosen.size() > 1 || at(role_path(role)) != nullptr)) path = role_path(role);
            if (path.empty()) path = place_of(default_file);
            const Existing* there = at(path);
            const bool named_role = there != nullptr && !trimmed(there->config.text(key("ROLE"))).empty();
            if (named_role && there->role != role)
                refuse("--role",
                       fmt::format("{} is the file of role {}, and --role is {}", path,
                                   to_string(there->role), to_string(role)),
                       "name another file with --output, or all roles at once");
            chosen_.files.push_back({role, std::move(path)});
        }
    }

    // The other roles of the same Cloud: a whole one, or one of another tier, is another Cloud.
    void leave_siblings() {
        if (chosen_.files.front().role == CloudRole::all_in_one) return;
        for (Existing& file : existing_) {
            const bool written =
                std::any_of(chosen_.files.begin(), chosen_.files.end(),
                            [&](const CloudRoleFile& chosen) { return chosen.path == file.path; });
            const auto tier = file.tier();
            const bool same = (tier.empty() ? "local" : tier) == to_string(chosen_.tier);
            if (!written && file.split() && same)
                chosen_.siblings.push_back({file.path, std::move(file.config)});
        }
    }

    const Answers& answers_;
    const Surroundings& surroundings_;
    std::vector<Existing> existing_;
    CloudRoles chosen_;
};

}  // namespace

CloudRoles choose_cloud_roles(const Answers& answers, const Surroundings& surroundings) {
    return Chooser(answers, surroundings).choose();
}

}  // namespace cowork::setup
