#include "checks/configuration_layers.hpp"

#include "checks/env_file_layers.hpp"

namespace cowork::checks {
namespace {

report::Probe as_probe(const Context& context, const rules::Violation& violation) {
    report::Probe probe;
    probe.id = "rule";
    probe.status = violation.status;
    probe.reason_code = violation.reason_code;
    probe.summary = violation.source.known()
                        ? context.redactor.text("{}: {}; {}", violation.source.place(), violation.message,
                                                violation.remedy)
                        : context.redactor.text("{}; {}", violation.message, violation.remedy);
    return probe;
}

}  // namespace

Finding broken_rules(Layers& layers, const Context& context, const std::vector<rules::Violation>& problems) {
    const rules::Violation* first = &problems.front();
    for (const auto& problem : problems)
        if (severity(problem.status) > severity(first->status)) first = &problem;
    layers.source(first->source);
    Finding finding =
        layers.broke("rules", first->status, first->reason_code,
                     problems.size() == 1
                         ? context.redactor.text("{}", first->message)
                         : context.redactor.text("{} (and {} more)", first->message, problems.size() - 1));
    finding.action = context.redactor.text("{}", first->remedy);
    finding.probes.clear();
    for (const auto& problem : problems) finding.probes.push_back(as_probe(context, problem));
    return finding;
}

void add_unreadable_lines(std::vector<rules::Violation>& problems, const Context& context,
                          bool of_the_cloud) {
    for (const auto& diagnostic : context.env_diagnostics)
        if (only_the_cloud_reads(context, diagnostic.where.file) == of_the_cloud)
            problems.push_back({"configuration.unreadable-line", Status::degraded, diagnostic.where.key,
                                diagnostic.message, "correct the line", diagnostic.where});
}

}  // namespace cowork::checks
