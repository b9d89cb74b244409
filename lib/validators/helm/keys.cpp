#include "core/names.hpp"
#include "validators/helm/checks.hpp"
#include "validators/kubernetes/objects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

namespace cowork::validators {
namespace {

using config::YamlNode;

// What is handed on to Kubernetes, or to the product, as it is.
bool handed_on(std::string_view name) {
    constexpr std::array<std::string_view, 9> names{"annotations", "labels",       "resources",
                                                    "branding",    "nodeSelector", "affinity",
                                                    "matchLabels", "tolerations",  "updateStrategy"};
    return std::find(names.begin(), names.end(), name) != names.end() || name.ends_with("Annotations") ||
           name.ends_with("Labels") || name.ends_with("ecurityContext");
}

// What a template asks `if` about, in both charts.
bool is_switch(std::string_view name) {
    constexpr std::array<std::string_view, 21> names{"enabled",
                                                     "allowInsecureAuth",
                                                     "allowInsecurePublicAuth",
                                                     "allowSelfServiceSignup",
                                                     "headerAllowUnsigned",
                                                     "cookieSecure",
                                                     "trustProxyHeaders",
                                                     "runMigrations",
                                                     "autoProcessCommands",
                                                     "checkpointsEnabled",
                                                     "allowAllSourcesForLocalOnly",
                                                     "privateIp",
                                                     "autoIamAuthn",
                                                     "structuredLogs",
                                                     "runConnectionTest",
                                                     "create",
                                                     "automountServiceAccountToken",
                                                     "allowInsecureHttp",
                                                     "allowLoopbackOperatorBypass",
                                                     "experimentalDistributedOwnership",
                                                     "runAsNonRoot"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

// What every chart may be given: values for all subcharts, and a place to keep anchors.
bool is_helper(std::string_view path) {
    return path == "global" || path.starts_with('_') || path.starts_with('.') || path.starts_with("x-");
}

class KeyChecks {
  public:
    explicit KeyChecks(const HelmChecks& checks) : checks_(checks) {}

    void run() {
        const YamlNode* overlay = checks_.values.overlay();
        if (checks_.values.complete())
            compare(*overlay, *checks_.values.defaults(), {}, 0);
        else
            top_slips(*overlay);
        switches(*overlay, {}, 0);
    }

  private:
    static constexpr int deepest = 12;  // no chart nests deeper

    // Without the defaults an unknown key may be that of a newer chart; a slip is told by its neighbour.
    void top_slips(const YamlNode& overlay) {
        const auto known = top_keys(checks_.chart);
        const std::vector<std::string_view> candidates(known.begin(), known.end());
        for (const YamlNode::Member& member : overlay.members) {
            if (is_helper(member.name()) ||
                std::find(known.begin(), known.end(), member.name()) != known.end())
                continue;
            if (const std::string_view near = guess(member.name(), candidates); !near.empty())
                unknown(member, std::string(member.name()), near);
        }
    }

    void unknown(const YamlNode::Member& member, const std::string& path, std::string_view near) {
        const std::string meant = near.empty() ? std::string{} : fmt::format("; did you mean {}?", near);
        checks_.add_at("helm.unknown-key", member.key->where, path,
                       fmt::format("the chart has no {}{}", path, meant));
    }

    void compare(const YamlNode& overlay, const YamlNode& defaults, const std::string& above, int depth) {
        if (depth > deepest) return;
        std::unordered_map<std::string_view, const YamlNode*> known;
        for (const YamlNode::Member& member : defaults.members) known.emplace(member.name(), member.value);
        for (const YamlNode::Member& member : overlay.members) {
            const std::string path =
                above.empty() ? std::string(member.name()) : fmt::format("{}.{}", above, member.name());
            const auto found = known.find(member.name());
            if (found != known.end())
                compare_value(member, *found->second, path, depth);
            else if (!is_helper(path) && !member.value->is_null())
                unknown(member, path, near(member.name(), defaults));
        }
    }

    std::string_view near(std::string_view name, const YamlNode& defaults) {
        constexpr std::size_t most = 200;
        std::vector<std::string_view> candidates;
        for (const YamlNode::Member& member : defaults.members)
            if (candidates.size() < most) candidates.push_back(member.name());
        return guess(name, candidates);
    }

    // Comparing every key of a file with every key of the chart would take the square of its size.
    std::string_view guess(std::string_view name, const std::vector<std::string_view>& candidates) {
        constexpr std::size_t longest = 64;
        constexpr std::size_t most_guesses = 200;
        return name.size() > longest || ++guesses_ > most_guesses ? std::string_view{}
                                                                  : nearest(name, candidates);
    }

    void compare_value(const YamlNode::Member& member, const YamlNode& standard, const std::string& path,
                       int depth) {
        // The defaults of a subchart are its own chart's.
        const bool subchart = checks_.chart == HelmChart::cloud && path == "gateway";
        if (member.value->is_null() && standard.is_map() && !standard.members.empty())
            return checks_.add_at(
                "helm.null-removes-default", member.key->where, path,
                fmt::format("{} has no value, which removes all that the chart sets there", path));
        if (member.value->is_null() || standard.is_null()) return;
        const bool differs = member.value->is_map() != standard.is_map() ||
                             member.value->is_sequence() != standard.is_sequence();
        if (differs)
            return checks_.add_at(
                "helm.type-mismatch", member.key->where, path,
                fmt::format("{} is {}, but {} in the chart", path, noun(*member.value), noun(standard)));
        if (standard.is_map() && !standard.members.empty() && !subchart && !handed_on(member.name()))
            compare(*member.value, standard, path, depth + 1);
    }

    static std::string_view noun(const YamlNode& node) {
        if (node.is_map()) return "a map";
        return node.is_sequence() ? "a list" : "a single value";
    }

    void switches(const YamlNode& map, const std::string& above, int depth) {
        if (depth > deepest) return;
        for (const YamlNode::Member& member : map.members) {
            const YamlNode& value = *member.value;
            const std::string path =
                above.empty() ? std::string(member.name()) : fmt::format("{}.{}", above, member.name());
            if (value.is_map() && !handed_on(member.name())) switches(value, path, depth + 1);
            const bool word = value.text == "true" || value.text == "false";
            if (value.is_scalar() && !value.plain && word && is_switch(member.name()))
                checks_.add_at("helm.quoted-boolean", value.where, path,
                               fmt::format("{} is a text, which templates take for true", path),
                               value.text == "true" ? std::optional(Severity::warning) : std::nullopt);
        }
    }

    const HelmChecks& checks_;
    std::size_t guesses_ = 0;
};

}  // namespace

void check_keys(const HelmChecks& checks) { KeyChecks(checks).run(); }

}  // namespace cowork::validators
