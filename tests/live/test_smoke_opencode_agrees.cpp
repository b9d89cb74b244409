#include "support/httplib_config.hpp"
#include "support/loopback_model.hpp"
#include "support/real_opencode.hpp"
#include "support/require_service.hpp"
#include "support/smoke_opencode.hpp"
#include "support/warm_opencode.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

// The stand-in's sessions are only worth what they share with the real server's: what smoke and the gateway
// read of each answer.
namespace {

using cowork::test::LoopbackModel;
using cowork::test::RealOpencode;
using cowork::test::SmokeOpencode;
using nlohmann::json;

struct Real {
    LoopbackModel model;
    RealOpencode opencode{{.prepare = model.as_provider()}};
    Real() { cowork::test::warm_opencode(opencode.url(), opencode.work_directory()); }
};

// Both servers, asked the same.
struct Side {
    std::string url, directory;
    std::string session{};

    [[nodiscard]] json ask(const std::string& method, const std::string& path, const json& body = nullptr,
                           int status = 200) const {
        httplib::Client client(url);
        client.set_read_timeout(std::chrono::seconds(30));
        httplib::Request request;
        request.method = method;
        request.path = path;
        if (!body.is_null()) {
            request.body = body.dump();
            request.set_header("content-type", "application/json");
        }
        const auto answer = client.send(request);
        INFO(url << " " << method << " " << path);
        REQUIRE(answer);
        INFO(answer->body);
        CHECK(answer->status == status);
        if (answer->get_header_value("content-type").rfind("text/html", 0) == 0) return "a web page";
        return json::parse(answer->body, nullptr, false);
    }
    // The types of the session's events after a number, up to the end of the step.
    [[nodiscard]] std::vector<std::string> events(const std::string& query) const {
        httplib::Client client(url);
        client.set_read_timeout(std::chrono::seconds(30));
        std::string text;
        (void)client.Get("/api/session/" + session + "/event" + query,
                         [&](const char* data, std::size_t size) {
                             text.append(data, size);
                             return text.find("step.ended") == std::string::npos || !text.ends_with("\n\n");
                         });
        std::vector<std::string> types;
        for (std::size_t at = text.find("data: "); at != std::string::npos;
             at = text.find("data: ", at + 1)) {
            const auto event = json::parse(text.substr(at + 6, text.find('\n', at) - at - 6), nullptr, false);
            CHECK(event["data"]["sessionID"] == session);
            CHECK(event["durable"]["seq"].is_number_integer());
            types.push_back(event["type"]);
            if (types.back() == "session.next.text.ended") CHECK(event["data"]["text"] == "mock reply");
        }
        return types;
    }
};

// Every key that the stand-in has, the real one has, with a value of the same type.
void check_shape(const json& real, const json& fake) {
    INFO("real: " << real << "\nfake: " << fake);
    CHECK(std::string(real.type_name()) == fake.type_name());
    if (!fake.is_object()) return;
    for (const auto& [key, value] : fake.items()) {
        INFO(key);
        REQUIRE(real.contains(key));
        check_shape(real[key], value);
    }
}

const json prompt{{"id", "msg_0123456789abcdef01234567"},
                  {"prompt", {{"text", "hello"}}},
                  {"delivery", "queue"},
                  {"resume", true}};

}  // namespace

