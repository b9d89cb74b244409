#include "capabilities/snapshot_rows.hpp"

#include "capabilities/reasons.hpp"
#include "core/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

namespace cowork::capabilities {
namespace {

using nlohmann::json;

constexpr std::size_t longest_word = 200;
constexpr std::size_t longest_text = 500;
constexpr std::size_t most_facts = 32;
constexpr std::size_t most_words = 64;

// The product's words and ours; `unknown` is for any other and stands last.
constexpr std::array modes{
    std::string_view{"desktop-local"},      std::string_view{"desktop-cloud"},
    std::string_view{"cloud-web"},          std::string_view{"cloud-channel-gateway"},
    std::string_view{"standalone-gateway"}, std::string_view{"paired-desktop"},
    std::string_view{"headless-host"},      std::string_view{"unknown"},
};
constexpr std::size_t mode_sets = std::size_t{1} << modes.size();

// Each set of modes as a text. A row has only a view of it, so the texts live as long as the program.
std::array<std::string, mode_sets> join_modes() {
    std::array<std::string, mode_sets> texts;
    for (std::size_t set = 1; set < mode_sets; ++set)
        for (std::size_t i = 0; i < modes.size(); ++i)
            if ((set >> i & 1U) != 0)
                texts.at(set) += (texts.at(set).empty() ? "" : ",") + std::string(modes.at(i));
    texts.front() = modes.back();
    return texts;
}

// Keys of facts that are known; a key of a row has to be a literal.
constexpr std::array fact_keys{
    std::string_view{"providerName"},
    std::string_view{"providerPackage"},
    std::string_view{"runtimeModel"},
    std::string_view{"defaultModelId"},
    std::string_view{"type"},
    std::string_view{"authMode"},
    std::string_view{"credentialKeys"},
    std::string_view{"configuredCredentialKeys"},
    std::string_view{"scope"},
    std::string_view{"permissionMode"},
    std::string_view{"host"},
    std::string_view{"origin"},
    std::string_view{"toolIds"},
    std::string_view{"parentDenyRulesInherited"},
    std::string_view{"owner"},
    std::string_view{"delegatedRemoteApproval"},
    std::string_view{"tests"},
    std::string_view{"sourceVersion"},
    std::string_view{"reasonCode"},
    std::string_view{"credentialOverrideKeys"},
    // Ours, in a report of cowork.
    std::string_view{"bundledConfigurationSeen"},
    std::string_view{"settingsSeen"},
    std::string_view{"command"},
    std::string_view{"defaultProviderId"},
    std::string_view{"error"},
    std::string_view{"file"},
    std::string_view{"layer"},
    std::string_view{"models"},
    std::string_view{"native"},
    std::string_view{"policy"},
    std::string_view{"rule"},
    std::string_view{"server"},
    std::string_view{"setting"},
    std::string_view{"more"},
};

const json* member(const json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() ? nullptr : &*found;
}

// Its text; empty when it has none.
std::string_view word(const json& object, const char* name) {
    const json* found = member(object, name);
    return found != nullptr && found->is_string() ? std::string_view(found->get_ref<const std::string&>())
                                                  : std::string_view{};
}

// Cleaned as a whole before it is cut, because half a secret looks like none.
SafeText cleaned(const Redactor& redactor, std::string_view outside, std::size_t longest) {
    SafeText text = redactor.clean(outside);
    if (text.view().size() <= longest) return text;
    return redactor.text("{}…", text.view().substr(0, longest));
}

// A name that must be there.
SafeText name(const Redactor& redactor, std::string_view outside) {
    SafeText text = cleaned(redactor, outside, longest_word);
    return trimmed(text.view()).empty() ? "(unusual)"_safe : std::move(text);
}

SafeText source(const Redactor& redactor, std::string_view outside) {
    return outside.empty() ? "unknown"_safe : name(redactor, outside);
}

int number(const json& object, const char* name) {
    const json* found = member(object, name);
    if (found == nullptr || !found->is_number_unsigned()) return 0;
    const auto value = found->get<std::uint64_t>();
    return value > std::numeric_limits<int>::max() ? 0 : static_cast<int>(value);
}

report::CapabilityPlace place(const json* row, const Redactor& redactor) {
    if (row == nullptr || !row->is_object() || word(*row, "file").empty()) return {};
    return {cleaned(redactor, word(*row, "file"), longest_text), number(*row, "line"),
            number(*row, "column")};
}

template <typename Word, std::size_t Size>
std::optional<Word> one_of(const std::array<Word, Size>& words, std::string_view text) {
    const auto found =
        std::find_if(words.begin(), words.end(), [&](Word word) { return to_string(word) == text; });
    if (found == words.end()) return std::nullopt;
    return *found;
}

std::optional<report::CapabilityEvidenceValue> fact(const json& value, const Redactor& redactor) {
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number_integer() &&
        !(value.is_number_unsigned() &&
          value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())))
        return value.get<std::int64_t>();
    if (value.is_number()) return redactor.clean(value.dump());
    if (value.is_string()) return cleaned(redactor, value.get_ref<const std::string&>(), longest_text);
    if (!value.is_array()) return std::nullopt;  // null says nothing, and no object is expected
    std::vector<SafeText> words;
    for (const json& item : value)
        if (item.is_string() && words.size() < most_words)
            words.push_back(cleaned(redactor, item.get_ref<const std::string&>(), longest_word));
    return words;
}

