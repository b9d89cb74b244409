#include "rules/backup_document.hpp"

#include "core/json_depth.hpp"
#include "core/timestamp.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <initializer_list>
#include <span>

namespace cowork::rules {
namespace {

using nlohmann::json;

constexpr std::int64_t longest_days = 36'500;
constexpr std::int64_t most = std::int64_t{1} << 53;  // what every reader of JSON holds exactly

// Walks the document; after the first problem every answer is a default, and nobody looks at it.
class Reader {
  public:
    explicit Reader(BackupProblem& problem) : problem_(problem) {}
    [[nodiscard]] bool failed() const { return failed_; }

    void no(const std::string& place, std::string rule) {
        if (failed_) return;
        failed_ = true;
        problem_ = {place, std::move(rule)};
    }
    // An object with no members but these. The names of others are not repeated: they are outside text.
    const json& object(const json& value, const std::string& place, std::span<const std::string_view> names) {
        static const json nothing = json::object();
        if (!value.is_object()) return no(place, "must be an object"), nothing;
        for (const auto& [name, member] : value.items())
            if (std::find(names.begin(), names.end(), name) == names.end())
                return no(place, "has a member that the format does not know"), nothing;
        return value;
    }
    const json& member(const json& parent, const std::string& place, std::string_view name) {
        static const json nothing;
        const auto found = parent.find(name);
        if (found == parent.end()) return no(within(place, name), "is missing"), nothing;
        return *found;
    }
    bool boolean(const json& parent, const std::string& place, std::string_view name) {
        const json& value = member(parent, place, name);
        if (!value.is_boolean()) return no(within(place, name), "must be true or false"), false;
        return value.get<bool>();
    }
    std::string text(const json& parent, const std::string& place, std::string_view name) {
        const json& value = member(parent, place, name);
        if (!value.is_string() || value.get_ref<const std::string&>().empty())
            return no(within(place, name), "must be a text that is not empty"), std::string{};
        return value.get<std::string>();
    }
    std::string word(const json& parent, const std::string& place, std::string_view name,
                     std::initializer_list<std::string_view> words, std::string rule) {
        std::string value = text(parent, place, name);
        if (std::find(words.begin(), words.end(), value) == words.end())
            no(within(place, name), std::move(rule));
        return value;
    }
    std::int64_t number(const json& parent, const std::string& place, std::string_view name,
                        std::int64_t highest) {
        const json& value = member(parent, place, name);
        const bool fits =
            value.is_number_unsigned() && value.get<std::uint64_t>() <= static_cast<std::uint64_t>(highest);
        if (!fits)
            return no(within(place, name), "must be a whole number from 0 to " + std::to_string(highest)), 0;
        return static_cast<std::int64_t>(value.get<std::uint64_t>());
    }
    Moment moment(const json& parent, const std::string& place, std::string_view name) {
        const auto value = parse_timestamp(text(parent, place, name));
        if (!value) no(within(place, name), "must be a time in UTC like 2026-01-31T12:00:00Z");
        return value.value_or(Moment{});
    }
    const json& list(const json& parent, const std::string& place, std::string_view name) {
        static const json nothing = json::array();
        const json& value = member(parent, place, name);
        if (!value.is_array()) return no(within(place, name), "must be a list"), nothing;
        return value;
    }
    static std::string within(const std::string& place, std::string_view name) {
        return place.empty() ? std::string(name) : place + "." + std::string(name);
    }

