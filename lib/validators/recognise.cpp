#include "validators/recognise.hpp"

#include "config/dialect.hpp"
#include "validators/opencode.hpp"
#include "validators/product_config.hpp"
#include "validators/topology.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>

namespace cowork::validators {
namespace {

std::string_view base_name(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool has_extension(std::string_view path, std::initializer_list<std::string_view> extensions) {
    return std::any_of(extensions.begin(), extensions.end(),
                       [&](std::string_view one) { return path.ends_with(one); });
}

enum class Syntax { env, json, yaml };

// A line that is an assignment of an env file, by its key alone.
bool is_assignment(std::string_view line) {
    if (line.starts_with("export ")) line.remove_prefix(7);
    const auto equals = line.find('=');
    return equals != std::string_view::npos && config::is_valid_key(line.substr(0, equals));
}

std::string_view without_blanks(std::string_view line) {
    const auto begin = line.find_first_not_of(" \t\r");
    return begin == std::string_view::npos ? std::string_view{} : line.substr(begin);
}

// The first lines that say something decide: env files assign from the first one on.
Syntax syntax_of(const Input& input) {
    std::string_view text = input.text;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (has_extension(input.path, {".yaml", ".yml"})) return Syntax::yaml;
    if (has_extension(input.path, {".json", ".jsonc"})) return Syntax::json;
    for (std::string_view rest = text; !rest.empty();) {
        const auto end = rest.find('\n');
        const std::string_view line = without_blanks(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        if (line.empty() || line.starts_with('#')) continue;
        if (line.starts_with('{') || line.starts_with("//") || line.starts_with("/*")) return Syntax::json;
        return is_assignment(line) ? Syntax::env : Syntax::yaml;
    }
    return Syntax::env;
}

bool named_like_env(std::string_view name) {
    return name == ".env" || name.starts_with(".env.") || name.ends_with(".env") ||
           name.find(".env.") != std::string_view::npos;
}

Kind by_name(std::string_view path) {
    const std::string_view name = base_name(path);
    if (name == ".cowork-validate.json") return Kind::settings;
    if (named_like_env(name)) return Kind::env;
    if (name.starts_with("docker-compose") || name.starts_with("compose.")) return Kind::compose;
    if (name.starts_with("values")) return Kind::helm;
    if (name.starts_with("opencode.json")) return Kind::opencode;
    if (name.starts_with("open-cowork.config.")) return Kind::product_config;
    return Kind::text;
}

// What distinguishes each kind of JSON document: a key, or a key and its value.
Kind json_kind(const config::JsoncDocument& document) {
    const auto& root = document.root();
    const auto text = [&](const char* key) {
        const auto found = root.find(key);
        return found != root.end() && found->is_string() ? found->get<std::string>() : std::string{};
    };
    const auto has = [&](const char* key) { return root.contains(key); };
    const std::string purpose = text("purpose");
    if (purpose == "open-cowork-launch-failover-drill-evidence") return Kind::failover_drill;
    if (looks_like_topology(document)) return Kind::topology;
    if (has("requiredEvidence") && has("statusValues")) return Kind::launch_evidence;
    if (has("profileName") && has("gates") && has("summary")) return Kind::load_report;
    if (has("backups") && has("environment")) return Kind::backup_evidence;
    if (looks_like_product_config(document)) return Kind::product_config;
    if (looks_like_opencode(document)) return Kind::opencode;
    return Kind::text;
}

Kind yaml_kind(const config::YamlStream& stream) {
    for (const config::YamlNode* document : stream.documents()) {
        if (document->find("apiVersion") != nullptr && document->find("kind") != nullptr)
            return Kind::kubernetes;
        if (const auto* services = document->find("services"); services != nullptr && services->is_map())
            return Kind::compose;
    }
    return Kind::text;
}

void parse_json(Input& input, std::optional<Kind> forced) {
    auto parsed = config::JsoncDocument::parse(input.text, input.path, "its reader");
    if (!parsed) {
        input.fault = parsed.error();
        input.kind = forced.value_or(by_name(input.path));
        return;
    }
    input.json = std::move(*parsed);
    const Kind named = by_name(input.path);
    const Kind found = json_kind(*input.json);
    input.kind = forced.value_or(found == Kind::text ? named : found);
}

void parse_yaml(Input& input, std::optional<Kind> forced) {
    auto parsed = config::YamlStream::parse(input.text, input.path);
    if (!parsed) {
        input.fault = parsed.error();
        input.kind = forced.value_or(by_name(input.path));
        return;
    }
    input.yaml = std::move(*parsed);
    const Kind found = yaml_kind(*input.yaml);
    input.kind = forced.value_or(found == Kind::text ? by_name(input.path) : found);
}

}  // namespace

void recognise(Input& input, std::optional<Kind> forced) {
    if (forced == Kind::env || forced == Kind::text) {
        input.kind = *forced;
        return;
    }
    switch (syntax_of(input)) {
        case Syntax::env:
            input.kind = forced.value_or(Kind::env);
            return;
        case Syntax::json:
            return parse_json(input, forced);
        case Syntax::yaml:
            return parse_yaml(input, forced);
    }
}

}  // namespace cowork::validators