std::string spoken(const report::CapabilityEvidenceValue& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* count = std::get_if<std::int64_t>(&value)) return std::to_string(*count);
    if (const auto* text = std::get_if<SafeText>(&value)) return text->str();
    std::string all;
    for (const SafeText& text : std::get<std::vector<SafeText>>(value))
        all += (all.empty() ? "" : ", ") + text.str();
    return all;
}

// Facts under other keys become texts of one list, `key=value`, so that the redactor sees what belongs
// together.
report::CapabilityEvidence evidence(const json* facts, const Redactor& redactor) {
    report::CapabilityEvidence found;
    if (facts == nullptr || !facts->is_object()) return found;
    std::vector<SafeText> others;
    std::size_t number = 0;
    for (const auto& [key, value] : facts->items()) {
        if (++number > most_facts) break;
        auto read = fact(value, redactor);
        if (!read) continue;
        const auto* const known = std::find(fact_keys.begin(), fact_keys.end(), key);
        if (known != fact_keys.end()) {
            found.emplace_back(*known, std::move(*read));
        } else {
            others.push_back(cleaned(redactor, key + "=" + spoken(*read), longest_text));
        }
    }
    if (!others.empty()) found.emplace_back("more", std::move(others));
    return found;
}

// A code counts only together with its kind and status; a row that says otherwise keeps its own, and its code
// as a fact.
void explain(report::CapabilityRow& row, std::string_view code, const Redactor& redactor) {
    const CapabilityReason* reason = find_capability_reason(code);
    if (reason != nullptr && reason->kind == row.kind && reason->status == row.status) {
        row.reason_code = reason->code;
        row.meaning = reason->meaning;
        row.recovery = reason->recovery;
        return;
    }
    row.reason_code = unknown_capability_code;
    row.meaning = unknown_code_meaning;
    if (!code.empty() && code != unknown_capability_code)
        row.evidence.emplace_back("reasonCode", name(redactor, code));
}

}  // namespace

std::string_view product_modes(std::string_view joined) {
    static const std::array<std::string, mode_sets> texts = join_modes();
    std::size_t set = 0;
    for (std::size_t at = 0; at <= joined.size();) {
        const std::size_t comma = std::min(joined.find(',', at), joined.size());
        const std::string_view word = trimmed(joined.substr(at, comma - at));
        const auto* found = std::find(modes.begin(), modes.end(), word);
        if (found == modes.end()) --found;
        if (!word.empty()) set |= std::size_t{1} << static_cast<std::size_t>(found - modes.begin());
        at = comma + 1;
    }
    return texts.at(set);
}

std::optional<report::CapabilityRow> snapshot_capability(const json& row, const Redactor& redactor) {
    if (!row.is_object() || word(row, "id").empty()) return std::nullopt;
    const auto kind = one_of(report::all_capability_kinds, word(row, "kind"));
    const auto status = one_of(report::all_capability_statuses, word(row, "status"));
    if (!kind || !status) return std::nullopt;
    report::CapabilityRow read;
    read.id = name(redactor, word(row, "id"));
    read.kind = *kind;
    read.status = *status;
    read.source = source(redactor, word(row, "source"));
    read.place = place(member(row, "place"), redactor);
    read.product_mode = product_modes(word(row, "productMode"));
    read.evidence = evidence(member(row, "evidence"), redactor);
    explain(read, word(row, "reasonCode"), redactor);
    return read;
}

std::optional<report::ConflictRow> snapshot_conflict(const json& row, const Redactor& redactor) {
    if (!row.is_object() || word(row, "id").empty()) return std::nullopt;
    const auto kind = one_of(report::all_capability_kinds, word(row, "kind"));
    const json* losers = member(row, "loserSources");
    if (!kind || losers == nullptr || !losers->is_array()) return std::nullopt;
    report::ConflictRow read;
    read.id = name(redactor, word(row, "id"));
    read.kind = *kind;
    read.winner = source(redactor, word(row, "winnerSource"));
    read.winner_place = place(member(row, "winnerPlace"), redactor);
    const json* places = member(row, "loserPlaces");
    for (std::size_t i = 0; i < std::min(losers->size(), most_words); ++i) {
        if (!(*losers)[i].is_string()) return std::nullopt;
        const bool placed = places != nullptr && places->is_array() && i < places->size();
        read.losers.push_back({source(redactor, (*losers)[i].get_ref<const std::string&>()),
                               place(placed ? &(*places)[i] : nullptr, redactor)});
    }
    read.product_mode = row.contains("productMode") ? product_modes(word(row, "productMode")) : modes.front();
    const ConflictReason* reason = find_conflict_reason(word(row, "reasonCode"));
    const bool known = reason != nullptr && reason->kind == read.kind;
    read.reason_code = known ? reason->code : unknown_conflict_code;
    read.meaning = known ? reason->meaning : unknown_code_meaning;
    return read;
}

}  // namespace cowork::capabilities
