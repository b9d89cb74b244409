#include "report/earlier.hpp"

#include "core/json_depth.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace cowork::report {
namespace {

using nlohmann::json;

constexpr std::string_view left_out = "skipped.by_user";

std::optional<Status> status_of(const json& row) {
    const auto found = row.find("status");
    if (found == row.end() || !found->is_string()) return std::nullopt;
    const auto word = std::find_if(all_statuses.begin(), all_statuses.end(),
                                   [&](Status status) { return to_string(status) == *found; });
    if (word == all_statuses.end()) return std::nullopt;
    return *word;
}

tl::unexpected<Error> not_a_report(std::string why) {
    return fail(ErrorCode::invalid, "it is no report of cowork: " + std::move(why),
                "give a file written by cowork doctor --report json=FILE");
}

// Ids and reason codes are shown again, and no redactor knows what else somebody wrote in their place.
bool has_shape_of_code(std::string_view text) {
    constexpr std::size_t longest = 80;
    return !text.empty() && text.size() <= longest && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
    });
}

// A member that is a code; the empty text where it is left out, or null.
std::optional<std::string> code_at(const json& row, const char* name) {
    const auto found = row.find(name);
    if (found == row.end() || found->is_null()) return std::string{};
    if (!found->is_string() || !has_shape_of_code(found->get_ref<const std::string&>())) return std::nullopt;
    return found->get<std::string>();
}

Result<EarlierRow> row_of(const json& row) {
    if (!row.is_object()) return not_a_report("a result that is no object");
    const auto status = status_of(row);
    if (!status) return not_a_report("a result without a status");
    auto id = code_at(row, "id");
    if (!id || id->empty()) return not_a_report("a result whose id is no check's");
    auto reason = code_at(row, "reasonCode");
    if (!reason) return not_a_report("a result whose reasonCode is no code");
    return EarlierRow{std::move(*id), *status, std::move(*reason)};
}

const EarlierRow* find(const EarlierReport& earlier, std::string_view id) {
    const auto found =
        std::find_if(earlier.begin(), earlier.end(), [&](const EarlierRow& row) { return row.id == id; });
    return found == earlier.end() ? nullptr : &*found;
}

void mark(Row& row, const EarlierRow* before, const Redactor& redactor) {
    if (row.reason_code == left_out || (before != nullptr && before->reason_code == left_out)) return;
    const bool well = row.status == Status::ready;
    const bool was_well = before == nullptr || before->status == Status::ready;
    if (well && was_well) return;
    row.baseline = Baseline{well       ? Change::fixed
                            : was_well ? Change::new_
                                       : Change::still,
                            before == nullptr ? Status::unknown : before->status,
                            before == nullptr ? SafeText{} : redactor.clean(before->reason_code)};
}

}  // namespace

Result<EarlierReport> read_earlier(std::string_view text) {
    if (too_deep(text)) return not_a_report("it nests too deeply");
    const json document = json::parse(text, nullptr, false);
    if (!document.is_object()) return not_a_report("not a JSON object");
    if (document.value("schemaVersion", json()) != 1) return not_a_report("its schemaVersion is not 1");
    const auto results = document.find("results");
    if (results == document.end() || !results->is_array()) return not_a_report("it has no results");
    EarlierReport earlier;
    for (const json& result : *results) {
        auto row = row_of(result);
        if (!row) return tl::unexpected(row.error());
        earlier.push_back(std::move(*row));
    }
    return earlier;
}

void compare(Report& report, const EarlierReport& earlier, const Redactor& redactor) {
    for (Row& row : report.rows) mark(row, find(earlier, row.id), redactor);
    std::string gone;
    for (const EarlierRow& before : earlier) {
        const bool here = std::any_of(report.rows.begin(), report.rows.end(),
                                      [&](const Row& row) { return row.id == before.id; });
        if (!here && before.status != Status::ready && before.reason_code != left_out)
            gone += (gone.empty() ? "" : ", ") + before.id;
    }
    if (!gone.empty())
        report.notes.push_back(redactor.text("Not ready in the baseline, and not looked at now: {}", gone));
}

}  // namespace cowork::report
