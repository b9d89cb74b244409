#include "rules/secret_names.hpp"
#include "validators/compose/checks.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace cowork::validators {
namespace {

using config::YamlNode;

// Every value of a document once, with the name of the key that it stands under and the path of its service.
// No deeper than the parser lets a document be.
class Values {
  public:
    using Visit = std::function<void(const YamlNode& value, std::string_view key)>;
    explicit Values(const Visit& visit) : visit_(visit) {}

    void walk(const YamlNode& node, std::string_view key) {
        if (!seen_.insert(&node).second) return;
        if (node.is_scalar()) visit_(node, key);
        for (const YamlNode* item : node.items) walk(*item, key);
        for (const YamlNode::Member& member : node.members) walk(*member.value, member.name());
    }

  private:
    const Visit& visit_;
    std::unordered_set<const YamlNode*> seen_;
};

// What a shell or Compose itself sets, env file or not.
bool is_usually_set(std::string_view name) {
    constexpr std::array<std::string_view, 12> names{"HOME", "PWD",   "USER",          "LOGNAME",
                                                     "UID",  "GID",   "PATH",          "LANG",
                                                     "TZ",   "SHELL", "SSH_AUTH_SOCK", "HOSTNAME"};
    return std::find(names.begin(), names.end(), name) != names.end() || name.starts_with("COMPOSE_") ||
           name.starts_with("DOCKER_") || name.starts_with("XDG_") || name.starts_with("LC_");
}

// `KEY=value` of a list names its key itself.
std::string_view key_of(const YamlNode& value, std::string_view key) {
    if (key != "environment") return key;
    const auto equals = value.text.find('=');
    return equals == std::string::npos ? key : std::string_view(value.text).substr(0, equals);
}

}  // namespace

void check_compose_syntax(const YamlNode& document, Findings& findings) {
    const ComposeVariables none;
    const Values::Visit visit = [&](const YamlNode& value, std::string_view under) {
        if (value.text.find('$') == std::string::npos) return;
        const std::string_view key = key_of(value, under);
        const ComposeText read = interpolate(value.text, none);
        if (read.refused) {
            findings.add("compose.interpolation-syntax", value.where, std::string(key),
                         fmt::format("the value of {} has a `${{` that begins no variable", key));
        } else if (read.bare_name && rules::is_secret_key(key) &&
                   value.text.find("://") == std::string::npos &&
                   value.text.find("${") == std::string::npos) {
            findings.add("compose.interpolation-in-secret", value.where, std::string(key),
                         fmt::format("the value of {} has a `$` that Compose takes for a variable", key));
        }
        if (!read.refused && !read.unsupported.empty())
            findings.add("compose.interpolation-version", value.where, std::string(key),
                         fmt::format("the value of {} uses {}, which Compose 1 does not know", key,
                                     read.unsupported.starts_with('a') ? read.unsupported
                                                                       : "`" + read.unsupported + "`"));
    };
    Values(visit).walk(document, {});
}

void check_compose_variables(const YamlNode& document, const ComposeContext& context) {
    if (!context.variables.complete) return;
    const Values::Visit visit = [&](const YamlNode& value, std::string_view under) {
        if (value.text.find('$') == std::string::npos) return;
        const ComposeText read = interpolate(value.text, context.variables);
        if (read.refused || read.unset.empty() || is_usually_set(read.unset)) return;
        const std::string_view key = key_of(value, under);
        context.add(
            "compose.interpolation-unset", value.where, std::string(key),
            read.required
                ? fmt::format("{} is required for {}, and no env file sets it", read.unset, key)
                : fmt::format("no env file sets {}, so Compose puts nothing into {}", read.unset, key));
    };
    Values(visit).walk(document, {});
}

}  // namespace cowork::validators
