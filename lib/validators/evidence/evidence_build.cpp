#include "validators/evidence/evidence_build.hpp"

#include "validators/evidence/evidence_forms.hpp"

#include <fmt/format.h>

namespace cowork::validators {

void check_build(EvidenceJudge& judge, const Part& evidence, const std::vector<std::string_view>& services,
                 Severity severity) {
    std::vector<std::string> missing;
    const auto check = [&](const Part& part, bool (*has_form)(std::string_view), std::string_view form) {
        const std::string text = part.text(), name = config::dotted(part.pointer());
        if (!part.there() || (part.is_text() && is_unfilled(text))) {
            missing.push_back(name);
        } else if (!has_form(text)) {
            judge.add("build-form", part, fmt::format("{} is not {}", name, form));
        } else if (is_made_up(text)) {
            judge.add("build-form", part, fmt::format("{} is nothing that a tool computes", name));
        }
    };
    check(evidence.at("commitSha"), is_commit_sha, "a commit of 40 hexadecimal digits");
    for (const std::string_view service : services)
        check(evidence.at("imageDigests").at(service), is_image_digest, "sha256: and 64 hexadecimal digits");
    if (!missing.empty())
        judge.add("no-build", evidence,
                  fmt::format("it does not say which build it is of: {}", fmt::join(missing, ", ")), {},
                  severity);
}

}  // namespace cowork::validators
