#include "probes/http_client.hpp"
#include "support/fake_server.hpp"
#include "support/httplib_config.hpp"
#include "support/ports.hpp"
#include "support/printing.hpp"
#include "support/tarpit.hpp"

#include <catch2/catch.hpp>

#include <thread>

using namespace cowork;
using namespace cowork::test;
using namespace std::chrono_literals;
using probes::EventStream;
using probes::HttpCall;
using probes::HttpFailure;

namespace {

constexpr auto plenty = 10'000ms;
constexpr auto little = 150ms;
const std::string stream_head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

HttpCall get(std::string url) {
    HttpCall call;
    call.url = std::move(url);
    return call;
}

std::unique_ptr<EventStream> follow(const Tarpit& tarpit, std::chrono::milliseconds budget = plenty) {
    return probes::make_http_client()->follow(get(tarpit.http_url()), Budget::lasting(budget));
}

}  // namespace

TEST_CASE("event stream: events come as they arrive, until the stream ends") {
    const Tarpit tarpit(Tarpit::saying_and_closing(
        stream_head + ": hello\n\nid: 7\nevent: session.created\ndata: {}\n\ndata: two\n\ndata: cut off"));
    const auto stream = follow(tarpit);
    CHECK(stream->head().status == 200);
    CHECK(stream->head().media_type() == "text/event-stream");
    const auto first = stream->next(Budget::lasting(plenty));
    REQUIRE(first);
    CHECK(first->id == "7");
    CHECK(first->type == "session.created");
    CHECK(first->data == "{}");
    const auto second = stream->next(Budget::lasting(plenty));
    REQUIRE(second);
    CHECK(second->type == "message");
    CHECK(second->data == "two");
    CHECK_FALSE(stream->next(Budget::lasting(plenty)));
    CHECK(stream->ended());
}

TEST_CASE("event stream: an open stream costs the budget of whoever waits, and lives on") {
    const Tarpit tarpit(Tarpit::saying(stream_head + "data: one\n\n"));
    const auto stream = follow(tarpit, 2'000ms);
    CHECK(stream->next(Budget::lasting(plenty)));
    CHECK_FALSE(stream->next(Budget::lasting(little)));
    CHECK_FALSE(stream->ended());
}

TEST_CASE("event stream: the budget of the headers does not bound the stream") {
    const Tarpit tarpit({.head = stream_head, .repeat = "data: x\n\n", .pause = 20ms});
    const auto stream = follow(tarpit, 400ms);
    REQUIRE(stream->head().ok());
    // Nine bytes an event, each after 20 ms: the third comes when the time of the headers is over.
    for (int i = 0; i < 3; ++i) CHECK(stream->next(Budget::lasting(plenty)));
}

TEST_CASE("event stream: a stop ends the wait") {
    const Tarpit tarpit(Tarpit::saying(stream_head));
    std::stop_source stop;
    const auto stream = follow(tarpit);
    stop.request_stop();
    CHECK_FALSE(stream->next(Budget::lasting(60'000ms, stop.get_token())));
    CHECK_FALSE(stream->ended());
    std::stop_source later;
    const Tarpit silent(Tarpit::silent());
    std::jthread stopper([&] { later.request_stop(); });
    const auto none = probes::make_http_client()->follow(get(silent.http_url()),
                                                         Budget::lasting(60'000ms, later.get_token()));
    CHECK(none->head().failure == HttpFailure::stopped);
}

TEST_CASE("event stream: what is no stream is an answer with its body") {
    FakeServer server({}, [](const httplib::Request&, httplib::Response& response) {
        response.status = 403;
        response.set_content(R"({"error":"no"})", "application/json");
    });
    const auto stream = probes::make_http_client()->follow(get(server.url("/")), Budget::lasting(plenty));
    CHECK(stream->head().status == 403);
    CHECK(stream->head().body == R"({"error":"no"})");
    CHECK_FALSE(stream->next(Budget::lasting(plenty)));
    CHECK(stream->ended());

    const Tarpit refused(Tarpit::saying_and_closing(
        "HTTP/1.1 500 Oh\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n"));
    const auto none = follow(refused);
    CHECK(none->head().status == 500);
    CHECK(none->head().body == "data: one\n\n");
    CHECK_FALSE(none->next(Budget::lasting(plenty)));
}

TEST_CASE("event stream: what never answers costs the budget") {
    const Tarpit tarpit(Tarpit::silent());
    const auto stream = follow(tarpit, little);
    CHECK(stream->head().failure == HttpFailure::silent);
    CHECK(stream->ended());
    const BoundPort closed;
    const auto refused = probes::make_http_client()->follow(
        get("http://127.0.0.1:" + std::to_string(closed.port())), Budget::lasting(plenty));
    CHECK(refused->head().failure == HttpFailure::refused);
    const auto bad = probes::make_http_client()->follow(get("file:///etc/passwd"), Budget::lasting(plenty));
    CHECK(bad->head().failure == HttpFailure::bad_url);
}

TEST_CASE("event stream: an event beyond the bound ends it, what came before stays") {
    const Tarpit tarpit(Tarpit::endless(stream_head + "data: one\n\ndata: ", std::string(1000, 'x')));
    const auto stream = follow(tarpit);
    const auto first = stream->next(Budget::lasting(plenty));
    REQUIRE(first);
    CHECK(first->data == "one");
    CHECK_FALSE(stream->next(Budget::lasting(plenty)));
    CHECK(stream->ended());
}

TEST_CASE("event stream: more events than fit wait for their reader") {
    const Tarpit tarpit(Tarpit::endless(stream_head, "data: x\n\n"));
    const auto stream = follow(tarpit);
    const Budget budget = Budget::lasting(30'000ms);
    int seen = 0;
    while (seen < 50'000 && stream->next(budget)) ++seen;
    CHECK(seen == 50'000);
    CHECK_FALSE(stream->ended());
    // A reader's time ends though there is always something to read.
    CHECK_FALSE(stream->next(Budget::lasting(0ms)));
}

TEST_CASE("event stream: many streams leave room for requests") {
    FakeServer server({}, [](const httplib::Request&, httplib::Response&) {});
    const Tarpit tarpit(Tarpit::saying(stream_head));
    const auto client = probes::make_http_client();
    std::vector<std::unique_ptr<EventStream>> streams;
    streams.reserve(8);
    for (int i = 0; i < 8; ++i)
        streams.push_back(client->follow(get(tarpit.http_url()), Budget::lasting(plenty)));
    for (const auto& stream : streams) CHECK(stream->head().ok());
    CHECK(client->call_one(get(server.url("/")), Budget::lasting(plenty)).status == 200);
}

TEST_CASE("event stream: it asks for events") {
    std::string accepts;
    FakeServer server({}, [&](const httplib::Request& request, httplib::Response&) {
        accepts = request.get_header_value("Accept");
    });
    (void)probes::make_http_client()->follow(get(server.url("/")), Budget::lasting(plenty));
    CHECK(accepts == "text/event-stream");
}
