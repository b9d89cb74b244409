#include "capabilities/opencode_files.hpp"
#include "unit/capabilities/opencode_world.hpp"

#include <sys/stat.h>

#include <map>

using namespace cowork;
using namespace cowork::test;
using capabilities::OpencodeTrouble;

namespace {

const std::string global = "home/.config/opencode/";

}  // namespace

TEST_CASE("opencode rows: links in a circle end, and what they lead to is told once a way") {
    OpencodeOnDisk machine;
    machine.file(global + "skill/own/SKILL.md", "---\nname: own\ndescription: d\n---\n");
    machine.file(global + "agent/a.md", "work");
    std::filesystem::create_directory_symlink(machine.path(global + "skill"),
                                              machine.path(global + "skill/own/again"));
    std::filesystem::create_directory_symlink(machine.path(global + "agent"),
                                              machine.path(global + "agent/self"));
    std::filesystem::create_symlink("loop.json", machine.path(global + "loop.json"));
    const auto tables = machine.look();
    CAPTURE(shown(tables));
    CHECK(shown(tables).find("own skill available skill.declared") != std::string::npos);
    // A circle that is a whole directory is walked to the depth that is allowed, and no further.
    CHECK(tables.capabilities.size() < 40);
}

TEST_CASE("opencode rows: a file that is none is a finding, and never waited for") {
    for (const char* name : {"opencode.json", "opencode.jsonc", "config.json"}) {
        CAPTURE(name);
        OpencodeOnDisk machine;
        std::filesystem::create_directories(machine.path(global));
        REQUIRE(mkfifo(machine.path(global + name).c_str(), 0600) == 0);
        const auto found = machine.read();
        REQUIRE(found.problems.size() == 1);
        CHECK(found.problems[0].trouble == OpencodeTrouble::unreadable);
    }
    OpencodeOnDisk machine;
    std::filesystem::create_directories(machine.path(global + "skill/x"));
    REQUIRE(mkfifo(machine.path(global + "skill/x/SKILL.md").c_str(), 0600) == 0);
    CHECK(machine.read().definitions.empty());
}

