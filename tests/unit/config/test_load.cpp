#include "config/jsonc.hpp"
#include "config/load.hpp"
#include "config/secret_source.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

using namespace cowork;
using namespace cowork::config;

namespace {

constexpr std::string_view prefix = "OPEN_COWORK_STANDALONE_GATEWAY_";
std::string key(const std::string& name) { return std::string(prefix) + name; }

}  // namespace

TEST_CASE("load: for each key the highest source wins, and every value keeps where it came from") {
    const test::ScratchDirectory scratch;
    const std::string json =
        scratch.file("c.json", "{ // comment\n \"" + key("HOST") + "\": \"json\", \"" + key("STORE") +
                                   "\": \"json\", \"" + key("PORT") + "\": 1, }");
    const std::string first =
        scratch.file("1.env", key("CONFIG") + "=" + json + "\n" + key("STORE") + "=first\n" +
                                  key("ADMIN_TOKEN") + "=first\n" + key("PUBLIC_URL") + "=first\n");
    const std::string second =
        scratch.file("2.env", "\n" + key("ADMIN_TOKEN") + "=second\n" + key("PUBLIC_URL") + "=second\n");
    const std::string inline_json =
        "{\"" + key("PORT") + "\": 2, \"" + key("TELEGRAM_MODE") + "\": \"inline\"}";
    const std::string host = key("TELEGRAM_MODE"), store = key("STORE"), other = key("RUNTIME_ROOT"),
                      config_json = key("CONFIG_JSON");
    const Environment environment{{store, "environment"},     {other, "environment"},
                                  {config_json, inline_json}, {"OPENCODE_SERVER_PASSWORD", "pw"},
                                  {"PATH", "/bin"},           {"OPENCODE_API_KEY", "no"}};
    Sources sources;
    sources.env_files = {first, second};
    sources.environment = environment;
    sources.options.push_back(
        {key("PUBLIC_URL"), Secret("option"), {"--public-url", 0, 0, key("PUBLIC_URL")}});
    sources.prefix = prefix;
    const auto loaded = load(std::move(sources));
    REQUIRE(loaded);
    struct Row {
        std::string key;
        std::string value, place;
    };
    for (const Row& row : std::vector<Row>{
             {key("HOST"), "json", json},
             {key("PORT"), "2", key("CONFIG_JSON")},
             {key("TELEGRAM_MODE"), "inline", key("CONFIG_JSON")},
             {key("STORE"), "first", first + ":2"},
             {key("ADMIN_TOKEN"), "second", second + ":2"},
             {key("PUBLIC_URL"), "option", "--public-url"},
             {key("RUNTIME_ROOT"), "environment", "environment"},
             {"OPENCODE_SERVER_PASSWORD", "pw", "environment"},
         }) {
        CAPTURE(row.key);
        const Setting* setting = loaded->config.find(row.key);
        REQUIRE(setting != nullptr);
        CHECK(setting->value.reveal() == row.value);
        CHECK(setting->source.place() == row.place);
        CHECK(setting->source.key == row.key);
    }
    CHECK(loaded->config.find("PATH") == nullptr);
    CHECK(loaded->config.find("OPENCODE_API_KEY") == nullptr);
    // What lost is kept aside, for the redactor.
    std::vector<std::string> lost;
    for (const Setting& setting : loaded->config.overridden()) lost.emplace_back(setting.value.reveal());
    for (const char* value : {"first", "json", "environment", "1"}) {
        CAPTURE(value);
        CHECK(std::find(lost.begin(), lost.end(), value) != lost.end());
    }
}

TEST_CASE("load: what cannot be read is an error that names the place") {
    const test::ScratchDirectory scratch;
    Sources missing;
    missing.env_files = {scratch / "none.env"};
    const auto none = load(std::move(missing));
    REQUIRE_FALSE(none);
    CHECK(none.error().code == ErrorCode::not_found);

    const std::string config = key("CONFIG"), config_json = key("CONFIG_JSON");
    for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
             {config, scratch / "none.json"},
             {config, scratch.file("bad.json", "{\"A\": hunter2")},
             {config_json, "[\"hunter2\"]"},
             {config_json, "{\"A\": {\"hunter2\": 1}}"},
             {config_json, "hunter2"},
         }) {
        CAPTURE(name, value);
        Sources sources;
        const Environment environment{{name, value}};
        sources.environment = environment;
        sources.prefix = prefix;
        const auto loaded = load(std::move(sources));
        REQUIRE_FALSE(loaded);
        CHECK(loaded.error().message.find("hunter2") == std::string::npos);
        CHECK(loaded.error().remedy.find("hunter2") == std::string::npos);
    }
}

