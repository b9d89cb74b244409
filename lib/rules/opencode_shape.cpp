#include "rules/opencode_shape.hpp"

#include <array>

namespace cowork::rules {
namespace {

using K = ShapeKey;

constexpr JsonTypes text = json_text;
constexpr JsonTypes boolean = json_boolean;
constexpr JsonTypes integer = json_integer;
constexpr JsonTypes object = json_object;
constexpr JsonTypes list = json_list;
constexpr std::string_view actions = "ask|allow|deny";

constexpr K texts(std::string_view shape, std::string_view name) {
    return {.shape = shape, .name = name, .types = list, .items = json_text};
}
constexpr K map(std::string_view shape, std::string_view name, std::string_view of) {
    return {.shape = shape, .name = name, .types = object, .of = of};
}
constexpr K at_least(double lowest, std::string_view shape, std::string_view name) {
    return {.shape = shape, .name = name, .types = integer, .lowest = lowest};
}
constexpr K choice(std::string_view shape, std::string_view name, std::string_view words) {
    return {.shape = shape, .name = name, .types = text, .choices = words};
}
constexpr K rule(std::string_view name) {
    return {
        .shape = "permission", .name = name, .types = text | object, .of = "patterns", .choices = actions};
}
constexpr K action(std::string_view name) { return choice("permission", name, actions); }

constexpr std::array rows{
    K{"", "$schema", text},
    K{"", "shell", text},
    choice("", "logLevel", "DEBUG|INFO|WARN|ERROR"),
    map("", "server", "server"),
    map("", "command", "commands"),
    map("", "skills", "skills"),
    map("", "references", "references"),
    map("", "reference", "references"),
    map("", "watcher", "watcher"),
    K{"", "snapshot", boolean},
    K{.shape = "", .name = "plugin", .types = list, .items = json_text | json_list},
    choice("", "share", "manual|auto|disabled"),
    K{"", "autoshare", boolean},
    K{.shape = "", .name = "autoupdate", .types = boolean | text, .choices = "notify"},
    texts("", "disabled_providers"),
    texts("", "enabled_providers"),
    K{"", "model", text},
    K{"", "small_model", text},
    K{"", "default_agent", text},
    at_least(0, "", "subagent_depth"),
    K{"", "username", text},
    map("", "mode", "agents"),
    map("", "agent", "agents"),
    map("", "provider", "providers"),
    map("", "mcp", "mcps"),
    K{.shape = "", .name = "formatter", .types = boolean | object, .of = "formatters"},
    K{.shape = "", .name = "lsp", .types = boolean | object, .of = "lsps"},
    texts("", "instructions"),
    choice("", "layout", "auto|stretch"),
    K{.shape = "", .name = "permission", .types = text | object, .of = "permission", .choices = actions},
    map("", "tools", "switches"),
    map("", "attachment", "attachment"),
    map("", "enterprise", "enterprise"),
    map("", "tool_output", "tool_output"),
    map("", "compaction", "compaction"),
    map("", "experimental", "experimental"),
    // Of older versions, and dropped on reading, whatever they hold.
    K{"", "theme"},
    K{"", "keybinds"},
    K{"", "tui"},

    at_least(1, "server", "port"),
    K{"server", "hostname", text},
    K{"server", "mdns", boolean},
    K{"server", "mdnsDomain", text},
    texts("server", "cors"),

    map("commands", "*", "command"),
    K{.shape = "command", .name = "template", .types = text, .needed = true},
    K{"command", "description", text},
    K{"command", "agent", text},
    K{"command", "model", text},
    K{"command", "variant", text},
    K{"command", "subtask", boolean},

    texts("skills", "paths"),
    texts("skills", "urls"),
    K{"references", "*", text | object},
    texts("watcher", "ignore"),

    map("agents", "*", "agent"),
    K{"agent", "model", text},
    K{"agent", "variant", text},
    K{"agent", "temperature", json_number},
    K{"agent", "top_p", json_number},
    K{"agent", "prompt", text},
    map("agent", "tools", "switches"),
    K{"agent", "disable", boolean},
    K{"agent", "description", text},
    choice("agent", "mode", "subagent|primary|all"),
    K{"agent", "hidden", boolean},
    K{"agent", "options", object},
    K{.shape = "agent",
      .name = "color",
      .types = text,
      .choices = "primary|secondary|accent|success|warning|error|info",
      .form = TextForm::color},
    at_least(1, "agent", "steps"),
    at_least(1, "agent", "maxSteps"),
    K{.shape = "agent", .name = "permission", .types = text | object, .of = "permission", .choices = actions},
    K{"agent", "*"},  // becomes an option of the model
    K{"switches", "*", boolean},

    rule("read"),
    rule("edit"),
    rule("glob"),
    rule("grep"),
    rule("list"),
    rule("bash"),
    rule("task"),
    rule("external_directory"),
    rule("lsp"),
    rule("skill"),
    action("todowrite"),
    action("question"),
    action("webfetch"),
    action("websearch"),
    action("doom_loop"),
    rule("*"),
    choice("patterns", "*", actions),

    map("providers", "*", "provider"),
    K{"provider", "api", text},
    K{"provider", "name", text},
    texts("provider", "env"),
    K{"provider", "id", text},
    K{"provider", "npm", text},
    texts("provider", "whitelist"),
    texts("provider", "blacklist"),
    map("provider", "options", "provider options"),
    map("provider", "models", "models"),
    K{"provider options", "apiKey", text},
    K{"provider options", "baseURL", text},
    K{"provider options", "enterpriseUrl", text},
    K{"provider options", "setCacheKey", boolean},
    K{.shape = "provider options", .name = "timeout", .types = integer | json_false, .lowest = 1},
    K{.shape = "provider options", .name = "headerTimeout", .types = integer | json_false, .lowest = 1},
    at_least(1, "provider options", "chunkTimeout"),
    K{"provider options", "*"},
    map("models", "*", "model"),
    K{"model", "id", text},
    K{"model", "name", text},
    K{"model", "family", text},
    K{"model", "release_date", text},
    K{"model", "attachment", boolean},
    K{"model", "reasoning", boolean},
    K{"model", "temperature", boolean},
    K{"model", "tool_call", boolean},
    K{"model", "interleaved", boolean | object},
    map("model", "cost", "cost"),
    map("model", "limit", "limit"),
    map("model", "modalities", "modalities"),
    K{"model", "experimental", boolean},
    choice("model", "status", "alpha|beta|deprecated|active"),
    K{"model", "provider", object},
    K{"model", "options", object},
    K{"model", "headers", object},
    K{"model", "variants", object},
    K{.shape = "cost", .name = "input", .types = json_number, .needed = true},
    K{.shape = "cost", .name = "output", .types = json_number, .needed = true},
    K{"cost", "cache_read", json_number},
    K{"cost", "cache_write", json_number},
    K{"cost", "context_over_200k", object},
    K{.shape = "limit", .name = "context", .types = json_number, .needed = true},
    K{.shape = "limit", .name = "output", .types = json_number, .needed = true},
    K{"limit", "input", json_number},
    K{.shape = "modalities",
      .name = "input",
      .types = list,
      .choices = "text|audio|image|video|pdf",
      .items = json_text},
    K{.shape = "modalities",
      .name = "output",
      .types = list,
      .choices = "text|audio|image|video|pdf",
      .items = json_text},

    // Which of the two an entry is, its type says: it is judged apart.
    K{"mcps", "*", object},
    choice("local mcp", "type", "local|remote"),
    K{.shape = "local mcp", .name = "command", .types = list, .items = json_text, .needed = true},
    K{"local mcp", "cwd", text},
    map("local mcp", "environment", "texts"),
    K{"local mcp", "enabled", boolean},
    at_least(1, "local mcp", "timeout"),
    choice("remote mcp", "type", "local|remote"),
    K{.shape = "remote mcp", .name = "url", .types = text, .needed = true},
    map("remote mcp", "headers", "texts"),
    K{.shape = "remote mcp", .name = "oauth", .types = object | json_false, .of = "oauth"},
    K{"remote mcp", "enabled", boolean},
    at_least(1, "remote mcp", "timeout"),
    K{"texts", "*", text},
    K{"oauth", "clientId", text},
    K{"oauth", "clientSecret", text},
    K{"oauth", "scope", text},
    K{.shape = "oauth", .name = "callbackPort", .types = integer, .lowest = 1, .highest = 65535},
    K{"oauth", "redirectUri", text},

    map("formatters", "*", "formatter"),
    K{"formatter", "disabled", boolean},
    texts("formatter", "command"),
    map("formatter", "environment", "texts"),
    texts("formatter", "extensions"),
    map("lsps", "*", "lsp"),
    K{"lsp", "disabled", boolean},
    texts("lsp", "command"),
    texts("lsp", "extensions"),
    map("lsp", "env", "texts"),
    K{"lsp", "initialization", object},

    map("attachment", "image", "image"),
    K{"image", "auto_resize", boolean},
    at_least(1, "image", "max_width"),
    at_least(1, "image", "max_height"),
    at_least(1, "image", "max_base64_bytes"),
    K{"enterprise", "url", text},
    at_least(1, "tool_output", "max_lines"),
    at_least(1, "tool_output", "max_bytes"),
    K{"compaction", "auto", boolean},
    K{"compaction", "prune", boolean},
    at_least(0, "compaction", "tail_turns"),
    at_least(0, "compaction", "preserve_recent_tokens"),
    at_least(0, "compaction", "reserved"),
    K{"experimental", "disable_paste_summary", boolean},
    K{"experimental", "batch_tool", boolean},
    K{"experimental", "openTelemetry", boolean},
    texts("experimental", "primary_tools"),
    K{"experimental", "continue_loop_on_deny", boolean},
    at_least(1, "experimental", "mcp_timeout"),
    K{.shape = "experimental", .name = "policies", .types = list, .items = json_object},
};

}  // namespace

const JsonShape& opencode_shape() {
    static const auto* const shape = new JsonShape(rows);
    return *shape;
}

}  // namespace cowork::rules
