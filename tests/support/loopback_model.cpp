#include "support/loopback_model.hpp"

#include "support/httplib_config.hpp"
#include "support/temp_dir.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace cowork::test {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* model_name = "mock-model";

Json usage() { return {{"prompt_tokens", 1}, {"completion_tokens", 2}, {"total_tokens", 3}}; }

Json completion(const char* object, Json choices) {
    return {{"id", "chatcmpl-1"},
            {"object", object},
            {"created", 1},
            {"model", model_name},
            {"choices", std::move(choices)}};
}

std::string line(const Json& chunk) { return "data: " + chunk.dump() + "\n\n"; }

std::string streamed(const std::string& reply) {
    const auto chunk = [](const Json& delta, const Json& finish) {
        return line(completion("chat.completion.chunk",
                               {{{"index", 0}, {"delta", delta}, {"finish_reason", finish}}}));
    };
    Json counted = completion("chat.completion.chunk", Json::array());
    counted["usage"] = usage();
    return chunk({{"role", "assistant"}, {"content", reply}}, nullptr) + chunk(Json::object(), "stop") +
           line(counted) + "data: [DONE]\n\n";
}

std::string at_once(const std::string& reply) {
    Json whole = completion("chat.completion", {{{"index", 0},
                                                 {"message", {{"role", "assistant"}, {"content", reply}}},
                                                 {"finish_reason", "stop"}}});
    whole["usage"] = usage();
    return whole.dump();
}

}  // namespace

LoopbackModel::LoopbackModel(std::string reply, FakeServerOptions server)
    : reply_(std::move(reply)),
      server_(std::move(server), [this](const auto& request, auto& response) { answer(request, response); }) {
}

void LoopbackModel::answer(const httplib::Request& request, httplib::Response& response) const {
    if (request.method == "GET" && request.path == "/v1/models") {
        const Json list{{"object", "list"}, {"data", {{{"id", model_name}, {"object", "model"}}}}};
        return response.set_content(list.dump(), "application/json");
    }
    if (request.method != "POST" || request.path != "/v1/chat/completions") {
        response.status = 404;
        return;
    }
    const Json body = Json::parse(request.body, nullptr, false);
    const bool streams = body.is_object() && body.value("stream", false);
    response.set_content(streams ? streamed(reply_) : at_once(reply_),
                         streams ? "text/event-stream" : "application/json");
}

std::function<void(const TempDir&)> LoopbackModel::as_provider() const {
    return [base = url("/v1")](const TempDir& directory) {
        const Json model{{"name", "Mock Model"}, {"limit", {{"context", 32000}, {"output", 4000}}}};
        const Json provider{{"npm", "@ai-sdk/openai-compatible"},
                            {"name", "Loopback mock"},
                            {"options", {{"baseURL", base}, {"apiKey", "mock-key"}}},
                            {"models", {{model_name, model}}}};
        const Json configuration{{"$schema", "https://opencode.ai/config.json"},
                                 {"share", "disabled"},
                                 {"autoupdate", false},
                                 {"enabled_providers", {"mock"}},
                                 {"model", std::string("mock/") + model_name},
                                 {"provider", {{"mock", provider}}}};
        directory.write("opencode.json", configuration.dump());
    };
}

}  // namespace cowork::test