TEST_CASE("opencode rows: deep, large, broken and overfull documents are findings") {
    std::string many = "{\"mcp\":{";
    for (int i = 0; i < 6000; ++i) many += "\"" + std::to_string(i) + "\":{\"enabled\":false},";
    many.back() = '}';
    many += "}";
    for (const std::string& text : {std::string(100'000, '['), "{\"a\":" + std::string(100'000, '{'),
                                    std::string("{\"model\":\"\xFF\xFE\"}"), many, std::string("\0{}", 3)}) {
        OpencodeOnDisk machine;
        machine.file(global + "opencode.json", text);
        const auto found = machine.read();
        REQUIRE(found.problems.size() == 1);
        CHECK(found.problems[0].trouble == OpencodeTrouble::refused);
        CHECK(found.definitions.empty());
    }
    OpencodeOnDisk large;
    large.file(global + "opencode.json", std::string(10'000'000, ' '));
    REQUIRE(large.read().problems.size() == 1);
    CHECK(large.read().problems[0].trouble == OpencodeTrouble::unreadable);
}

TEST_CASE("opencode rows: shapes that are none of the schema's break nothing") {
    for (const char* text :
         {R"({"mcp":[],"agent":3,"mode":"x","provider":null,"command":true,"plugin":{},"skills":"x"})",
          R"({"agent":[1],"skills":{"paths":{"a":1}},"permission":[],"tools":3,"model":{}})",
          R"({"enabled_providers":{"a":1},"disabled_providers":7,"mcp":{"a":null,"b":[]}})",
          R"({"__proto__":{"mcp":{"x":{}}},"constructor":1,"mcp":{"a":{"type":"local","command":[]}}})",
          R"({"mcp":{"a":{"type":"local","command":[1,2]}},"plugin":[[],[1],[{}]]})"}) {
        CAPTURE(text);
        OpencodeOnDisk machine;
        machine.file(global + "opencode.json", text);
        machine.file(global + "agent/a.md", "---\ndisable: true\n---\n");
        machine.answers("/config", text);
        CHECK_NOTHROW(machine.look());
    }
}

TEST_CASE("opencode rows: answers that are none leave their kind unasked") {
    namespace c = capabilities;
    for (const std::string& body :
         {std::string(), std::string("<!doctype html>"), std::string("null"), std::string("3"),
          std::string(100'000, '['), std::string("{\"a\":"), std::string("\"text\""), std::string("\xFF")}) {
        CAPTURE(body.substr(0, 20));
        c::LiveOpencode live;
        CHECK_FALSE(c::take_config(live, body));
        CHECK_FALSE(c::take_config_providers(live, body));
        CHECK_FALSE(c::take_provider(live, body));
        CHECK_FALSE(c::take_mcp(live, body));
        CHECK_FALSE(c::take_agent(live, body));
        CHECK_FALSE(c::take_command(live, body));
        CHECK_FALSE(c::take_skill(live, body));
        CHECK_FALSE(c::take_tools(live, body));
        CHECK_FALSE(c::take_refusal(live, body));
        CHECK_FALSE(c::read_paths(body));
    }
    c::LiveOpencode live;
    CHECK_FALSE(c::take_mcp(live, R"({"a":{"status":3}})"));
    CHECK(c::take_agent(live, R"([1,null,{"name":3},{"name":"a","native":"yes"}])"));
    CHECK(live.agents->size() == 1);
    CHECK(c::take_config_providers(
        live, R"({"providers":[1,{"id":3},{"id":"p","models":[1]},{"id":"q","models":{"m":{}}}]})"));
    CHECK(live.models == std::set<std::string, std::less<>>{"q/m"});
}

TEST_CASE("opencode rows: names that would steer a terminal are made harmless") {
    const std::string nasty = "\\u001b[2J\\u202ered\\u0007";
    OpencodeOnDisk machine;
    machine.file(global + "opencode.json",
                 "{\"mcp\":{\"" + nasty + "\":{\"enabled\":false}},\"provider\":{\"" + nasty +
                     "\":{}},\"model\":\"" + nasty + "/m\",\"agent\":{\"" + nasty + "\":{}}}");
    machine.file(global + "skill/\x1B[31mred/SKILL.md", "no front matter");
    machine.answers("/mcp", "{\"" + nasty + "2\":{\"status\":\"failed\",\"error\":\"\\u001b]0;x\\u0007\"}}");
    machine.answers("/experimental/tool/ids", "[\"" + nasty + "\"]");
    const std::string all = shown(machine.look());
    CHECK(all.find('\x1B') == std::string::npos);
    CHECK(all.find('\x07') == std::string::npos);
    CHECK(all.find("\xE2\x80\xAE") == std::string::npos);
    CHECK(all.find("tool.not-declared") != std::string::npos);
}

// Whatever form a secret takes in the server's words, they are not shown at all.
TEST_CASE("opencode rows: of a server's error only its kind is told") {
    const std::string other = "of another kind; OpenCode's log has its words";
    struct Row {
        std::string entry, error, kind;
    };
    for (const Row& row : std::vector<Row>{
             {R"("type":"local","command":["node","a.mjs"])", "MCP error -32000: Connection closed",
              "connection closed"},
             {R"("type":"local","command":["node","--key=s3cr3t-token"])", "bad s3cr3t-token given", other},
             {R"("type":"local","command":["node"],"environment":{"K":"p@ss,w0rd"})", "w0rd and p@ss", other},
             {R"("type":"remote","url":"https://x.example/","headers":{"A":"Bearer {env:MCP_TOKEN}"})",
              "401: token Zx81QpLmVv0 rejected", "401 unauthorized"},
             {R"("type":"remote","url":"https://u:p%40ssw0rd-long@x.example/")", "tried 'p@ssw0rd-long'",
              other},
             {R"("type":"remote","url":"https://x.example/","headers":{"A":"Bearer zyxwvutsrq"})",
              "sent QmVhcmVyIHp5eHd2dXRzcnE= to it: timed out", "timed out"},
             {R"("type":"remote","url":"https://x.example/")",
              std::string(190, 'x') + " ghp_abcdefghijklmnopqrstuvwxyz0123456789", other},
             {R"("type":"remote","url":"https://x.invalid/")",
              "SSE error: Was there a typo in the url or port?", "host not found"},
             {R"("type":"remote","url":"https://x.example/")", "order 14010 is no status", other},
         }) {
        CAPTURE(row.entry, row.error);
        OpencodeOnDisk machine;
        machine.file(global + "opencode.json", "{\"mcp\":{\"a\":{" + row.entry + "}}}");
        machine.answers("/mcp", R"({"a":{"status":"failed","error":")" + row.error +
                                    R"("},"b":{"status":"failed","error":")" + row.error + R"("}})");
        const std::string all = shown(machine.look());
        CAPTURE(all);
        CHECK(all.find("error=" + row.kind) != std::string::npos);
        for (const char* secret : {"s3cr3t", "w0rd", "Zx81QpLmVv0", "p@ss", "QmVhcm", "ghp_", "14010"})
            CHECK(all.find(secret) == std::string::npos);
    }
}

TEST_CASE("opencode rows: a status that OpenCode does not have is not repeated") {
    OpencodeOnDisk machine;
    machine.file(global + "opencode.json", R"({"mcp":{"a":{"type":"local","command":["node"]}}})");
    machine.answers("/mcp", R"({"a":{"status":"s3cr3t-word"},"b":{"status":"s3cr3t-word"}})");
    const std::string all = shown(machine.look());
    CHECK(all.find("s3cr3t") == std::string::npos);
    CHECK(all.find("server=other") != std::string::npos);
}

TEST_CASE("opencode rows: of a command only a plain program name is told, of a type only the two there are") {
    struct Row {
        std::string entry, told;
    };
    for (const Row& row : std::vector<Row>{
             {R"("type":"local","command":["/usr/local/bin/my-server_2.0","--key","s3cr3t"])",
              "type=local command=my-server_2.0"},
             {R"("type":"local","command":["npx -y server --api-key hunter2s3cr3tXYZ"])",
              "type=local command=(unusual)"},
             {R"("type":"local","command":["env KEY=s3cr3t node"])", "command=(unusual)"},
             {R"("type":"local","command":["/bin/s3cr3t/"])", "command=(unusual)"},
             {R"("type":"local","command":["s3cr3t)" + std::string(64, 'x') + R"("])", "command=(unusual)"},
             {R"("type":"s3cr3t","command":["node"])", "mcp.declared"},
         }) {
        CAPTURE(row.entry);
        OpencodeOnDisk machine;
        machine.file(global + "opencode.json", "{\"mcp\":{\"a\":{" + row.entry + "}}}");
        const std::string all = shown(machine.look());
        CAPTURE(all);
        CHECK(all.find(row.told) != std::string::npos);
        CHECK(all.find("s3cr3t") == std::string::npos);
    }
}

// A provider's name beside each of its models: a mebibyte of one would be 20 GB of the other.
TEST_CASE("opencode rows: long names of a server are left out, and so are models without end") {
    namespace c = capabilities;
    const auto models = [](int count) {
        std::string text = "{";
        for (int i = 0; i < count; ++i) text += "\"m" + std::to_string(i) + "\":{},";
        text.back() = '}';
        return text;
    };
    const std::string lengthy(1'000'000, 'p');
    c::LiveOpencode live;
    REQUIRE(c::take_config_providers(
        live, "{\"providers\":[{\"id\":\"" + lengthy + "\",\"models\":" + models(20'000) +
                  "},{\"id\":\"p\",\"models\":{\"m\":{},\"" + lengthy + "\":{}}}]}"));
    CHECK(live.models == std::set<std::string, std::less<>>{"p/m"});
    CHECK(live.providers->size() == 1);

    c::LiveOpencode many;
    std::string providers;
    for (int i = 0; i < 4; ++i)
        providers += ",{\"id\":\"p" + std::to_string(i) + "\",\"models\":" + models(6000) + "}";
    REQUIRE(c::take_config_providers(many, "{\"providers\":[" + providers.substr(1) + "]}"));
    CHECK(many.models.size() == 20'000);
    CHECK(many.providers->at("p3").models == 6000);

    REQUIRE(c::take_provider(live, R"({"all":[{"id":")" + lengthy + R"("},{"id":"p"}]})"));
    REQUIRE(c::take_mcp(live, "{\"" + lengthy + R"(":{"status":"failed"},"m":{"status":"failed"}})"));
    REQUIRE(c::take_agent(live, R"([{"name":")" + lengthy + R"("},{"name":"a"}])"));
    REQUIRE(c::take_command(live, R"([{"name":")" + lengthy + R"("},{"name":"a"}])"));
    REQUIRE(c::take_skill(live, R"([{"name":")" + lengthy + R"("},{"name":"a"}])"));
    REQUIRE(c::take_tools(live, R"([")" + lengthy + R"(","a"])"));
    REQUIRE(c::take_config(live, "{\"mcp\":{\"" + lengthy + R"(":{},"m":{}}})"));
    for (const std::size_t size :
         {live.known->size(), live.mcps->size(), live.agents->size(), live.commands->size(),
          live.skills->size(), live.tools->size(), live.mcp_entries.size()})
        CHECK(size == 1);
}

TEST_CASE("opencode layers: references without end are told of twenty times") {
    using capabilities::most_opencode_problems;
    const auto repeated = [](const std::string& one, std::size_t count) {
        std::string text;
        text.reserve(one.size() * count);
        for (std::size_t i = 0; i < count; ++i) text += one;
        return text;
    };
    const auto problems = [](const std::string& text) {
        OpencodeOnDisk machine;
        machine.file(global + "opencode.json", text);
        return machine.read().problems;
    };
    const auto on_one_line = problems("{\"username\":\"" + repeated("{file:x}", 450'000) + "\"}");
    CHECK(on_one_line.size() == most_opencode_problems);
    CHECK(on_one_line.back().where.line == 1);
    const auto on_many = problems("{\n" + repeated("// {file:x}\n", 300'000) + "\"username\":\"{file:x}\"}");
    REQUIRE(on_many.size() == 1);
    CHECK(on_many[0].where.line == 300'002);
    CHECK(problems("{\"username\":\"" + repeated("{file:", 600'000) + "\"}").empty());
    CHECK(problems(std::string(4'000'000, '\n') + "{}").empty());
}

TEST_CASE("opencode layers: of each kind of trouble a file has twenty problems at most") {
    std::string text = "{\"model\":3,\"mcp\":{";
    for (int i = 0; i < 100; ++i)
        text += "\"m" + std::to_string(i) + "\":{\"type\":\"local\",\"command\":[\"x\"],\"commands\":1},\"n" +
                std::to_string(i) + "\":3,";
    text.back() = '}';
    OpencodeOnDisk machine;
    machine.file(global + "opencode.json", text + "}");
    std::map<OpencodeTrouble, std::size_t> count;
    for (const auto& problem : machine.read().problems) ++count[problem.trouble];
    CHECK(count == std::map<OpencodeTrouble, std::size_t>{{OpencodeTrouble::refused, 20},
                                                          {OpencodeTrouble::unknown_key, 20}});
}

TEST_CASE("opencode rows: a URL of half a million variables is still one that is not known") {
    std::string url = "https://x.example/";
    for (int i = 0; i < 500'000; ++i) url += "{env:A}";
    OpencodeOnDisk machine;
    machine.file(global + "opencode.json", R"({"mcp":{"a":{"type":"remote","url":")" + url + "\"}}}");
    CHECK(shown(machine.look()).find("a mcp available mcp.declared global") != std::string::npos);
}

// Nine links to itself in each of six directories: each leads to nine more, to the depth that is allowed.
TEST_CASE("opencode layers: all directories share one limit, and what is above is told") {
    OpencodeOnDisk machine;
    for (const char* folder : {"agent", "agents", "command", "commands", "skill", "skills"}) {
        machine.file(global + folder + "/SKILL.md", "---\nname: x\n---\n");
        for (int i = 0; i < 9; ++i)
            std::filesystem::create_directory_symlink(
                ".", machine.path(global + folder + "/again" + std::to_string(i)));
    }
    const auto found = machine.read();
    CHECK(found.definitions.size() <= capabilities::most_opencode_files);
    REQUIRE(found.problems.size() == 1);
    CHECK(found.problems[0].trouble == OpencodeTrouble::unreadable);
    CHECK(found.problems[0].message.find("more than cowork looks at") != std::string::npos);
}

TEST_CASE("opencode layers: a file is read once, however many links lead to it") {
    OpencodeOnDisk machine;
    std::string large = "---\ndescription: x\n---\n";
    large.resize(1'000'000, 'x');
    machine.file(global + "agent/a.md", large);
    for (int i = 0; i < 900; ++i)
        std::filesystem::create_symlink("a.md", machine.path(global + "agent/b" + std::to_string(i) + ".md"));
    const auto found = machine.read();
    CHECK(found.definitions.size() == 901);
    // Read 901 times it would be more than is read of all.
    CHECK(found.problems.empty());
}

TEST_CASE("opencode layers: nothing is looked at once the budget is spent") {
    OpencodeOnDisk machine;
    machine.file(global + "opencode.json", R"({"model":"a/b"})").file(global + "agent/a.md", "work");
    const auto files = probes::make_file_probe();
    const auto found =
        capabilities::read_opencode(machine.places(), *files, Budget::lasting(std::chrono::milliseconds{0}));
    CHECK(found.definitions.empty());
}
