#include "net/host_class.hpp"
#include "net/url.hpp"
#include "rules/mcp_policy.hpp"
#include "validators/json_secrets.hpp"
#include "validators/opencode/parts.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace cowork::validators {
namespace {

using Json = nlohmann::ordered_json;

struct Objection {
    std::string_view verdict;  // of rules::McpVerdict
    std::string_view rule, what;
    std::optional<Severity> severity = std::nullopt;
};

constexpr std::array objections{
    Objection{"shell", "opencode.mcp-command", "starts a shell"},
    Objection{"metacharacter", "opencode.mcp-command", "has a character that only a shell understands"},
    Objection{"inline-eval", "opencode.mcp-command", "runs code from its command line"},
    Objection{"command-missing", "opencode.mcp-command", "names no program"},
    Objection{"outside-project", "opencode.mcp-command", "starts a program outside of the project"},
    Objection{"command-not-allowed", "opencode.mcp-command",
              "is none of the programs that Open Cowork starts", Severity::note},
    Objection{"package-not-pinned", "opencode.mcp-unpinned", "runs a package without a version"},
    Objection{"scheme", "opencode.mcp-url", "is no http or https URL"},
    Objection{"unreadable-url", "opencode.mcp-url", "is no URL that every reader understands alike"},
    Objection{"metadata-host", "opencode.mcp-url", "is a cloud's metadata service"},
    Objection{"loopback", "opencode.mcp-url", "is this machine, where Open Cowork calls no tool server",
              Severity::note},
    Objection{"link-local", "opencode.mcp-url", "is a link-local address", Severity::note},
    Objection{"private", "opencode.mcp-url", "is a private address", Severity::note},
    Objection{"non-routable", "opencode.mcp-url", "is an address that no network routes to"},
};

void tell(JsonFindings& found, const rules::McpVerdict& verdict, const std::string& pointer) {
    if (verdict.allowed) return;
    const auto row = std::find_if(objections.begin(), objections.end(),
                                  [&](const Objection& one) { return one.verdict == verdict.rule; });
    if (row != objections.end()) found.add(row->rule, pointer, row->what, {}, row->severity);
}

void check_command(JsonFindings& found, const Json& entry, const std::string& pointer) {
    const auto command = entry.find("command");
    if (command == entry.end() || !command->is_array()) return;
    std::vector<std::string> words;
    for (const Json& word : *command) {
        if (!word.is_string()) return;
        words.push_back(word.get<std::string>());
    }
    if (!words.empty() && has_reference(words.front())) return;
    // What is on the machine that will run it is not known here.
    const rules::StdioScope scope{"/project", [](const std::string&) { return true; },
                                  [](const std::string&) { return std::string(); }};
    tell(found, rules::judge_mcp_command(words, scope), pointer + "/command");
}

bool has_secret_header(const Json& entry) {
    const auto headers = entry.find("headers");
    if (headers == entry.end() || !headers->is_object()) return false;
    return std::any_of(headers->begin(), headers->end(), [](const Json& one) {
        return one.is_string() && has_reference(one.get_ref<const std::string&>());
    });
}

void check_url(JsonFindings& found, const Json& entry, const std::string& pointer) {
    const auto url = entry.find("url");
    if (url == entry.end() || !url->is_string()) return;
    const auto& text = url->get_ref<const std::string&>();
    if (has_reference(text)) return;
    tell(found, rules::judge_mcp_url(text, false), pointer + "/url");
    if (!is_plain_http(text)) return;
    const bool secret = has_secret_header(entry);
    found.add("opencode.plain-http", pointer + "/url",
              secret ? "sends a secret in clear over the network" : "is http to another machine", {},
              secret ? std::optional(Severity::error) : std::nullopt);
}

// An entry that only switches on or off what another layer has.
bool only_switches(const Json& entry) { return entry.size() == 1 && entry.contains("enabled"); }

void check_entry(JsonFindings& found, const Json& entry, const std::string& pointer) {
    if (!entry.is_object() || only_switches(entry)) return;
    const auto type = entry.find("type");
    const bool named = type != entry.end() && type->is_string();
    const std::string word = named ? type->get<std::string>() : std::string{};
    if (word == "local" || word == "remote") {
        tell_opencode_shape(found, entry, word + " mcp", pointer);
        return word == "local" ? check_command(found, entry, pointer) : check_url(found, entry, pointer);
    }
    if (type == entry.end())
        return found.add("opencode.missing-key", pointer + "/type", "is missing", "write local or remote");
    if (!named)
        return found.add("opencode.wrong-type", pointer + "/type", "is not a text", "write local or remote");
    found.add("opencode.wrong-value", pointer + "/type", "is none of local, remote", "write local or remote");
}

}  // namespace

bool is_plain_http(std::string_view url) {
    const auto parsed = net::parse_url(url);
    if (!parsed || parsed->scheme != "http") return false;
    const auto host = net::classify_host(parsed->host);
    // A name without a dot is one of the own network: a container's, a cluster's.
    return host == net::HostClass::public_address ||
           (host == net::HostClass::public_name && parsed->host.find('.') != std::string::npos);
}

void check_opencode_mcps(JsonFindings& found) {
    const Json* mcps = found.document().find("/mcp");
    if (mcps == nullptr || !mcps->is_object()) return;
    for (const auto& [name, entry] : mcps->items())
        check_entry(found, entry, config::child_pointer("/mcp", name));
}

}  // namespace cowork::validators
