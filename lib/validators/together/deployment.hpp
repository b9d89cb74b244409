#pragma once

#include "validators/compose/checks.hpp"
#include "validators/together/files.hpp"

#include <memory>
#include <string>
#include <vector>

namespace cowork::validators {

// A Compose file with what the run knows of its surroundings.
struct Deployment {
    Document* document = nullptr;
    const config::YamlNode* yaml = nullptr;
    std::string directory;
    ComposeVariables variables;
    std::vector<EnvDocument*> variable_files;  // where the variables come from
    ComposeFile file;
    std::vector<ComposeProduct> products;
    bool fragment = false;
    std::optional<rules::CloudTier> tier;
};

// One a Compose file.
[[nodiscard]] std::vector<std::unique_ptr<Deployment>> deployments_of(std::vector<Document>& documents,
                                                                      TogetherFiles& files,
                                                                      const Settings& settings);

// The themes of check_together().
void check_roles(const Deployment& deployment);
void check_shadowed(const Deployment& deployment);
void check_misread(const Deployment& deployment, const Settings& settings);
void check_reused_secrets(const std::vector<std::unique_ptr<Deployment>>& deployments, TogetherFiles& files);
// Env files that no Compose file reads: those of one directory are taken for those of one machine.
void check_neighbours(const std::vector<std::unique_ptr<Deployment>>& deployments, TogetherFiles& files);
// What the services' own rules say about the settings that each container gets to see.
void judge_deployments(const std::vector<std::unique_ptr<Deployment>>& deployments, const Settings& settings);

}  // namespace cowork::validators
