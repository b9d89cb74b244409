#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace cowork::validators {

// How bad it is: an error stops the deployment or opens it to others, a warning works but must not stay so,
// a note is worth knowing.
enum class Severity { error, warning, note };
inline constexpr std::array all_severities{Severity::error, Severity::warning, Severity::note};
[[nodiscard]] std::string_view to_string(Severity severity);

// Whether --fix can mend it.
enum class Fix {
    none,
    safe,      // mechanical: nothing that a reader takes for different
    generate,  // only with --generate: a new secret takes its place
};

// One rule, as it is documented. All texts are literals.
struct Rule {
    std::string_view id;                  // `compose.image-latest`
    Severity severity = Severity::error;  // where tier and intent say nothing else
    std::string_view title;               // what it objects to, in a few words, without a full stop
    std::string_view rationale;           // why: what happens when it is left so. Whole sentences
    std::string_view fix;                 // what to do. A whole sentence
    std::string_view tiers = {};  // how tier or intent change the severity, as a sentence; empty: not at all
    Fix mends = Fix::none;
    std::string_view product_code = {};  // under which the product's own repository checks the same
};

}  // namespace cowork::validators
