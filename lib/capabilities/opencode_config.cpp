#include "capabilities/opencode_config.hpp"

#include "capabilities/opencode_files.hpp"
#include "capabilities/plugin_name.hpp"
#include "config/jsonc_document.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace cowork::capabilities {
namespace {

using nlohmann::json;
using report::CapabilityKind;

constexpr std::size_t largest_layer = 4UL * 1024 * 1024;
// An entry and its members have a place of their own; what lies deeper has that of the member.
constexpr std::size_t placed_depth = 3;
// Each may lead to a large tree, and a hostile list could name one again and again.
constexpr std::size_t most_skill_paths = 64;
// Files that one layer is asked to bring in; what is above, or longer than a path, is not looked for.
constexpr std::size_t most_references = 1000;
constexpr std::size_t longest_reference = 4096;

// Objects are merged, anything else is replaced.
void merge(json& into, const nlohmann::ordered_json& from) {
    if (!into.is_object()) into = json::object();
    for (const auto& [key, value] : from.items()) {
        if (key == "__proto__" || key == "constructor" || key == "prototype") continue;
        if (value.is_object()) {
            merge(into[key], value);
        } else {
            into[key] = value;
        }
    }
}

// The line of a place in a text, for places that are asked for in order.
class LineOf {
  public:
    explicit LineOf(std::string_view text) : text_(text) { end_ = std::min(text.find('\n'), text.size()); }

    void advance(std::size_t place) {
        for (; end_ < place; ++number_) {
            begin_ = end_ + 1;
            end_ = std::min(text_.find('\n', begin_), text_.size());
            judged_ = false;
        }
    }
    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] bool is_comment() {
        if (!std::exchange(judged_, true)) {
            const auto first = std::min(text_.find_first_not_of(" \t", begin_), end_);
            comment_ = text_.substr(first, 2) == "//";
        }
        return comment_;
    }

  private:
    std::string_view text_;
    std::size_t begin_ = 0, end_ = 0;
    int number_ = 1;
    bool judged_ = false, comment_ = false;
};

class Reader {
  public:
    Reader(const OpencodePlaces& places, probes::FileProbe& files, std::optional<Budget> budget)
        : places_(places),
          files_(files),
          merged_(json::object()),
          budget_(std::move(budget)),
          scan_(files, found_, merged_, budget_) {}

    OpencodeConfiguration run() {
        if (!places_.global.empty())
            for (const char* name : {"config.json", "opencode.json", "opencode.jsonc"})
                file(places_.global + "/" + name, "global");
        both_files(places_.global, "global");
        if (const std::string path = places_.variable("OPENCODE_CONFIG"); !path.empty()) named(path);
        const bool project = !places_.on("OPENCODE_DISABLE_PROJECT_CONFIG");
        const auto way = project ? upwards(places_.directory, places_.worktree) : std::vector<std::string>{};
        for (auto at = way.rbegin(); at != way.rend(); ++at) pair(*at, "project");
        directories(way);
        if (const std::string text = places_.variable("OPENCODE_CONFIG_CONTENT"); !text.empty())
            document(text, "OPENCODE_CONFIG_CONTENT", "inline");
        pair(places_.managed, "managed");
        skills(way);
        found_.merged = std::make_shared<const json>(std::move(merged_));
        found_.permissions = permissions_.rules();
        return std::move(found_);
    }

  private:
    struct Directory {
        std::string path;
        std::string_view source;
    };

    void trouble(OpencodeTrouble kind, std::string message, std::string remedy, const SourceRef& where) {
        found_.problems.push_back({kind, std::move(message), std::move(remedy), where});
    }

    // Whether there is a file.
    bool file(const std::string& path, std::string_view source) {
        if (spent()) return false;
        auto text = files_.read(path, largest_layer, probes::Links::follow);
        if (!text) {
            if (text.error().code == ErrorCode::not_found) return false;
            const bool special = text.error().code == ErrorCode::refused;
            trouble(OpencodeTrouble::unreadable,
                    text.error().code == ErrorCode::invalid
                        ? fmt::format("{} is larger than cowork reads", path)
                        : fmt::format("{} {}", path, special ? "is no regular file" : "cannot be read"),
                    special ? "replace it by a regular file" : "run doctor as the user who runs OpenCode",
                    {path, 0, 0, {}});
            return true;
        }
        document(std::move(*text), path, source);
        return true;
    }