TEST_CASE("smoke: the stand-in's sessions agree with a real OpenCode's", "[live]") {
    if (!cowork::test::require_service(RealOpencode::available(), "OpenCode")) return;
    const Real real;
    const SmokeOpencode fake;
    std::vector<Side> sides{{real.opencode.url(), real.opencode.work_directory()}, {fake.url(), "/srv/work"}};
    const auto both = [&](const std::function<json(Side&)>& act) {
        const json ours = act(sides[0]), theirs = act(sides[1]);
        check_shape(ours, theirs);
        return std::pair{ours, theirs};
    };

    // Made, with an id of one's own, and again.
    for (Side& side : sides) {
        const json asked{{"id", "ses_cowork-smoke-x"}, {"location", {{"directory", side.directory}}}};
        const json made = side.ask("POST", "/api/session", asked);
        CHECK(made["data"]["id"] == "ses_cowork-smoke-x");
        CHECK(made["data"]["location"]["directory"] == side.directory);
        CHECK(side.ask("POST", "/api/session", asked)["data"] == made["data"]);
        CHECK(side.ask("POST", "/api/session", {{"id", "other"}, {"location", asked["location"]}}, 400)
                  .contains("_tag"));
        side.session = side.ask("POST", "/api/session", {{"location", asked["location"]}})["data"]["id"];
        CHECK(side.session.rfind("ses_", 0) == 0);
    }
    both([](Side& side) { return side.ask("GET", "/api/session/" + side.session); });
    both([](Side& side) {
        return side.ask("GET", "/session/" + side.session + "?directory=" + side.directory);
    });
    for (Side& side : sides) {
        const json list = side.ask("GET", "/session?directory=" + side.directory);
        REQUIRE(list.size() == 2);
        CHECK(list[0]["id"] == side.session);  // the newest first
        CHECK(list[0]["directory"] == side.directory);
        CHECK(side.ask("GET", "/session?limit=1&directory=" + side.directory).size() == 1);
        CHECK(side.ask("GET", "/session?directory=/nonexistent").empty());
        CHECK(side.ask("GET", "/api/session?directory=" + side.directory)["data"].size() == 2);
    }

    // Prompted, and with the same id once more.
    for (Side& side : sides) {
        const std::string path = "/api/session/" + side.session + "/prompt";
        const json admitted = side.ask("POST", path, prompt)["data"];
        CHECK(admitted["admittedSeq"] == 1);
        CHECK(admitted["id"] == prompt["id"]);
        CHECK(side.events("?after=0") ==
              std::vector<std::string>{"session.next.prompt.admitted", "session.next.prompted",
                                       "session.next.step.started", "session.next.text.started",
                                       "session.next.text.ended", "session.next.step.ended"});
        CHECK(side.events("?after=4") ==
              std::vector<std::string>{"session.next.text.ended", "session.next.step.ended"});
        CHECK(side.ask("POST", path, prompt)["data"]["admittedSeq"] == 1);
        json other = prompt;
        other["prompt"]["text"] = "something else";
        CHECK(side.ask("POST", path, other, 409)["_tag"] == "ConflictError");
        CHECK(side.events("?after=0").size() == 6);  // nothing ran again
    }
    const auto messages =
        both([](Side& side) { return side.ask("GET", "/api/session/" + side.session + "/message"); });
    REQUIRE(messages.first["data"].size() == messages.second["data"].size());
    for (std::size_t i = 0; i < messages.second["data"].size(); ++i)
        check_shape(messages.first["data"][i], messages.second["data"][i]);
    CHECK(messages.first["data"][1]["text"] == "hello");
    for (Side& side : sides) {
        CHECK(side.ask("GET", "/session/" + side.session + "/message") == json::array());
        CHECK(side.ask("GET", "/api/session/" + side.session)["data"]["title"].get<std::string>().rfind(
                  "New session", 0) == 0);
    }

    // Deleted.
    for (Side& side : sides) {
        const std::string path = "/session/" + side.session;
        CHECK(side.ask("DELETE", "/api" + path) == "a web page");
        CHECK(side.ask("POST", path + "/abort", json::object()) == true);
        CHECK(side.ask("DELETE", path + "?directory=" + side.directory) == true);
    }
    for (const std::string what : {"", "/message"}) {
        both([&](Side& side) { return side.ask("GET", "/session/" + side.session + what, nullptr, 404); });
        both(
            [&](Side& side) { return side.ask("GET", "/api/session/" + side.session + what, nullptr, 404); });
    }
    both([](Side& side) { return side.ask("DELETE", "/session/" + side.session, nullptr, 404); });
    both([](Side& side) { return side.ask("POST", "/session/" + side.session + "/abort", json::object()); });
    both(
        [](Side& side) { return side.ask("POST", "/api/session/" + side.session + "/prompt", prompt, 404); });
    for (Side& side : sides) CHECK(side.ask("GET", "/session?directory=" + side.directory).size() == 1);
}
