#include "validators/evidence/evidence_record.hpp"

#include "validators/json_place.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace cowork::validators {

Part Part::at(std::string_view key) const {
    std::string pointer = config::child_pointer(pointer_, key);
    if (value_ == nullptr || !value_->is_object()) return {nullptr, std::move(pointer)};
    const auto found = value_->find(key);
    return {found == value_->end() ? nullptr : &*found, std::move(pointer)};
}

bool Part::there() const { return value_ != nullptr && !value_->is_null(); }
bool Part::is_null() const { return value_ != nullptr && value_->is_null(); }
bool Part::is_object() const { return value_ != nullptr && value_->is_object(); }
bool Part::is_list() const { return value_ != nullptr && value_->is_array(); }
bool Part::is_text() const { return value_ != nullptr && value_->is_string(); }

std::optional<double> Part::number() const {
    if (value_ == nullptr || !value_->is_number()) return std::nullopt;
    const auto number = value_->get<double>();
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<double> Part::count() const {
    const auto value = number();
    return value && *value >= 0 && std::floor(*value) == *value ? value : std::nullopt;
}

std::optional<bool> Part::truth() const {
    if (value_ == nullptr || !value_->is_boolean()) return std::nullopt;
    return value_->get<bool>();
}

std::string Part::text() const { return is_text() ? value_->get<std::string>() : std::string{}; }

std::string Part::written() const {
    using nlohmann::ordered_json;
    return value_ == nullptr ? std::string{}
                             : value_->dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::vector<Part::Member> Part::members() const {
    std::vector<Member> found;
    if (!is_object() && !is_list()) return found;
    for (const auto& [name, value] : value_->items()) {
        if (found.size() == most_members) break;
        found.push_back(
            {is_object() ? name : std::string{}, {&value, config::child_pointer(pointer_, name)}});
    }
    return found;
}

void EvidenceJudge::add(std::string_view rule, const Part& where, std::string message, std::string remedy,
                        std::optional<Severity> severity) {
    // Each place costs the length of its line: past these, nobody reads on.
    constexpr std::size_t most_places = 300;
    const TextRange place =
        placed_++ < most_places ? json_place(document_, findings_.index(), where.pointer()) : TextRange{};
    findings_.add(fmt::format("{}.{}", group_, rule), place, config::dotted(where.pointer()),
                  std::move(message), std::move(remedy), severity);
}

bool EvidenceJudge::too_large(const Input& input) {
    constexpr std::size_t largest = std::size_t{2} * 1024 * 1024;
    if (input.text.size() <= largest) return false;
    add("shape", Part(), "the file is larger than any record of this kind");
    return true;
}

}  // namespace cowork::validators