  private:
    BackupProblem& problem_;
    bool failed_ = false;
};

template <typename... Name>
std::vector<std::string_view> names(Name... name) {
    return {std::string_view{name}...};
}

constexpr std::int64_t longest_minutes = 527'040;  // of a year

std::optional<BackupObjectives> read_objectives(Reader& in, const json& parent, const std::string& place,
                                                std::string_view name) {
    if (!parent.contains(name)) return std::nullopt;
    const std::string where = Reader::within(place, name);
    const json& given = in.object(in.member(parent, place, name), where, names("rpoMinutes", "rtoMinutes"));
    return BackupObjectives{in.number(given, where, "rpoMinutes", longest_minutes),
                            in.number(given, where, "rtoMinutes", longest_minutes)};
}

void read_backups(Reader& in, const json& root, BackupDocument& made) {
    const json& backups =
        in.object(in.member(root, "", "backups"), "backups", names("postgres", "objectStore"));
    const std::string postgres_place = "backups.postgres";
    const json& postgres = in.object(in.member(backups, "backups", "postgres"), postgres_place,
                                     names("enabled", "kind", "lastBackupAt", "retentionDays"));
    made.postgres_enabled = in.boolean(postgres, postgres_place, "enabled");
    if (made.postgres_enabled) {
        made.point_in_time = in.word(postgres, postgres_place, "kind", {"snapshot", "pitr"},
                                     "must be snapshot or pitr") == "pitr";
        made.last_backup_at = in.moment(postgres, postgres_place, "lastBackupAt");
        made.postgres_days = in.number(postgres, postgres_place, "retentionDays", longest_days);
    }
    const std::string store_place = "backups.objectStore";
    const json& store = in.object(in.member(backups, "backups", "objectStore"), store_place,
                                  names("versioning", "retentionDays"));
    made.versioning = in.boolean(store, store_place, "versioning");
    if (made.versioning) made.object_days = in.number(store, store_place, "retentionDays", longest_days);
}

void read_sources(Reader& in, const json& drill, BackupDrill& made) {
    (void)in.text(drill, "drill", "environment");
    (void)in.text(drill, "drill", "target");
    made.performed_at = in.moment(drill, "drill", "performedAt");
    const json& postgres =
        in.object(in.member(drill, "drill", "postgres"), "drill.postgres", names("source", "restoredTo"));
    (void)in.text(postgres, "drill.postgres", "source");
    made.restored_to = in.moment(postgres, "drill.postgres", "restoredTo");
    const json& store =
        in.object(in.member(drill, "drill", "objectStore"), "drill.objectStore", names("snapshot"));
    (void)in.text(store, "drill.objectStore", "snapshot");
    const json& versions = in.list(drill, "drill", "secretVersions");
    if (versions.empty() ||
        !std::all_of(versions.begin(), versions.end(), [](const json& one) { return one.is_string(); }))
        return in.no("drill.secretVersions", "must list names and versions of secrets, never their values");
    made.secret_versions = versions.get<std::vector<std::string>>();
}

void read_results(Reader& in, const json& drill, BackupDrill& made) {
    const json& rows = in.object(in.member(drill, "drill", "rows"), "drill.rows", drill_rows);
    for (const auto name : drill_rows)
        if (in.word(rows, "drill.rows", name, {"pass", "fail"}, "must be pass or fail") == "fail")
            made.failed_rows.push_back(name);
    const json& counts =
        in.object(in.member(drill, "drill", "counts"), "drill.counts", names("before", "after"));
    const json& before =
        in.object(in.member(counts, "drill.counts", "before"), "drill.counts.before", drill_counts);
    const json& after =
        in.object(in.member(counts, "drill.counts", "after"), "drill.counts.after", drill_counts);
    for (const auto name : drill_counts) {
        const std::int64_t counted = in.number(after, "drill.counts.after", name, most);
        made.restored += std::min(counted, most / static_cast<std::int64_t>(drill_counts.size()));
        if (in.number(before, "drill.counts.before", name, most) != counted)
            made.other_counts.push_back(name);
    }
    made.measured = read_objectives(in, drill, "drill", "measured");
}

void read_remarks(Reader& in, const json& drill, BackupDrill& made) {
    const json& smokes = in.list(drill, "drill", "smokes");
    if (smokes.empty()) in.no("drill.smokes", "must name the commands that were run, and their results");
    std::size_t at = 0;
    for (const json& smoke : smokes) {
        const std::string place = "drill.smokes[" + std::to_string(at++) + "]";
        const json& one = in.object(smoke, place, names("command", "result"));
        (void)in.text(one, place, "command");
        if (in.word(one, place, "result", {"pass", "fail"}, "must be pass or fail") == "fail")
            ++made.failed_smokes;
    }
    at = 0;
    for (const json& exclusion : in.list(drill, "drill", "exclusions"))
        if (++at; !exclusion.is_string()) in.no("drill.exclusions", "must hold texts");
    at = 0;
    for (const json& follow_up : in.list(drill, "drill", "followUps")) {
        const std::string place = "drill.followUps[" + std::to_string(at++) + "]";
        const json& one = in.object(follow_up, place, names("what", "owner"));
        (void)in.text(one, place, "what");
        (void)in.text(one, place, "owner");
    }
    made.open_high = in.number(drill, "drill", "openHighSeverityFindings", most);
}

}  // namespace

std::optional<BackupDocument> read_backup_document(std::string_view text, BackupProblem& problem) {
    Reader in(problem);
    const json root = too_deep(text) ? json(json::value_t::discarded) : json::parse(text, nullptr, false);
    if (root.is_discarded()) return in.no("", "must be JSON"), std::nullopt;
    BackupDocument made;
    const json& whole =
        in.object(root, "", names("schemaVersion", "environment", "objectives", "backups", "drill"));
    if (const json& version = in.member(whole, "", "schemaVersion"); version != json(1))
        in.no("schemaVersion", "must be 1");
    made.environment =
        in.word(whole, "", "environment", {"internal_dev", "private_beta", "managed_production"},
                "must be internal_dev, private_beta or managed_production");
    made.objectives = read_objectives(in, whole, "", "objectives");
    read_backups(in, whole, made);
    if (whole.contains("drill")) {
        const json& drill = in.object(whole.at("drill"), "drill",
                                      names("environment", "target", "performedAt", "postgres", "objectStore",
                                            "secretVersions", "counts", "rows", "smokes", "exclusions",
                                            "followUps", "openHighSeverityFindings", "measured"));
        BackupDrill& one = made.drill.emplace();
        read_sources(in, drill, one);
        read_results(in, drill, one);
        read_remarks(in, drill, one);
    }
    if (in.failed()) return std::nullopt;
    return made;
}

}  // namespace cowork::rules
