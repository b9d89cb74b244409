#include "validators/together/deployment.hpp"

#include <algorithm>
#include <unordered_set>

namespace cowork::validators {
namespace {

using Names = std::unordered_set<std::string>;

bool in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The variables that a Compose file names.
Names names_in(std::string_view text) {
    Names names;
    for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at + 1)) {
        std::size_t begin = at + 1;
        if (begin < text.size() && text[begin] == '{') ++begin;
        std::size_t end = begin;
        while (end < text.size() && in_name(text[end])) ++end;
        if (end > begin) names.emplace(text.substr(begin, end - begin));
    }
    return names;
}

void take_variables(Deployment& deployment, EnvDocument& from) {
    deployment.variable_files.push_back(&from);
    deployment.variables.complete = true;
    for (const config::EnvEntry& entry : from.file.entries)
        deployment.variables.values[entry.key] = std::string(entry.value.reveal());
}

bool sets_one_of(const EnvDocument& env, const Names& names) {
    return std::any_of(env.file.entries.begin(), env.file.entries.end(),
                       [&](const config::EnvEntry& entry) { return names.find(entry.key) != names.end(); });
}

// `.env`; without one the single other env file beside the Compose file that sets what it names, as
// `docker compose --env-file` would be given.
void find_variables(Deployment& deployment, TogetherFiles& files) {
    if (deployment.directory.empty()) return;
    if (EnvDocument* own = files.env_file(deployment.directory + "/.env"); own != nullptr)
        return take_variables(deployment, *own);
    const std::vector<EnvDocument*> beside = files.env_files_in(deployment.directory);
    if (beside.empty()) return;
    const Names names = names_in(deployment.document->input->text);
    const ComposeFile plain = read_compose(*deployment.yaml, {});
    Names loaded;
    for (const ComposeService& service : plain.services)
        for (const ComposeEnvFile& one : service.env_files)
            loaded.insert(absolute_path(deployment.directory + "/" + one.path.text()));
    std::vector<EnvDocument*> suited;
    for (EnvDocument* env : beside)
        if (loaded.find(absolute_path(env->document->path)) == loaded.end() && sets_one_of(*env, names))
            suited.push_back(env);
    if (suited.size() == 1) take_variables(deployment, *suited.front());
}

// compose.override.yaml and its like.
bool is_override(const std::string& path) {
    return std::string(name_of(path)).find(".override.") != std::string::npos;
}

std::unique_ptr<Deployment> read_deployment(Document& document, TogetherFiles& files) {
    auto deployment = std::make_unique<Deployment>();
    deployment->document = &document;
    deployment->yaml = document.input->yaml->documents().front();
    deployment->directory = directory_of(absolute_path(document.path));
    find_variables(*deployment, files);
    deployment->file = read_compose(*deployment->yaml, deployment->variables);
    deployment->products = products_of(deployment->file, files, deployment->directory);
    deployment->fragment = is_override(document.path) || document.input->yaml->documents().size() > 1;
    return deployment;
}

std::optional<rules::CloudTier> tier_of(const Deployment& deployment, const Settings& settings) {
    std::optional<rules::CloudTier> found;
    for (const ComposeProduct& product : deployment.products) {
        if (!product.is_cloud()) continue;
        const auto named = product.value("DEPLOYMENT_TIER");
        if (!named) return std::nullopt;
        const bool set = product.environment.places.find(product.kind->full_name("DEPLOYMENT_TIER")) !=
                         product.environment.places.end();
        const rules::CloudTier tier = set ? product.cloud.tier : settings.tier.value_or(product.cloud.tier);
        found = std::max(found.value_or(tier), tier);
    }
    return found ? found : settings.tier;
}

bool is_whole(const ComposeService& service) { return service.image || service.builds || service.extends; }

// A file that only adds to the services of another one in its directory, as `-f base.yaml -f more.yaml` has
// it.
bool adds_to(const Deployment& one, const Deployment& other) {
    return &one != &other && !one.directory.empty() && one.directory == other.directory &&
           std::any_of(one.file.services.begin(), one.file.services.end(),
                       [&](const ComposeService& service) {
                           const ComposeService* base = other.file.find(service.name);
                           return !is_whole(service) && base != nullptr && is_whole(*base);
                       });
}

void mark_fragments(std::vector<std::unique_ptr<Deployment>>& deployments) {
    constexpr std::size_t most = 200;  // each is compared with each other
    if (deployments.size() > most) return;
    for (const auto& one : deployments)
        one->fragment =
            one->fragment || std::any_of(deployments.begin(), deployments.end(),
                                         [&](const auto& other) { return adds_to(*one, *other); });
}

// The other file's settings count as well, and which of them win is told where both are read.
void add_environment(const ComposeService& more, ComposeEnvironment& environment) {
    if (more.extends || !more.env_files.empty()) environment.complete = false;
    for (const ComposeVariable& one : more.environment) environment.unknown.insert(one.key);
}

// What one file says about a service of another in the same directory is not the whole of it.
void mark_completed(std::vector<std::unique_ptr<Deployment>>& deployments) {
    for (const auto& overriding : deployments) {
        if (!overriding->fragment || overriding->directory.empty()) continue;
        for (const auto& base : deployments) {
            if (base->fragment || base->directory != overriding->directory) continue;
            for (ComposeProduct& product : base->products)
                if (const ComposeService* more = overriding->file.find(product.service->name))
                    add_environment(*more, product.environment);
        }
    }
}

}  // namespace

std::vector<std::unique_ptr<Deployment>> deployments_of(std::vector<Document>& documents,
                                                        TogetherFiles& files, const Settings& settings) {
    std::vector<std::unique_ptr<Deployment>> deployments;
    for (Document& document : documents) {
        if (!document.input || !document.findings || document.input->kind != Kind::compose ||
            !document.input->yaml || document.input->yaml->documents().empty())
            continue;
        deployments.push_back(read_deployment(document, files));
    }
    mark_fragments(deployments);
    mark_completed(deployments);
    for (const auto& one : deployments) one->tier = tier_of(*one, settings);
    return deployments;
}

}  // namespace cowork::validators
