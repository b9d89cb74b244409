#pragma once

#include "core/line_index.hpp"
#include "rules/service.hpp"
#include "secrets/redactor.hpp"
#include "secrets/safe_text.hpp"
#include "validators/rule.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::validators {

// One place that breaks a rule.
struct Finding {
    const Rule* rule = nullptr;
    Severity severity = Severity::error;
    TextRange where;
    std::string key;   // an env key, or a path in dotted form; may be empty
    SafeText message;  // a sentence without full stop; never holds a value
    SafeText remedy;   // what to do here; empty: as the rule says
    // Set when the operator allowed it (suppressions.hpp).
    std::optional<SafeText> allowed_because;
    bool allowed_in_file = false;  // by a comment there, not by .cowork-validate.json
};

// Collects what is found in one file. Messages are built from outside text and cleaned when they are taken,
// so secrets that are learned late are removed as well.
class Findings {
  public:
    static constexpr std::size_t most = 1000;

    // The text must outlive it.
    explicit Findings(std::string_view text) : index_(text) {}

    // The rule is named by its id; one that is in no table is a bug (std::logic_error).
    void add(std::string_view rule, const TextRange& where, std::string key, std::string message,
             std::string remedy = {}, std::optional<Severity> severity = std::nullopt);
    // The same for a broken rule of a service. Without a place of its own it goes to `fallback`.
    void add(const rules::Violation& violation, const TextRange& fallback,
             std::optional<Severity> severity = std::nullopt);

    [[nodiscard]] bool holds(std::string_view rule, std::string_view key) const;
    // The lines on which one of these rules is broken.
    [[nodiscard]] std::set<int> lines_with(std::span<const std::string_view> rules) const;
    // Takes back what turned out not to hold once the other files were read: asked with a rule's id and the
    // key of each finding.
    void withdraw(const std::function<bool(std::string_view rule, std::string_view key)>& mistaken);

    [[nodiscard]] Redactor& redactor() { return redactor_; }
    [[nodiscard]] const LineIndex& index() const { return index_; }
    // In the order of their places. Past `most` there is one that says so.
    [[nodiscard]] std::vector<Finding> take();

  private:
    struct Draft {
        const Rule* rule;
        Severity severity;
        TextRange where;
        std::string key, message, remedy;
    };
    LineIndex index_;
    Redactor redactor_;
    std::vector<Draft> drafts_;
    std::size_t dropped_ = 0;
};

}  // namespace cowork::validators
