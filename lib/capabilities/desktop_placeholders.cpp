#include "capabilities/desktop_placeholders.hpp"

#include "capabilities/desktop_config.hpp"
#include "core/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

namespace cowork::capabilities {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view name_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
// Files that one layer may bring in. Nobody writes as many, and each is read while the user waits.
constexpr int most_files = 200;

class Placeholders {
  public:
    Placeholders(const config::JsoncDocument& document, const std::string& home,
                 const config::Environment& environment, probes::FileProbe& files)
        : home_(home), environment_(environment), files_(files) {
        directory_ = std::filesystem::path(document.path()).parent_path().string();
        const Json* allowed = document.find("/allowedEnvPlaceholders");
        if (allowed == nullptr || !allowed->is_array()) return;
        for (const Json& name : *allowed)
            if (name.is_string()) allowed_.insert(name.get<std::string>());
    }

    void replace_in(Json& value) {
        if (value.is_structured()) {
            for (Json& member : value) replace_in(member);
        } else if (value.is_string()) {
            const std::string& text = value.get_ref<const std::string&>();
            if (text.find('{') == std::string::npos) return;
            auto replaced = with_variables(text);
            if (replaced) replaced = with_files(*replaced);
            value = replaced ? Json(std::move(*replaced)) : Json::binary({});
        }
    }

  private:
    // Nothing when a variable is not set here: Desktop may have been started where it is.
    [[nodiscard]] std::optional<std::string> with_variables(const std::string& text) const {
        constexpr std::string_view opening = "{env:";
        std::string out;
        std::size_t done = 0;
        for (auto at = text.find(opening); at != std::string::npos; at = text.find(opening, at + 1)) {
            const auto begin = at + opening.size();
            const auto end = text.find_first_not_of(name_characters, begin);
            if (end == std::string::npos || end == begin || text[end] != '}') continue;
            const auto value = variable(text.substr(begin, end - begin));
            if (!value) return std::nullopt;
            out.append(text, done, at - done).append(*value);
            done = end + 1;
        }
        return out.append(text, done);
    }

    [[nodiscard]] std::optional<std::string_view> variable(const std::string& name) const {
        if (!allowed_.contains(name)) return std::nullopt;
        for (const auto& [key, value] : environment_)
            if (key == name) return value;
        return std::nullopt;
    }

    std::optional<std::string> with_files(const std::string& text) {
        constexpr std::string_view opening = "{file:";
        std::string out;
        std::size_t done = 0;
        for (auto at = text.find(opening); at != std::string::npos; at = text.find(opening, done)) {
            const auto begin = at + opening.size();
            const auto end = text.find('}', begin);
            if (end == std::string::npos) break;
            out.append(text, done, at - done);
            done = end + 1;
            if (end == begin) {
                out.append(text, at, done - at);
                continue;
            }
            const auto content =
                file(std::string(trimmed(std::string_view(text).substr(begin, end - begin))));
            if (!content) return std::nullopt;
            out += *content;
        }
        return out.append(text, done);
    }

    std::optional<std::string> file(const std::string& name) {
        if (++read_ > most_files) return std::nullopt;
        std::string path = directory_ + "/" + name;
        if (name.starts_with('/')) path = name;
        if (name.starts_with("~/")) path = home_ + name.substr(1);
        auto content = files_.read(path, largest_inlined_file, probes::Links::follow);
        if (content) return std::move(*content);
        if (content.error().code == ErrorCode::not_found) return std::string{};
        return std::nullopt;
    }

    std::string home_;
    std::string directory_;
    const config::Environment& environment_;
    probes::FileProbe& files_;
    std::set<std::string> allowed_;
    int read_ = 0;
};

}  // namespace

Json without_placeholders(const config::JsoncDocument& document, const std::string& home,
                          const config::Environment& environment, probes::FileProbe& files) {
    Json resolved = document.root();
    Placeholders(document, home, environment, files).replace_in(resolved);
    const Json* custom = document.find("/providers/custom");
    if (custom == nullptr || !custom->is_object()) return resolved;
    for (const auto& [id, provider] : custom->items())
        if (provider.is_object() && provider.contains("options"))
            resolved["providers"]["custom"][id]["options"] = provider["options"];
    return resolved;
}

}  // namespace cowork::capabilities
