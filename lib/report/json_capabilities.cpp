#include "report/json_capabilities.hpp"

#include <nlohmann/json.hpp>

namespace cowork::report {
namespace {

using json = nlohmann::ordered_json;

json text_or_null(std::string_view text) { return text.empty() ? json(nullptr) : json(text); }
json number_or_null(int number) { return number > 0 ? json(number) : json(nullptr); }

json place_json(const CapabilityPlace& place) {
    if (place.file.empty()) return nullptr;
    return {{"file", place.file.str()},
            {"line", number_or_null(place.line)},
            {"column", number_or_null(place.column)}};
}

json plain(bool flag) { return flag; }
json plain(std::int64_t number) { return number; }
json plain(const SafeText& text) { return text.str(); }
json plain(const std::vector<SafeText>& texts) {
    json list = json::array();
    for (const SafeText& text : texts) list.push_back(text.str());
    return list;
}

json evidence_json(const CapabilityEvidence& evidence) {
    json object = json::object();
    for (const auto& [key, value] : evidence)
        object[std::string(key)] = std::visit([](const auto& held) { return plain(held); }, value);
    return object;
}

}  // namespace

json capability_json(const CapabilityRow& row) {
    return {{"id", row.id.str()},
            {"kind", to_string(row.kind)},
            {"status", to_string(row.status)},
            {"reasonCode", row.reason_code},
            {"source", row.source.str()},
            {"place", place_json(row.place)},
            {"productMode", row.product_mode},
            {"meaning", row.meaning},
            {"recovery", text_or_null(row.recovery)},
            {"critical", is_critical(row)},
            {"evidence", evidence_json(row.evidence)},
            {"redacted", true}};
}

json conflict_json(const ConflictRow& row) {
    json sources = json::array();
    json places = json::array();
    for (const ConflictLoser& loser : row.losers) {
        sources.push_back(loser.source.str());
        places.push_back(place_json(loser.place));
    }
    return {{"id", row.id.str()},
            {"kind", to_string(row.kind)},
            {"reasonCode", row.reason_code},
            {"winnerSource", row.winner.str()},
            {"winnerPlace", place_json(row.winner_place)},
            {"loserSources", sources},
            {"loserPlaces", places},
            {"productMode", row.product_mode},
            {"meaning", row.meaning},
            {"redacted", true}};
}

}  // namespace cowork::report
