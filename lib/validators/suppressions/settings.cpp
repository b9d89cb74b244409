#include "validators/suppressions/settings.hpp"

#include "core/names.hpp"
#include "core/text.hpp"
#include "validators/json_place.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <filesystem>

namespace cowork::validators {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr std::string_view file_name = ".cowork-validate.json";

class Reader {
  public:
    Reader(const config::JsoncDocument& document, const LineIndex& index)
        : document_(document), index_(index) {}

    SettingsFile read() {
        const ordered_json& root = document_.root();
        known_keys(root, {}, {"$schema", "schemaVersion", "allow"});
        const auto version = root.find("schemaVersion");
        if (version == root.end() || *version != 1)
            problem("/schemaVersion", "schemaVersion is not 1", "write \"schemaVersion\": 1");
        const auto allow = root.find("allow");
        if (allow == root.end() || !allow->is_array()) {
            problem("/allow", "allow is no list", "write \"allow\": [] with an object for each permission");
            return std::move(file_);
        }
        for (std::size_t i = 0; i < allow->size(); ++i) entry((*allow)[i], fmt::format("/allow/{}", i));
        return std::move(file_);
    }

  private:
    void problem(const std::string& pointer, std::string message, std::string remedy) {
        file_.problems.push_back({json_place(document_, index_, pointer), config::dotted(pointer),
                                  std::move(message), std::move(remedy)});
    }

    void known_keys(const ordered_json& object, const std::string& pointer,
                    const std::vector<std::string_view>& known) {
        for (const auto& [key, value] : object.items()) {
            if (std::find(known.begin(), known.end(), key) != known.end()) continue;
            const auto hint = nearest(key, known);
            problem(config::child_pointer(pointer, key), fmt::format("there is no setting '{}'", key),
                    hint.empty() ? fmt::format("use {}", fmt::join(known, ", "))
                                 : fmt::format("did you mean {}?", hint));
        }
    }

    // A text that has to be there; nothing, and a problem, when it is not.
    std::optional<std::string> text(const ordered_json& object, const std::string& pointer, const char* key,
                                    bool needed) {
        const auto found = object.find(key);
        if (found == object.end() && !needed) return std::string();
        if (found != object.end() && found->is_string() &&
            !trimmed(found->get_ref<const std::string&>()).empty())
            return found->get<std::string>();
        problem(config::child_pointer(pointer, key),
                fmt::format("{} {}", key, found == object.end() ? "is missing" : "is no text"),
                fmt::format("give the permission a {}", key));
        return std::nullopt;
    }

    void entry(const ordered_json& value, const std::string& pointer) {
        if (!value.is_object())
            return problem(pointer, "a permission is no object", "write {\"rule\", \"files\", \"reason\"}");
        known_keys(value, pointer, {"rule", "files", "key", "reason", "until"});
        const std::size_t before = file_.problems.size();
        FilePermit one;
        const auto rule = text(value, pointer, "rule", true);
        const auto key = text(value, pointer, "key", false);
        const auto until = text(value, pointer, "until", false);
        const auto reason = value.find("reason");
        one.files = globs(value, pointer);
        if (until && !until->empty()) {
            one.permit.end = end_of_day(*until);
            if (!one.permit.end)
                problem(pointer + "/until", "until is no date", "write a date such as 2026-12-31");
        }
        if (file_.problems.size() > before || !rule || !key) return;
        one.permit.rule = *rule;
        one.key = *key;
        one.where = json_place(document_, index_, pointer + "/rule");
        one.pointer = pointer;
        if (reason != value.end() && reason->is_string()) one.permit.reason = reason->get<std::string>();
        if (trimmed(one.permit.reason).empty()) {
            one.permit.fault = "suppression.no-reason";
            one.permit.message = fmt::format("nothing says why {} is allowed", one.permit.rule);
            one.permit.remedy = "give the permission a reason";
        }
        file_.permits.push_back(std::move(one));
    }

