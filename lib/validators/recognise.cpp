#include "validators/recognise.hpp"

#include "config/dialect.hpp"
#include "validators/compose/structure.hpp"
#include "validators/evidence/failover_drill.hpp"
#include "validators/evidence/launch_evidence.hpp"
#include "validators/evidence/load_report.hpp"
#include "validators/helm/chart.hpp"
#include "validators/opencode/opencode.hpp"
#include "validators/product_config/product_config.hpp"
#include "validators/topology/topology.hpp"

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

// `none`: no reader of ours takes it.
enum class Syntax { env, json, yaml, none };

std::string_view without_blanks(std::string_view line) {
    const auto begin = line.find_first_not_of(" \t\r");
    return begin == std::string_view::npos ? std::string_view{} : line.substr(begin);
}

// An assignment as env files have it, told by its key alone.
bool is_assignment(std::string_view line) {
    if (line.starts_with("export ")) line = without_blanks(line.substr(7));
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || !config::is_valid_key(line.substr(0, equals))) return false;
    return std::none_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(equals),
                        [](char c) { return c >= 'a' && c <= 'z'; });
}

// What the first lines say. Shell scripts and sources have assignments too, among much else.
struct Sniffed {
    std::string_view first;  // line that is neither blank nor a comment
    std::size_t lines = 0, assignments = 0;
    [[nodiscard]] bool env() const { return lines > 0 && assignments * 5 >= lines * 4; }
};
Sniffed sniff(std::string_view text) {
    constexpr std::size_t enough = 200;
    Sniffed found;
    if (text.starts_with("#!")) return found;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (!text.empty() && found.lines < enough) {
        const auto end = text.find('\n');
        const std::string_view line = without_blanks(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        if (line.empty() || line.starts_with('#')) continue;
        if (found.lines == 0) found.first = line;
        ++found.lines;
        if (is_assignment(line)) ++found.assignments;
    }
    return found;
}

bool named_like_env(std::string_view name) {
    return name == ".env" || name.starts_with(".env.") || name.ends_with(".env") ||
           name.find(".env.") != std::string_view::npos;
}

Syntax syntax_of(const Input& input) {
    if (has_extension(input.path, {".yaml", ".yml"})) return Syntax::yaml;
    if (has_extension(input.path, {".json", ".jsonc"})) return Syntax::json;
    if (named_like_env(base_name(input.path))) return Syntax::env;
    const Sniffed sniffed = sniff(input.text);
    if (sniffed.env()) return Syntax::env;
    // Nothing in the name speaks against it.
    const bool open = input.path == "-" || base_name(input.path).find('.') == std::string_view::npos;
    if (sniffed.first.starts_with('{') || (open && sniffed.first.starts_with('/'))) return Syntax::json;
    return open && sniffed.lines > 0 ? Syntax::yaml : Syntax::none;
}

Kind by_name(std::string_view path) {
    const std::string_view name = base_name(path);
    if (name == ".cowork-validate.json") return Kind::settings;
    if (name.starts_with("docker-compose") || name.starts_with("compose.")) return Kind::compose;
    if (name.starts_with("opencode.json")) return Kind::opencode;
    if (name.starts_with("open-cowork.config.")) return Kind::product_config;
    const std::string_view desktop = "open-cowork/config.json";  // where Desktop looks, and setup writes
    if (path == desktop || path.ends_with("/open-cowork/config.json")) return Kind::product_config;
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
    if (has("apiVersion") && has("kind")) return Kind::kubernetes;
    if (looks_like_failover_drill(document)) return Kind::failover_drill;
    if (looks_like_topology(document)) return Kind::topology;
    if (looks_like_launch_evidence(document)) return Kind::launch_evidence;
    if (looks_like_load_report(document)) return Kind::load_report;
    if (has("backups") && has("environment")) return Kind::backup_evidence;
    if (looks_like_product_config(document)) return Kind::product_config;
    if (looks_like_opencode(document)) return Kind::opencode;
    return Kind::text;
}

Kind yaml_kind(const config::YamlStream& stream) {
    for (const config::YamlNode* document : stream.documents()) {
        if (document->find("apiVersion") != nullptr && document->find("kind") != nullptr)
            return Kind::kubernetes;
        if (looks_like_compose(*document)) return Kind::compose;
        if (chart_of(*document) != HelmChart::none) return Kind::helm;
    }
    return Kind::text;
}

// A file that could not be read: a fault where it must be one of ours, or its name says JSON or YAML and it
// is not. Lists, and lock files of megabytes, are other programs' business.
void unreadable(Input& input, std::optional<Kind> forced, std::string_view rule, Error error, bool named) {
    input.kind = forced.value_or(by_name(input.path));
    if (input.kind == Kind::text && error.code == ErrorCode::refused) {
        input.unread = "not what a file of any kind that validate knows holds";
    } else if (forced || named) {
        input.fault = Fault{rule, std::move(error)};
    }
}

// What `helm template` reads. Some of it is YAML by accident.
bool is_template(const Input& input) {
    const bool marked = input.text.find("{{") != std::string::npos;
    return marked && input.path.find("templates/") != std::string::npos;
}

// The findings have the path already.
constexpr const char* this_file = "the file";

// OpenCode puts in {env:NAME} and {file:PATH} before it reads the JSON, so that they may stand for any value.
// The text with a number in the place of each; nothing when there is none.
std::optional<std::string> with_placeholders_filled(std::string_view text) {
    constexpr std::size_t longest = 512;
    std::string filled;
    std::size_t done = 0;
    for (auto at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
        const std::string_view piece = text.substr(at, longest);
        if (at < done || !(piece.starts_with("{env:") || piece.starts_with("{file:"))) continue;
        const auto end = piece.find_first_of("}\n");
        if (end == std::string_view::npos || piece[end] == '\n') continue;
        filled += text.substr(done, at - done);
        filled += '0';
        done = at + end + 1;
    }
    if (done == 0) return std::nullopt;
    filled += text.substr(done);
    return filled;
}

bool is_filled_by_opencode(const Input& input, std::optional<Kind> forced) {
    const auto filled = with_placeholders_filled(input.text);
    if (!filled) return false;
    const auto parsed = config::JsoncDocument::parse(*filled, this_file);
    return parsed && (forced == Kind::opencode || by_name(input.path) == Kind::opencode ||
                      looks_like_opencode(*parsed));
}

void parse_json(Input& input, std::optional<Kind> forced) {
    auto parsed = config::JsoncDocument::parse(input.text, this_file, "its reader");
    if (!parsed && is_filled_by_opencode(input, forced)) {
        input.kind = Kind::opencode;
        input.unread =
            "it has {env:...} or {file:...} outside of quotes, so what OpenCode reads depends on them";
        return;
    }
    if (!parsed) {
        if (parsed.error().code == ErrorCode::invalid)
            parsed.error().message = "what stands here is no JSON that its reader can read";
        return unreadable(input, forced, "file.json-syntax", std::move(parsed.error()),
                          has_extension(input.path, {".json", ".jsonc"}));
    }
    input.json = std::move(*parsed);
    const Kind named = by_name(input.path);
    const Kind found = json_kind(*input.json);
    input.kind = forced.value_or(found == Kind::text ? named : found);
}

void parse_yaml(Input& input, std::optional<Kind> forced) {
    if (!forced && is_template(input)) {
        input.unread = "a template of a chart; validate what `helm template` makes of it";
        return;
    }
    auto parsed = config::YamlStream::parse(input.text, this_file);
    if (!parsed)
        return unreadable(input, forced, "file.yaml-syntax", std::move(parsed.error()),
                          has_extension(input.path, {".yaml", ".yml"}));
    input.yaml = std::move(*parsed);
    const Kind found = yaml_kind(*input.yaml);
    input.kind = forced.value_or(found == Kind::text ? by_name(input.path) : found);
}

// What a file of that kind is written in, whatever it looks like.
Syntax syntax_of_kind(Kind kind, const Input& input) {
    switch (kind) {
        case Kind::env:
            return Syntax::env;
        case Kind::compose:
        case Kind::kubernetes:
        case Kind::helm:
            return Syntax::yaml;
        case Kind::topology:
        case Kind::load_report:
        case Kind::failover_drill:
        case Kind::launch_evidence:
        case Kind::backup_evidence:
        case Kind::opencode:
        case Kind::product_config:
        case Kind::settings:
            return Syntax::json;
        case Kind::text:
            return syntax_of(input) == Syntax::env ? Syntax::none : syntax_of(input);
    }
    return Syntax::none;
}

}  // namespace

void recognise(Input& input, std::optional<Kind> forced) {
    const Syntax syntax = forced ? syntax_of_kind(*forced, input) : syntax_of(input);
    switch (syntax) {
        case Syntax::env:
            input.kind = forced.value_or(Kind::env);
            return;
        case Syntax::json:
            return parse_json(input, forced);
        case Syntax::yaml:
            return parse_yaml(input, forced);
        case Syntax::none:
            input.kind = forced.value_or(Kind::text);
            return;
    }
}

}  // namespace cowork::validators