    void document(std::string text, const std::string& path, std::string_view source) {
        references(text, path);
        auto parsed = config::JsoncDocument::parse(std::move(text), path, "OpenCode", placed_depth);
        if (!parsed)
            return trouble(OpencodeTrouble::refused, parsed.error().message, parsed.error().remedy,
                           parsed.error().where);
        found_.files.push_back(path);
        for (OpencodeProblem& problem : judge_opencode_layer(*parsed))
            found_.problems.push_back(std::move(problem));
        definitions(*parsed, source);
        permissions_.take(parsed->root());
        merge(merged_, parsed->root());
    }

    // {file:PATH} of a file that is not there stops the load, except on a line that is a comment.
    void references(const std::string& text, const std::string& path) {
        constexpr std::string_view opening = "{file:";
        std::map<std::string, bool> there;
        std::size_t told = 0;
        LineOf line(text);
        for (auto at = text.find(opening); at != std::string::npos && !spent();) {
            const auto begin = at + opening.size();
            const auto end = text.find('}', begin);
            if (end == std::string::npos) return;
            line.advance(at);
            at = text.find(opening, end + 1);
            if (line.is_comment() || end == begin || end - begin > longest_reference) continue;
            const std::string name = text.substr(begin, end - begin);
            if (there.size() == most_references && !there.contains(name)) continue;
            const auto [known, fresh] = there.emplace(name, true);
            if (fresh) known->second = is_there(resolved(name, path));
            if (known->second) continue;
            trouble(OpencodeTrouble::refused,
                    fmt::format("{}:{}: a {{file:}} reference names a file that is not there", path,
                                line.number()),
                    "write the file, or take the reference out", {path, line.number(), 0, {}});
            if (++told == most_opencode_problems) return;
        }
    }
    [[nodiscard]] bool spent() const { return budget_ && budget_->spent(); }
    [[nodiscard]] std::string resolved(const std::string& name, const std::string& path) const {
        if (name.starts_with("~/")) return places_.home + name.substr(1);
        if (name.starts_with('/')) return name;
        const auto slash = path.rfind('/');
        return (slash == std::string::npos ? places_.directory : path.substr(0, slash)) + "/" + name;
    }
    bool is_there(const std::string& path) {
        const auto facts = files_.target_facts(path);
        return facts || facts.error().code != ErrorCode::not_found;
    }

    void definitions(const config::JsoncDocument& document, std::string_view source) {
        const auto& root = document.root();
        const auto each = [&](const char* key, CapabilityKind kind) {
            if (!root.contains(key) || !root[key].is_object()) return;
            const std::string parent = config::child_pointer("", key);
            for (const auto& [name, entry] : root[key].items())
                found_.definitions.push_back({kind, name, name, source,
                                              document.where(config::child_pointer(parent, name)),
                                              DefinitionFault::none});
        };
        each("provider", CapabilityKind::provider);
        for (const char* key : {"model", "small_model"})
            if (root.contains(key) && root[key].is_string())
                found_.definitions.push_back({CapabilityKind::model, key, root[key].get<std::string>(),
                                              source, document.where(config::child_pointer("", key)),
                                              DefinitionFault::none});
        each("mcp", CapabilityKind::mcp);
        each("agent", CapabilityKind::agent);
        each("mode", CapabilityKind::agent);
        each("command", CapabilityKind::workflow);
        plugins(document, source);
    }

    void plugins(const config::JsoncDocument& document, std::string_view source) {
        const auto* list = document.find("/plugin");
        if (list == nullptr || !list->is_array()) return;
        const auto slash = document.path().rfind('/');
        const std::string base =
            slash == std::string::npos ? places_.directory : document.path().substr(0, slash);
        for (std::size_t i = 0; i < list->size() && !spent(); ++i) {
            const auto& entry = (*list)[i];
            const auto& spec = entry.is_array() && !entry.empty() ? entry[0] : entry;
            if (!spec.is_string()) continue;
            const std::string& written = spec.get_ref<const std::string&>();
            const std::string slot = plugin_slot(written, base);
            const bool missing = slot.starts_with('/') && !is_there(slot);
            found_.definitions.push_back({CapabilityKind::opencode_plugin, slot, plugin_name(written), source,
                                          document.where(fmt::format("/plugin/{}", i)),
                                          missing ? DefinitionFault::file_missing : DefinitionFault::none});
        }
    }

    void named(const std::string& path) {
        if (!file(path, "config-file"))
            trouble(OpencodeTrouble::no_file,
                    fmt::format("OPENCODE_CONFIG names {}, which is not there", path),
                    "write the file, or unset the variable", {path, 0, 0, "OPENCODE_CONFIG"});
    }

