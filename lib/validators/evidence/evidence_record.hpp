#pragma once

#include "config/jsonc_document.hpp"
#include "validators/findings.hpp"
#include "validators/input.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::validators {

// A value of an evidence record, or the place where one is missing. Nothing of it is believed: what is asked
// for a number and is none is nothing. The document must outlive it.
class Part {
  public:
    Part() = default;
    explicit Part(const nlohmann::ordered_json& root) : value_(&root) {}

    [[nodiscard]] Part at(std::string_view key) const;
    [[nodiscard]] const std::string& pointer() const { return pointer_; }

    [[nodiscard]] bool there() const;    // neither missing nor null
    [[nodiscard]] bool is_null() const;  // written, as null
    [[nodiscard]] bool is_object() const;
    [[nodiscard]] bool is_list() const;
    [[nodiscard]] bool is_text() const;
    [[nodiscard]] std::optional<double> number() const;  // finite
    [[nodiscard]] std::optional<double> count() const;   // whole and not negative
    [[nodiscard]] std::optional<bool> truth() const;
    [[nodiscard]] std::string text() const;     // empty when it is none
    [[nodiscard]] std::string written() const;  // as JSON on one line; empty when it is missing
    [[nodiscard]] bool says(std::string_view word) const { return is_text() && text() == word; }

    // The members of an object with their names, the elements of a list with empty ones; at most so many.
    struct Member;
    [[nodiscard]] std::vector<Member> members() const;
    static constexpr std::size_t most_members = 500;

  private:
    Part(const nlohmann::ordered_json* value, std::string pointer)
        : value_(value), pointer_(std::move(pointer)) {}

    const nlohmann::ordered_json* value_ = nullptr;
    std::string pointer_;
};

struct Part::Member {
    std::string name;
    Part value;
};

// Adds the findings of one record, under the rules of its group (`load`, `failover`, `launch`).
class EvidenceJudge {
  public:
    EvidenceJudge(const config::JsoncDocument& document, const Settings& settings, Findings& findings,
                  std::string_view group)
        : document_(document), settings_(settings), findings_(findings), group_(group) {}

    // `rule` without the group.
    void add(std::string_view rule, const Part& where, std::string message, std::string remedy = {},
             std::optional<Severity> severity = std::nullopt);
    // Objects, under the group's rule `shape`, to a file larger than any record.
    [[nodiscard]] bool too_large(const Input& input);
    [[nodiscard]] const Settings& settings() const { return settings_; }
    [[nodiscard]] const config::JsoncDocument& document() const { return document_; }
    [[nodiscard]] Findings& findings() const { return findings_; }

  private:
    const config::JsoncDocument& document_;
    const Settings& settings_;
    Findings& findings_;
    std::string_view group_;
    std::size_t placed_ = 0;
};

}  // namespace cowork::validators
