#include "rules/desktop_pairings.hpp"

#include "core/json_depth.hpp"
#include "core/text.hpp"
#include "rules/desktop_pairing_record.hpp"
#include "rules/desktop_urls.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace cowork::rules {
namespace {

using Json = nlohmann::json;

enum class Kind {
    id,
    text,
    status,
    boolean,
    broker,
    workspaces,
    sessions,
    policy,
    decision,
    time,
    time_or_null,
    sequence,
    note,  // a text that may be missing or empty
    action,
    metadata,
    none,  // judged elsewhere
};

struct Field {
    std::string_view name;
    Kind kind;
    bool optional = false;
};

constexpr std::array state_fields{
    Field{"schemaVersion", Kind::none},
    Field{"pairings", Kind::none},
    Field{"audit", Kind::none},
};
constexpr std::array record_fields{
    Field{"id", Kind::id},
    Field{"label", Kind::text},
    Field{"deviceName", Kind::text},
    Field{"status", Kind::status},
    Field{"enabled", Kind::boolean},
    Field{"brokerUrl", Kind::broker},
    Field{"allowedWorkspaceIds", Kind::workspaces},
    Field{"allowedSessionIds", Kind::sessions},
    Field{"policy", Kind::policy},
    Field{"lastConnectedAt", Kind::time_or_null},
    Field{"lastHeartbeatAt", Kind::time_or_null},
    Field{"lastCommandSequence", Kind::sequence},
    Field{"error", Kind::note},
    Field{"createdAt", Kind::time},
    Field{"updatedAt", Kind::time},
    Field{"revokedAt", Kind::time_or_null},
};
constexpr std::array policy_fields{
    Field{"allowRemotePrompts", Kind::boolean},    Field{"allowRemoteAbort", Kind::boolean},
    Field{"remoteApprovals", Kind::decision},      Field{"remoteQuestions", Kind::decision},
    Field{"exposeArtifactBodies", Kind::boolean},  Field{"exposeLocalPaths", Kind::boolean},
    Field{"exposeLocalMcpDetails", Kind::boolean}, Field{"allowRemoteAttachments", Kind::boolean},
};
constexpr std::array audit_fields{
    Field{"id", Kind::id},
    Field{"pairingId", Kind::id},
    Field{"action", Kind::action},
    Field{"actorId", Kind::note},
    Field{"actorLabel", Kind::note},
    Field{"workspaceId", Kind::note},
    Field{"sessionId", Kind::note},
    Field{"commandId", Kind::note},
    Field{"reason", Kind::note},
    Field{"createdAt", Kind::time},
    Field{"metadata", Kind::metadata, true},
};

constexpr std::array statuses{std::string_view{"paired_online"}, std::string_view{"paired_offline"},
                              std::string_view{"disabled"}, std::string_view{"revoked"},
                              std::string_view{"error"}};
constexpr std::array decisions{std::string_view{"disabled"}, std::string_view{"local_confirmation"},
                               std::string_view{"remote_allowed"}};
// Without pairing.remote_allowed_enabled, which Desktop names elsewhere and its own file does not take.
constexpr std::array actions{
    std::string_view{"pairing.created"},   std::string_view{"pairing.updated"},
    std::string_view{"pairing.enabled"},   std::string_view{"pairing.disabled"},
    std::string_view{"pairing.connected"}, std::string_view{"pairing.offline"},
    std::string_view{"pairing.revoked"},   std::string_view{"command.accepted"},
    std::string_view{"command.completed"}, std::string_view{"command.failed"},
    std::string_view{"command.blocked"},   std::string_view{"remote.event.published"}};

constexpr std::size_t longest_text = 512;
constexpr std::size_t longest_id = 256;
constexpr std::size_t longest_list = 128;

template <typename Words>
bool is_word(const Words& words, const Json& value) {
    return value.is_string() &&
           std::find(words.begin(), words.end(), value.get_ref<const std::string&>()) != words.end();
}

bool is_text(const Json& value, std::size_t longest) {
    if (!value.is_string()) return false;
    const auto text = trimmed(value.get_ref<const std::string&>());
    return !text.empty() && text.size() <= longest;
}

// 2026-01-02T03:04:05.678Z, as Desktop writes it.
bool is_time(const Json& value) {
    constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd";
    if (!value.is_string()) return false;
    const std::string& text = value.get_ref<const std::string&>();
    if (text.size() <= shape.size() || !text.ends_with('Z')) return false;
    return std::equal(shape.begin(), shape.end(), text.begin(),
                      [](char want, char c) { return want == 'd' ? c >= '0' && c <= '9' : c == want; });
}

bool is_list(const Json& value) {
    return value.is_array() && value.size() <= longest_list &&
           std::all_of(value.begin(), value.end(),
                       [](const Json& entry) { return is_text(entry, longest_id); });
}

bool is_sequence(const Json& value) {
    constexpr double largest = 9007199254740991.0;
    if (!value.is_number()) return false;
    const double number = value.get<double>();
    return number >= 0 && number <= largest && number == static_cast<double>(static_cast<long long>(number));
}

bool is_empty_note(const Json& value) {
    return value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty());
}