    // Both files of a directory count.
    void pair(const std::string& directory, std::string_view source) {
        file(directory + "/opencode.json", source);
        file(directory + "/opencode.jsonc", source);
        both_files(directory, source);
    }
    void both_files(const std::string& directory, std::string_view source) {
        const auto is_file = [&](const std::string& name) {
            return std::find(found_.files.begin(), found_.files.end(), directory + "/" + name) !=
                   found_.files.end();
        };
        if (is_file("opencode.json") && is_file("opencode.jsonc"))
            trouble(OpencodeTrouble::two_files,
                    fmt::format("{} holds opencode.json and opencode.jsonc: both count, and the latter wins "
                                "({} layer)",
                                directory, source),
                    "merge the two files and remove one", {directory + "/opencode.json", 0, 0, {}});
    }

    // The `.opencode` of the directory comes first and that of the worktree after it, so the outer one wins.
    void directories(const std::vector<std::string>& way) {
        if (!places_.global.empty()) all_.push_back({places_.global, "global"});
        for (const std::string& at : way) all_.push_back({at + "/.opencode", "project-directory"});
        if (!places_.home.empty()) all_.push_back({places_.home + "/.opencode", "home-directory"});
        if (const std::string path = places_.variable("OPENCODE_CONFIG_DIR"); !path.empty())
            all_.push_back({path, "config-directory"});
        std::set<std::string> seen;
        std::erase_if(all_, [&](const Directory& each) { return !seen.insert(each.path).second; });
        for (const Directory& each : all_) {
            if (each.source != "global") pair(each.path, each.source);
            scan_.directory(each.path, each.source);
        }
    }

    void skills(const std::vector<std::string>& way) {
        if (!places_.on("OPENCODE_DISABLE_EXTERNAL_SKILLS")) {
            std::vector<std::string> folders{".agents"};
            if (!places_.on("OPENCODE_DISABLE_CLAUDE_CODE") &&
                !places_.on("OPENCODE_DISABLE_CLAUDE_CODE_SKILLS"))
                folders.insert(folders.begin(), ".claude");
            std::set<std::string> seen;
            const auto external = [&](const std::string& root) {
                for (const std::string& folder : folders)
                    if (const std::string path = fmt::format("{}/{}", root, folder); seen.insert(path).second)
                        scan_.skills(path, {"skills"}, "external");
            };
            if (!places_.home.empty()) external(places_.home);
            for (const std::string& at : way) external(at);
        }
        for (const Directory& each : all_) scan_.skills(each.path, {"skill", "skills"}, each.source);
        skill_paths();
    }
    void skill_paths() {
        const auto skills = merged_.find("skills");
        if (skills == merged_.end() || !skills->is_object()) return;
        const auto paths = skills->find("paths");
        if (paths == skills->end() || !paths->is_array()) return;
        for (std::size_t i = 0; i < std::min(paths->size(), most_skill_paths); ++i)
            if (const json& path = (*paths)[i]; path.is_string())
                scan_.skills(resolved(path.get<std::string>(), places_.directory + "/."), {}, "skill-path");
    }

    const OpencodePlaces& places_;
    probes::FileProbe& files_;
    OpencodeConfiguration found_;
    json merged_;
    PermissionLayers permissions_;
    std::optional<Budget> budget_;
    OpencodeFiles scan_;
    std::vector<Directory> all_;
};

}  // namespace

bool OpencodeConfiguration::refused() const {
    return std::any_of(problems.begin(), problems.end(), [](const OpencodeProblem& problem) {
        return problem.trouble == OpencodeTrouble::refused;
    });
}

OpencodeConfiguration read_opencode(const OpencodePlaces& places, probes::FileProbe& files,
                                    std::optional<Budget> budget) {
    return Reader(places, files, std::move(budget)).run();
}

OpencodeConfiguration no_configuration() {
    OpencodeConfiguration none;
    none.merged = std::make_shared<const json>(json::object());
    return none;
}

std::string plugin_slot(std::string_view spec, const std::string& base) {
    constexpr std::string_view file_scheme = "file://";
    std::string path;
    if (spec.starts_with(file_scheme)) {
        path = spec.substr(file_scheme.size());
    } else if (spec.starts_with('/')) {
        path = spec;
    } else if (spec.starts_with("./") || spec.starts_with("../")) {
        path = base + "/" + std::string(spec);
    }
    if (!path.empty()) return std::filesystem::path(path).lexically_normal().string();
    const auto version = spec.rfind('@');
    return std::string(version != std::string_view::npos && version > 0 ? spec.substr(0, version) : spec);
}

}  // namespace cowork::capabilities