    std::vector<std::string> globs(const ordered_json& object, const std::string& pointer) {
        constexpr std::size_t longest = 256;
        std::vector<std::string> all;
        const auto found = object.find("files");
        const bool list = found != object.end() && found->is_array() && !found->empty();
        if (list)
            for (const ordered_json& one : *found)
                if (one.is_string() && !one.get_ref<const std::string&>().empty() &&
                    one.get_ref<const std::string&>().size() <= longest)
                    all.push_back(one.get<std::string>());
        if (!list || all.size() != found->size()) {
            problem(pointer + "/files", "files is no list of patterns",
                    "write \"files\": [\"deploy/*.yaml\"]");
            all.clear();
        }
        return all;
    }

    const config::JsoncDocument& document_;
    const LineIndex& index_;
    SettingsFile file_;
};

std::vector<std::string_view> names_of(std::string_view path) {
    std::vector<std::string_view> names;
    for (;;) {
        const auto slash = path.find('/');
        names.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return names;
        path.remove_prefix(slash + 1);
    }
}

bool exists(const std::string& path) {
    std::error_code problem;
    return fs::exists(fs::symlink_status(path, problem));
}

bool is_below(const std::string& path, const std::string& directory) {
    return path == directory || directory == "/" ||
           (path.starts_with(directory) && path[directory.size()] == '/');
}

std::string parent_of(const std::string& path) { return fs::path(path).parent_path().string(); }

}  // namespace

SettingsFile read_settings(const config::JsoncDocument& document, const LineIndex& index) {
    return Reader(document, index).read();
}

bool path_matches(std::string_view glob, std::string_view path) {
    if (glob.starts_with("./")) glob.remove_prefix(2);
    std::string whole(glob);
    if (whole.ends_with('/')) whole += "**";
    if (whole.find('/') == std::string::npos) whole = "**/" + whole;
    if (whole.starts_with('/')) whole.erase(0, 1);
    const auto patterns = names_of(whole);
    const auto names = names_of(path);
    // reached[n]: the patterns so far can stand for the first n names.
    std::vector<bool> reached(names.size() + 1);
    reached[0] = true;
    for (const std::string_view pattern : patterns) {
        std::vector<bool> next(names.size() + 1);
        for (std::size_t n = 0; n <= names.size(); ++n) {
            if (pattern == "**") {
                next[n] = reached[n] || (n > 0 && next[n - 1]);
            } else if (n > 0) {
                next[n] = reached[n - 1] && glob_match(pattern, names[n - 1]);
            }
        }
        reached = std::move(next);
    }
    return reached.back();
}

SettingsPlaces::SettingsPlaces(const std::vector<std::string>& named) {
    std::error_code problem;
    current_ = fs::current_path(problem).string();
    for (const std::string& path : named)
        if (path != "-" && fs::is_directory(path, problem)) named_.push_back(absolute(path));
}

std::string SettingsPlaces::absolute(const std::string& path) {
    std::error_code problem;
    std::string whole = fs::absolute(path, problem).lexically_normal().string();
    while (whole.size() > 1 && whole.ends_with('/')) whole.pop_back();
    return whole;
}

bool SettingsPlaces::covers(const std::string& directory) const {
    return std::any_of(named_.begin(), named_.end(),
                       [&](const std::string& one) { return is_below(directory, one); });
}

std::string SettingsPlaces::top_of(const std::string& directory) const {
    for (std::string at = directory;; at = parent_of(at)) {
        if (exists(at + "/.git")) return at;
        if (at == "/" || at.empty()) break;
    }
    if (is_below(directory, current_)) return current_;
    const auto found = std::find_if(named_.begin(), named_.end(),
                                    [&](const std::string& one) { return is_below(directory, one); });
    return found != named_.end() ? *found : directory;
}

const std::string& SettingsPlaces::in(const std::string& directory, const std::string& top) {
    const auto known = known_.find(directory);
    if (known != known_.end()) return known->second;
    std::string file =
        directory == "/" ? fmt::format("/{}", file_name) : fmt::format("{}/{}", directory, file_name);
    if (!exists(file))
        file = directory == top || directory == "/" ? std::string() : in(parent_of(directory), top);
    return known_.emplace(directory, std::move(file)).first->second;
}

const std::string& SettingsPlaces::of(const std::string& path) {
    const std::string directory = parent_of(absolute(path));
    const auto known = known_.find(directory);
    return known != known_.end() ? known->second : in(directory, top_of(directory));
}

}  // namespace cowork::validators
