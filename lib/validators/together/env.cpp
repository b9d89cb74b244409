#include "rules/lenient.hpp"
#include "validators/together/deployment.hpp"

#include <unordered_set>

namespace cowork::validators {
namespace {

const config::EnvEntry* entry_of(const ComposeProduct& product, const std::string& key) {
    const config::EnvEntry* found = nullptr;
    for (const EnvDocument* env : product.environment.loaded)
        if (const config::EnvEntry* entry = env->file.find(key)) found = entry;
    return found;
}

// A value that its writer means to come from the env file.
bool is_shadow(const ComposeVariable& one, const ComposeVariables& variables) {
    return !one.inherited && !one.value.value.literal && one.value.value.name == one.key &&
           variables.find(one.key) == nullptr;
}

void check_service(const ComposeProduct& product, const Deployment& deployment) {
    if (product.environment.loaded.empty()) return;
    for (const ComposeVariable& one : product.service->environment) {
        if (!is_shadow(one, deployment.variables)) continue;
        const config::EnvEntry* entry = entry_of(product, one.key);
        if (entry == nullptr || entry->value.reveal() == one.value.text()) continue;
        deployment.document->findings->add(
            "together.env-file-shadowed", one.where, service_key(*product.service, "environment." + one.key),
            fmt::format("{} of the service {} is set in its env_file, but what stands here wins", one.key,
                        product.service->name));
    }
}

void check_file(EnvDocument& env) {
    const config::EnvFile meant = config::parse_env_file(env.document->input->text, env.document->path);
    std::size_t left = 200;  // each look-up costs the length of the file
    for (const config::EnvEntry& entry : meant.entries) {
        if (left-- == 0) return;
        const config::EnvEntry* read = env.file.find(entry.key);
        const config::EnvEntry* last = meant.find(entry.key);
        if (last != &entry || (read != nullptr && read->value.reveal() == entry.value.reveal())) continue;
        env.document->findings->add(
            "together.env-misread",
            env.document->findings->index().rest_of_line(entry.where.line, entry.where.column), entry.key,
            fmt::format("Compose does not read {} as the dialect {} does", entry.key,
                        config::to_string(meant.dialect)));
    }
}

}  // namespace

void check_shadowed(const Deployment& deployment) {
    for (const ComposeProduct& product : deployment.products) check_service(product, deployment);
}

void check_misread(const Deployment& deployment, const Settings& settings) {
    if (settings.reader) return;  // the operator says who reads it
    std::unordered_set<EnvDocument*> seen;
    for (const ComposeProduct& product : deployment.products)
        for (EnvDocument* env : product.environment.loaded)
            if (seen.insert(env).second) check_file(*env);
}

}  // namespace cowork::validators
