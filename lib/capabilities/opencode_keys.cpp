#include "capabilities/opencode_keys.hpp"

#include "core/names.hpp"
#include "rules/opencode_shape.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

namespace cowork::capabilities {
namespace {

using Json = nlohmann::ordered_json;
using Names = std::vector<std::string_view>;

bool all_text(const Json& list) {
    return list.is_array() &&
           std::all_of(list.begin(), list.end(), [](const Json& each) { return each.is_string(); });
}

bool is_text(const Json& object, const char* key) { return object.contains(key) && object[key].is_string(); }

bool is_plugin(const Json& entry) {
    if (entry.is_string()) return true;
    return entry.is_array() && entry.size() == 2 && entry[0].is_string() && entry[1].is_object();
}

class Judge {
  public:
    explicit Judge(const config::JsoncDocument& document) : document_(document) {}

    std::vector<OpencodeProblem> run() {
        const Json& root = document_.root();
        const rules::JsonShape& shape = rules::opencode_shape();
        for (const auto& [key, value] : root.items()) {
            if (shape.find("", key) == nullptr) {
                unknown("", key, shape.names_of(""), OpencodeTrouble::refused);
            } else {
                top(key, value);
            }
        }
        return std::move(problems_);
    }

  private:
    void refuse(const std::string& pointer, std::string_view what, std::string_view remedy) {
        add(OpencodeTrouble::refused, pointer, what, std::string(remedy));
    }
    void add(OpencodeTrouble trouble, const std::string& pointer, std::string_view what, std::string remedy) {
        const SourceRef where = document_.where(pointer);
        problems_.push_back({trouble, fmt::format("{}: {} {}", where.place(), config::dotted(pointer), what),
                             std::move(remedy), where});
    }
    void unknown(const std::string& parent, const std::string& key, const Names& known,
                 OpencodeTrouble trouble) {
        const auto hint = nearest(key, known);
        add(trouble, config::child_pointer(parent, key), "is no key that OpenCode knows",
            hint.empty() ? "remove the key" : fmt::format("rename the key to {}, or remove it", hint));
    }
    void only(const std::string& pointer, const Json& object, std::string_view shape) {
        const Names known = rules::opencode_shape().names_of(shape);
        for (const auto& [key, value] : object.items())
            if (std::find(known.begin(), known.end(), key) == known.end())
                unknown(pointer, key, known, OpencodeTrouble::unknown_key);
    }

    void top(const std::string& key, const Json& value) {
        const std::string pointer = config::child_pointer("", key);
        if (key == "model" || key == "small_model") {
            if (!value.is_string()) refuse(pointer, "is not a text", "write provider/model");
        } else if (key == "enabled_providers" || key == "disabled_providers" || key == "instructions") {
            if (!all_text(value)) refuse(pointer, "is not a list of texts", "write a list of texts");
        } else if (key == "plugin") {
            plugins(pointer, value);
        } else if (key == "mcp" || key == "provider" || key == "agent" || key == "command" || key == "mode") {
            map(key, pointer, value);
        } else if (key == "skills") {
            if (!value.is_object()) return refuse(pointer, "is not an object", "write paths and urls in it");
            only(pointer, value, "skills");
            for (const auto& [name, list] : value.items())
                if (!all_text(list))
                    refuse(config::child_pointer(pointer, name), "is not a list of texts",
                           "write a list of texts");
        } else if (key == "permission") {
            if (!value.is_string() && !value.is_object())
                refuse(pointer, "is neither an action nor an object",
                       "write ask, allow or deny, or an object");
        } else if (key == "tools") {
            if (!value.is_object()) refuse(pointer, "is not an object", "write true or false for each tool");
        }
    }

    void plugins(const std::string& pointer, const Json& list) {
        if (!list.is_array()) return refuse(pointer, "is not a list", "write a list of plugins");
        for (std::size_t i = 0; i < list.size(); ++i)
            if (!is_plugin(list[i]))
                refuse(config::child_pointer(pointer, std::to_string(i)), "names no plugin",
                       "write its name, or a list of its name and an object");
    }

    void map(const std::string& key, const std::string& pointer, const Json& entries) {
        if (!entries.is_object()) return refuse(pointer, "is not an object", "write an object of entries");
        for (const auto& [name, entry] : entries.items()) {
            const std::string where = config::child_pointer(pointer, name);
            if (!entry.is_object()) {
                refuse(where, "is not an object", "write an object, or remove it");
            } else if (key == "mcp") {
                mcp(where, entry);
            } else if (key == "command") {
                if (!is_text(entry, "template")) refuse(where, "has no template", "give it a template");
                only(where, entry, "command");
            } else if (key == "provider") {
                only(where, entry, "provider");
            }
        }
    }

    void mcp(const std::string& pointer, const Json& entry) {
        const std::string type = is_text(entry, "type") ? entry["type"].get<std::string>() : std::string{};
        if (type == "local") {
            if (!entry.contains("command") || !all_text(entry["command"]))
                refuse(pointer, "has no command that is a list of texts", "write the command as a list");
            only(pointer, entry, "local mcp");
        } else if (type == "remote") {
            if (!is_text(entry, "url")) refuse(pointer, "has no url", "give it a url");
            only(pointer, entry, "remote mcp");
        } else if (entry.size() != 1 || !entry.contains("enabled") || !entry["enabled"].is_boolean()) {
            refuse(pointer, "is neither local nor remote", "set its type to local or remote");
        }
    }

    const config::JsoncDocument& document_;
    std::vector<OpencodeProblem> problems_;
};

}  // namespace

std::vector<OpencodeProblem> judge_opencode_layer(const config::JsoncDocument& document) {
    return Judge(document).run();
}

}  // namespace cowork::capabilities