// What is wrong with a value; empty when nothing is.
std::string_view fault(Kind kind, const Json& value) {
    switch (kind) {
        case Kind::id:
            return is_text(value, longest_id) ? "" : "is no text of 1 to 256 bytes";
        case Kind::text:
            return is_text(value, longest_text) ? "" : "is no text of 1 to 512 bytes";
        case Kind::status:
            return is_word(statuses, value) ? "" : "is no status of a pairing";
        case Kind::boolean:
            return value.is_boolean() ? "" : "is not true or false";
        case Kind::broker:
            if (is_empty_note(value)) return "";
            return value.is_string() && pairing_broker_url(value.get_ref<const std::string&>())
                       ? ""
                       : "is a URL that Desktop does not accept for a broker";
        case Kind::workspaces:
            if (!is_list(value)) return "is no list of up to 128 ids";
            return std::find(value.begin(), value.end(), "local") != value.end()
                       ? ""
                       : "does not include local, the only workspace that can be paired";
        case Kind::sessions:
            return value.is_null() || is_list(value) ? "" : "is neither null nor a list of up to 128 ids";
        case Kind::decision:
            return is_word(decisions, value) ? "" : "is none of disabled, local_confirmation, remote_allowed";
        case Kind::time:
            return is_time(value) ? "" : "is no time such as 2026-01-02T03:04:05.678Z";
        case Kind::time_or_null:
            return is_empty_note(value) || is_time(value) ? "" : "is neither null nor a time";
        case Kind::sequence:
            return is_sequence(value) ? "" : "is no whole number";
        case Kind::note:
            return is_empty_note(value) || is_text(value, longest_text) ? ""
                                                                        : "is neither null nor a short text";
        case Kind::action:
            return is_word(actions, value) ? "" : "is no action that the file may record";
        case Kind::metadata:
            return value.is_object() ? "" : "is not an object";
        case Kind::policy:
        case Kind::none:
            return "";
    }
    return "";
}

class PairingJudge {
  public:
    PairingFile run(std::string_view text) {
        const Json state = too_deep(text) ? Json() : Json::parse(text, nullptr, false);
        if (!state.is_object()) {
            add("the file", "is no JSON object");
            return std::move(file_);
        }
        object("the file", state, state_fields);
        if (!file_.unusable.empty()) return std::move(file_);
        if (state["schemaVersion"] != 1) add("the file", "has a schemaVersion other than 1");
        entries(state["pairings"], "pairing",
                [&](const std::string& name, const Json& entry) { record(name, entry); });
        entries(state["audit"], "audit entry",
                [&](const std::string& name, const Json& entry) { object(name, entry, audit_fields); });
        return std::move(file_);
    }

  private:
    void add(const std::string& name, std::string_view message) {
        constexpr std::size_t most = 20;
        if (file_.unusable.size() < most) file_.unusable.push_back(fmt::format("{} {}", name, message));
    }

    template <typename Judge>
    void entries(const Json& list, std::string_view noun, const Judge& judge) {
        if (!list.is_array()) {
            add("the file", fmt::format("has something else than a list where {} list belongs",
                                        noun == "pairing" ? "the pairing" : "the audit"));
            return;
        }
        for (std::size_t i = 0; i < list.size(); ++i) judge(fmt::format("{} {}", noun, i + 1), list[i]);
    }

    // Exactly these keys, each as its kind says.
    bool object(const std::string& name, const Json& value, std::span<const Field> fields) {
        if (!value.is_object()) {
            add(name, "is not an object");
            return false;
        }
        const auto before = file_.unusable.size();
        for (const auto& [key, member] : value.items())
            if (std::none_of(fields.begin(), fields.end(),
                             [&k = key](const Field& f) { return f.name == k; }))
                add(name, fmt::format("has the key '{}', which Desktop does not write", printable(key)));
        for (const Field& field : fields) {
            const auto member = value.find(field.name);
            if (member == value.end()) {
                if (!field.optional) add(name, fmt::format("has no {}", field.name));
            } else if (const auto wrong = fault(field.kind, *member); !wrong.empty()) {
                add(name + ":", fmt::format("{} {}", field.name, wrong));
            }
        }
        return file_.unusable.size() == before;
    }

    void record(const std::string& name, const Json& value) {
        const bool whole = object(name, value, record_fields);
        const auto policy = value.is_object() ? value.find("policy") : value.end();
        const bool scoped = !value.is_object() || policy == value.end() ||
                            object(fmt::format("the policy of {}", name), *policy, policy_fields);
        if (!whole || !scoped) return;
        file_.pairings.push_back(pairing_of(value));
    }

    PairingFile file_;
};

}  // namespace

PairingFile judge_pairings(std::string_view text) { return PairingJudge().run(text); }

}  // namespace cowork::rules
