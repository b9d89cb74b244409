#include "validators/together/together.hpp"

#include "validators/kubernetes/checks.hpp"
#include "validators/together/deployment.hpp"

#include <algorithm>
#include <exception>

namespace cowork::validators {
namespace {

void check_deployment(const Deployment& deployment, const Settings& settings) {
    ComposeContext::Told told;
    const ComposeContext context{*deployment.document->input,
                                 settings,
                                 *deployment.document->findings,
                                 deployment.file,
                                 deployment.variables,
                                 deployment.products,
                                 deployment.fragment,
                                 deployment.tier,
                                 deployment.directory,
                                 &told};
    check_compose_images(context);
    check_compose_variables(*deployment.yaml, context);
    check_compose_definitions(*deployment.yaml, context);
    check_compose_env_files(context);
    check_compose_ports(context);
    check_compose_privileges(context);
    check_compose_mounts(context);
    check_compose_dependencies(context);
    check_compose_health(context);
    check_compose_peers(context);
    check_compose_replicas(context);
    check_roles(deployment);
    check_shadowed(deployment);
    check_misread(deployment, settings);
}

// A defect of ours in one file must not cost the report of the others.
void guarded(Document& document, const std::function<void()>& check) {
    try {
        check();
    } catch (const std::exception& problem) {
        document.failure = problem.what();
    }
}

bool has_network_policy(const Document& document) {
    if (!document.input || document.input->kind != Kind::kubernetes || !document.input->yaml) return false;
    const auto& documents = document.input->yaml->documents();
    return std::any_of(documents.begin(), documents.end(), [](const config::YamlNode* one) {
        const config::YamlNode* kind = one->find("kind");
        return kind != nullptr && kind->text == "NetworkPolicy";
    });
}

// Manifests are often a file each: a policy in another one selects pods as well.
void settle_network_policies(std::vector<Document>& documents) {
    constexpr std::string_view missing = "kubernetes.network-policy-missing";
    std::vector<std::unique_ptr<Manifests>> kept;
    std::vector<const Manifests*> with_policies;
    for (const Document& document : documents)
        if (has_network_policy(document)) {
            kept.push_back(std::make_unique<Manifests>(*document.input->yaml));
            with_policies.push_back(kept.back().get());
        }
    if (with_policies.empty()) return;
    for (Document& document : documents) {
        if (!document.findings || !document.input || document.input->kind != Kind::kubernetes ||
            !document.input->yaml || !document.findings->holds(missing, "metadata.name"))
            continue;
        if (select_all_pods(with_policies, Manifests(*document.input->yaml)))
            document.findings->withdraw(
                [&](std::string_view rule, std::string_view) { return rule == missing; });
    }
}

}  // namespace

void check_together(std::vector<Document>& documents, const Settings& settings) {
    if (documents.empty()) return;
    guarded(documents.front(), [&] { settle_network_policies(documents); });
    guarded(documents.front(), [&] {
        TogetherFiles files(documents);
        const auto deployments = deployments_of(documents, files, settings);
        for (const auto& one : deployments)
            guarded(*one->document, [&] { check_deployment(*one, settings); });
        judge_deployments(deployments, settings);
        check_reused_secrets(deployments, files);
        check_neighbours(deployments, files);
    });
}

}  // namespace cowork::validators
