#include "support/fake_opencode.hpp"

#include "support/httplib_config.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace cowork::test {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* web_ui = R"(<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>OpenCode</title>
  </head>
  <body><div id="root"></div></body>
</html>
)";

void send_json(httplib::Response& response, int status, const Json& body) {
    response.status = status;
    response.set_content(body.dump(-1, ' ', false, Json::error_handler_t::replace), "application/json");
}

// Paths of the newer API explain a refusal; everything else refuses with an empty body.
void refuse(const httplib::Request& request, httplib::Response& response) {
    response.set_header("www-authenticate", "Basic realm=\"Secure Area\"");
    response.status = 401;
    if (request.path == "/api/health" || request.path == "/api/model") {
        send_json(response, 401, {{"_tag", "UnauthorizedError"}, {"message", "Authentication required"}});
    }
}

Json model(const std::string& name) {
    return {{"id", "mock-model"},
            {"providerID", "mock"},
            {"name", name},
            {"api",
             {{"id", "mock-model"},
              {"type", "aisdk"},
              {"package", "@ai-sdk/openai-compatible"},
              {"url", "http://127.0.0.1:4199/v1"},
              {"settings", {{"apiKey", "mock-key"}}}}},
            {"capabilities", {{"tools", false}, {"input", Json::array()}, {"output", Json::array()}}},
            {"request", {{"headers", Json::object()}, {"body", Json::object()}}},
            {"variants", Json::array()},
            {"time", {{"released", 0}}},
            {"cost", Json::array()},
            {"status", "active"},
            {"enabled", true},
            {"limit", {{"context", 32000}, {"output", 4000}}}};
}

// What a server with one configured provider and nothing else lists.
const char* list_of(const std::string& path) {
    static const std::map<std::string, const char*> lists{
        {"/config",
         R"({"$schema":"https://opencode.ai/config.json","command":{},"plugin":[],"username":"unknown","mode":{},)"
         R"("agent":{},"provider":{"mock":{"name":"Loopback mock","npm":"@ai-sdk/openai-compatible",)"
         R"("options":{"apiKey":"mock-key"},"models":{"mock-model":{"name":"Mock Model"}}}}})"},
        {"/config/providers",
         R"({"providers":[{"id":"mock","name":"Loopback mock","source":"config","env":[],)"
         R"("options":{"apiKey":"mock-key"},"models":{"mock-model":{"id":"mock-model"}}}],)"
         R"("default":{"mock":"mock-model"}})"},
        {"/provider",
         R"({"all":[{"id":"mock","name":"Loopback mock"}],"default":{"mock":"mock-model"},"connected":["mock"]})"},
        {"/mcp", "{}"},
        {"/agent", R"([{"name":"build","mode":"primary","native":true,"permission":[]}])"},
        {"/command", R"([{"name":"init","source":"command","template":"x"}])"},
        {"/skill", R"([{"name":"customize-opencode","location":"<built-in>","content":"x"}])"},
        {"/experimental/tool/ids", R"(["invalid","bash","read"])"},
    };
    const auto found = lists.find(path);
    return found == lists.end() ? nullptr : found->second;
}

}  // namespace

FakeOpencode::FakeOpencode(FakeOpencodeOptions options)
    : options_(std::move(options)),
      server_(options_.server, [this](const auto& request, auto& response) { answer(request, response); }) {}

void FakeOpencode::update(const std::function<void(FakeOpencodeOptions&)>& change) {
    const std::lock_guard lock(server_.mutex());
    change(options_);
}

void FakeOpencode::override_path(const std::string& path, CannedAnswer answer) {
    const std::lock_guard lock(server_.mutex());
    server_.options().overrides[path] = std::move(answer);
}

void FakeOpencode::answer(const httplib::Request& request, httplib::Response& response) {
    response.set_header("Vary", "Origin");
    if (options_.password) {
        const auto [name, expected] =
            httplib::make_basic_authentication_header(options_.username, *options_.password);
        if (request.get_header_value("authorization") != expected) return refuse(request, response);
    }
    if (options_.more && options_.more(request, response)) return;
    const bool healthy = !options_.unhealthy;
    if (request.method == "GET" && request.path == "/global/health") {
        send_json(response, 200, {{"healthy", healthy}, {"version", options_.version + options_.extra_text}});
    } else if (request.method == "GET" && request.path == "/api/health") {
        send_json(response, 200, {{"healthy", healthy}});
    } else if (request.method == "GET" && request.path == "/api/model") {
        answer_models(request, response);
    } else if (request.method == "GET" && answer_lists(request, response)) {
        return;
    } else {  // any unknown path or method is the web UI
        response.set_content(web_ui, "text/html");
    }
}

bool FakeOpencode::answer_lists(const httplib::Request& request, httplib::Response& response) {
    if (request.path == "/path") {
        const std::string asked = request.get_param_value("directory");
        send_json(response, 200,
                  {{"home", options_.home},
                   {"state", options_.home + "/.local/state/opencode"},
                   {"config", options_.home + "/.config/opencode"},
                   {"worktree", "/"},
                   {"directory", asked.empty() ? options_.directory : asked}});
        return true;
    }
    const char* list = list_of(request.path);
    if (list == nullptr) return false;
    response.set_content(list, "application/json");
    return true;
}

void FakeOpencode::answer_models(const httplib::Request& request, httplib::Response& response) {
    std::string directory = request.get_param_value("location[directory]");
    if (directory.empty()) directory = "/srv/work";
    if (directory.front() != '/' || directory == options_.missing_directory) {
        return send_json(response, 500,
                         {{"name", "UnknownError"},
                          {"data",
                           {{"message", "Unexpected server error. Check server logs for details."},
                            {"ref", "err_1b3d1fec"}}}});
    }
    const bool listed = !options_.never_a_model && model_requests_++ >= options_.empty_model_answers;
    Json models = Json::array();
    if (listed) models.push_back(model("Mock Model" + options_.extra_text));
    send_json(response, 200,
              {{"location", {{"directory", directory}, {"project", {{"id", "global"}, {"directory", "/"}}}}},
               {"data", models}});
}

}  // namespace cowork::test
