#include "capabilities/opencode_mcp.hpp"

#include "net/url.hpp"
#include "rules/mcp_policy.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <optional>

namespace cowork::capabilities {
namespace {

using nlohmann::json;

// The base name of a program. A whole command line in its place may hold a secret.
std::string program_name(const std::string& word) {
    constexpr std::size_t longest = 64;
    const std::string name = std::filesystem::path(word).filename().string();
    const bool plain = !name.empty() && name.size() <= longest &&
                       name.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                           "0123456789._+-") == std::string::npos;
    return plain ? name : "(unusual)";
}

class Judge {
  public:
    Judge(const OpencodeSources& sources, const std::string& name, const Definition& winner)
        : sources_(sources), name_(name), winner_(winner) {
        const auto all = sources.configuration.merged->find("mcp");
        if (all == sources.configuration.merged->end() || !all->is_object()) return;
        const auto found = all->find(name);
        if (found != all->end() && found->is_object()) entry_ = *found;
    }

    McpJudgement run() {
        made_.what = word();
        return std::move(made_);
    }

  private:
    [[nodiscard]] std::string text(const char* key) const {
        const auto found = entry_.find(key);
        return found != entry_.end() && found->is_string() ? replaced(found->get_ref<const std::string&>())
                                                           : std::string{};
    }
    // {env:NAME} as the server replaces it.
    [[nodiscard]] static std::string replaced(std::string_view value) {
        constexpr std::string_view opening = "{env:";
        std::string out;
        std::size_t done = 0;
        for (auto at = value.find(opening); at != std::string_view::npos; at = value.find(opening, done)) {
            const auto end = value.find('}', at);
            if (end == std::string_view::npos) break;
            // Only those variables of the server are read that say where it looks.
            out.append(value.substr(done, at - done)).append(unknown_);
            done = end + 1;
        }
        return out.append(value.substr(done));
    }
    [[nodiscard]] std::vector<std::string> command() const {
        std::vector<std::string> words;
        const auto found = entry_.find("command");
        if (found != entry_.end() && found->is_array())
            for (const json& word : *found)
                if (word.is_string()) words.push_back(replaced(word.get_ref<const std::string&>()));
        return words;
    }
    [[nodiscard]] static bool unresolved(const std::string& text) {
        return text.find(unknown_) != std::string::npos || text.find("{file:") != std::string::npos;
    }

    // Who says no, if the policy does.
    std::optional<std::string_view> blocked() {
        const std::string type = text("type");
        if (type == "local" || type == "remote") made_.evidence.emplace_back("type", type);
        rules::McpVerdict verdict;
        std::string_view code;
        if (type == "local") {
            const auto words = command();
            if (words.empty() || std::any_of(words.begin(), words.end(), unresolved)) return std::nullopt;
            made_.evidence.emplace_back("command", program_name(words.front()));
            verdict = rules::judge_mcp_command(words, scope());
            code = "stdio-policy-blocked";
        } else if (type == "remote") {
            const std::string url = text("url");
            if (unresolved(url)) return std::nullopt;
            if (const auto parsed = net::parse_url(url)) made_.evidence.emplace_back("host", parsed->host);
            verdict = rules::judge_mcp_url(url, false);
            code = "url-policy-blocked";
        }
        if (verdict.allowed) return std::nullopt;
        made_.evidence.emplace_back("policy", verdict.rule);
        return code;
    }
    [[nodiscard]] rules::StdioScope scope() const {
        const bool project = winner_.source == "project" || winner_.source == "project-directory";
        probes::FileProbe& files = sources_.files;
        return {project ? sources_.places.directory : std::string{},
                [&files](const std::string& path) {
                    const auto facts = files.target_facts(path);
                    return facts && facts->kind == probes::FileKind::regular;
                },
                [](const std::string& path) {
                    std::error_code error;
                    return std::filesystem::canonical(path, error).string();
                }};
    }

    [[nodiscard]] bool changed() const {
        const LiveOpencode& live = *sources_.live;
        const auto found = live.mcp_entries.find(name_);
        if (!live.config || found == live.mcp_entries.end()) return false;
        LiveOpencode::McpEntry here{text("type"), text("url"), {}};
        for (const std::string& word : command()) here.command += word + "\n";
        const bool known = !unresolved(here.url) && !unresolved(here.command);
        return known && !(here == found->second);
    }

    std::string_view word() {
        if (entry_.value("enabled", json(true)) == json(false)) return "disabled-by-configuration";
        const auto refusal = blocked();
        const LiveOpencode::Mcp* state = nullptr;
        if (sources_.live != nullptr && sources_.live->mcps) {
            const auto found = sources_.live->mcps->find(name_);
            if (found != sources_.live->mcps->end()) state = &found->second;
        }
        if (state != nullptr) made_.evidence.emplace_back("server", state->status);
        const bool connected = state != nullptr && state->status == "connected";
        if (refusal) return connected ? "policy-not-enforced" : *refusal;
        if (sources_.live == nullptr || !sources_.live->mcps) return "declared";
        if (changed()) return "changed-since-start";
        if (state == nullptr) return "not-loaded";
        if (connected) return "loaded";
        made_.failure = state->failure;
        return live_word(state->status);
    }

    // What stands for a variable that is not known.
    static constexpr const char* unknown_ = "\x01";

    const OpencodeSources& sources_;
    const std::string& name_;
    const Definition& winner_;
    json entry_ = json::object();
    McpJudgement made_;
};

}  // namespace

McpJudgement judge_opencode_mcp(const OpencodeSources& sources, const std::string& name,
                                const Definition& winner) {
    return Judge(sources, name, winner).run();
}

std::string_view live_word(std::string_view status) {
    if (status == "disabled") return "disabled-by-configuration";
    if (status == "needs_auth") return "needs-auth";
    if (status == "needs_client_registration") return "needs-client-registration";
    return "runtime-failure";
}

}  // namespace cowork::capabilities