TEST_CASE("jsonc: comments and trailing commas go, strings stay") {
    const std::vector<std::pair<std::string, std::string>> rows{
        {R"({"a":1,})", R"({"a":1 })"},
        {R"([1,2 , ])", R"([1,2   ])"},
        {R"({"a":",}"})", R"({"a":",}"})"},
        {R"({"a":"\",}"})", R"({"a":"\",}"})"},
        {R"({"a":"\\",})", R"({"a":"\\" })"},
        {"{\"a\":1,// ,}\n}", "{\"a\":1 // ,}\n}"},
        {"{\"a\":1,/* } */}", "{\"a\":1 /* } */}"},
        {R"({"a":"//",})", R"({"a":"//" })"},
        {R"({"a":"/*",})", R"({"a":"/*" })"},
        {R"({"a":1,"b":2})", R"({"a":1,"b":2})"},
        {R"({"a":1,)", R"({"a":1,)"},
        {R"("open)", R"("open)"},
        {"/* open ,}", "/* open ,}"},
        {"", ""},
    };
    for (const auto& [text, expected] : rows) {
        CAPTURE(text);
        CHECK(without_trailing_commas(text) == expected);
    }
}

TEST_CASE("jsonc: a flat object of scalars") {
    const auto settings = read_flat_json(
        R"({"s": "x // y ,}", "i": 8795, "f": 8795.0, "e": 1e3, "h": 0.5, "t": true, "n": null, "u": "\u00e4",})",
        "c");
    REQUIRE(settings);
    std::vector<std::pair<std::string, std::string>> found;
    for (const Setting& setting : *settings) {
        found.emplace_back(setting.key, setting.value.reveal());
        CHECK(setting.source.file == "c");
    }
    std::sort(found.begin(), found.end());
    CHECK(found == std::vector<std::pair<std::string, std::string>>{{"e", "1000"},
                                                                    {"f", "8795"},
                                                                    {"h", "0.5"},
                                                                    {"i", "8795"},
                                                                    {"s", "x // y ,}"},
                                                                    {"t", "true"},
                                                                    {"u", "\xC3\xA4"}});
}

TEST_CASE("jsonc: anything else is refused without quoting it") {
    for (const std::string& text :
         {std::string(), std::string("{"), std::string("[]"), std::string("\"hunter2\""),
          std::string("hunter2"), std::string("{\"a\": [\"hunter2\"]}"),
          std::string("{\"a\": {\"b\": \"hunter2\"}}"), std::string("{\"a\": hunter2}"),
          std::string("{\"a\": \"\xFFhunter2\"}"), std::string("{} {}"),
          "{\"a\": " + std::string(100'000, '[') + "}", std::string(1'000'000, '{'),
          std::string(1'000'000, '[')}) {
        CAPTURE(text.substr(0, 40));
        const auto settings = read_flat_json(text, "the place");
        REQUIRE_FALSE(settings);
        CHECK(settings.error().code == ErrorCode::invalid);
        CHECK(settings.error().message.find("the place") != std::string::npos);
        CHECK(settings.error().message.find("hunter2") == std::string::npos);
    }
}

TEST_CASE("secret source: the forms") {
    using F = SecretForm;
    struct Row {
        const char* text;
        SecretForm form;
        const char* argument;
    };
    for (const Row& row :
         {Row{"env:NAME", F::environment, "NAME"}, Row{"file:/a b", F::file, "/a b"},
          Row{"-", F::standard_input, ""}, Row{"prompt", F::prompt, ""}, Row{"generate", F::generate, ""},
          Row{"literal", F::literal, ""}, Row{"--", F::literal, ""}, Row{"Prompt", F::literal, ""},
          Row{"ENV:NAME", F::literal, ""}, Row{"", F::literal, ""}}) {
        CAPTURE(row.text);
        const SecretSpec spec = parse_secret_spec(row.text);
        CHECK(spec.form == row.form);
        CHECK(spec.argument == row.argument);
    }
}

TEST_CASE("secret source: where the value comes from") {
    const test::ScratchDirectory scratch;
    const Environment environment{{"GOOD", "from environment"}, {"EMPTY", ""}};
    SecretReaders readers;
    readers.environment = &environment;
    const auto value = [&](const std::string& text) {
        const auto secret = resolve_secret("--x", text, readers);
        return secret ? std::string(secret->reveal()) : "error: " + secret.error().message;
    };
    CHECK(value("env:GOOD") == "from environment");
    CHECK(value("file:" + scratch.file("s", "from file\r\n\n")) == "from file");
    CHECK(value("file:" + scratch.file("t", " two\nlines ")) == " two\nlines ");
    CHECK(value("a literal") == "a literal");
    // Refused unless the caller offers them.
    CHECK(value("-").starts_with("error: --x"));
    CHECK(value("prompt").starts_with("error: --x"));
    CHECK(value("generate").starts_with("error: --x"));
    readers.standard_input = [] { return Result<Secret>(Secret("from input")); };
    readers.prompt = [](std::string_view option) { return Result<Secret>(Secret(option)); };
    readers.may_generate = true;
    CHECK(value("-") == "from input");
    CHECK(value("prompt") == "--x");
    CHECK(value("generate").size() == 43);
    for (const std::string& text :
         {std::string("env:NONE"), std::string("env:"), std::string("env:EMPTY"), std::string(),
          "file:" + scratch.file("e", "\n"), "file:" + (scratch / "none")}) {
        CAPTURE(text);
        CHECK(value(text).starts_with("error: --x"));
    }
    const auto big = resolve_secret("--x", "file:" + scratch.file("big", std::string(70'000, 's')), readers);
    REQUIRE_FALSE(big);
    CHECK(big.error().message.find("ssss") == std::string::npos);
}
