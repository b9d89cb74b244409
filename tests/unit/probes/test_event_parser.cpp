#include "probes/event_parser.hpp"
#include "support/places.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace cowork;
using namespace std::string_literals;
using probes::EventParser;
using probes::ServerEvent;

namespace {

using Events = std::vector<ServerEvent>;

// In chunks of that many bytes.
Events parsed(const std::string& stream, std::size_t chunk) {
    EventParser parser;
    Events events;
    for (std::size_t at = 0; at < stream.size(); at += chunk)
        CHECK(parser.take(std::string_view(stream).substr(at, chunk), events));
    return events;
}

std::string shown(const Events& events) {
    std::string text;
    for (const auto& [id, type, data] : events)
        text.append("[").append(id).append("|").append(type).append("|").append(data).append("]");
    return text;
}

struct Case {
    const char* what;
    std::string stream;
    std::string expected;
};

const std::vector<Case> cases{
    {"nothing", "", ""},
    {"one line", "data: a\n\n", "[|message|a]"},
    {"a type", "event: t\ndata: a\n\n", "[|t|a]"},
    {"a type is for one event", "event: t\ndata: a\n\ndata: b\n\n", "[|t|a][|message|b]"},
    {"the last type counts", "event: t\nevent: u\ndata: a\n\n", "[|u|a]"},
    {"an empty type is the default", "event: t\nevent\ndata: a\n\n", "[|message|a]"},
    {"several lines", "data: a\ndata: b\ndata:\n\n", "[|message|a\nb\n]"},
    {"an empty line of data", "data\n\n", "[|message|]"},
    {"two empty lines of data", "data\ndata\n\n", "[|message|\n]"},
    {"one blank after the colon is dropped", "data:  a \ndata:b\n\n", "[|message| a \nb]"},
    {"without data there is no event", "event: t\n\ndata: a\n\n", "[|message|a]"},
    {"comments", ": c\n:\ndata: a\n: d\n\n: e\n\n", "[|message|a]"},
    {"unknown fields", "foo: a\nretry: 10\nDATA: b\ndata : c\n data: d\ndata: e\n\n", "[|message|e]"},
    {"colons in a value", "data: a: b:c\n\n", "[|message|a: b:c]"},
    {"an id lasts", "id: 1\ndata: a\n\ndata: b\n\n", "[1|message|a][1|message|b]"},
    {"an id without an event lasts", "id: 1\n\ndata: b\n\n", "[1|message|b]"},
    {"an empty id resets it", "id: 1\ndata: a\n\nid\ndata: b\n\n", "[1|message|a][|message|b]"},
    {"an id with NUL is ignored", "id: 1\nid: a\0b\ndata: a\n\n"s, "[1|message|a]"},
    {"CR", "id: 1\rdata: a\rdata: b\r\rdata: c\r\r", "[1|message|a\nb][1|message|c]"},
    {"CRLF", "id: 1\r\ndata: a\r\n\r\ndata: c\r\n\r\n", "[1|message|a][1|message|c]"},
    {"all ends of line", "data: a\r\ndata: b\ndata: c\r\r\n\n", "[|message|a\nb\nc]"},
    {"LF CR are two", "data: a\n\rdata: b\n\r", "[|message|a][|message|b]"},
    {"a byte order mark",
     "\xEF\xBB\xBF"
     "data: a\n\n",
     "[|message|a]"},
    {"only one of them",
     "\xEF\xBB\xBF\xEF\xBB\xBF"
     "data: a\n\ndata: b\n\n",
     "[|message|b]"},
    {"and only at the beginning",
     "data: a\n\n\xEF\xBB\xBF"
     "data: b\n\n",
     "[|message|a]"},
    {"half a mark is text",
     "\xEF\xBB"
     "data: a\ndata: b\n\n",
     "[|message|b]"},
    {"what the end cuts off is none", "data: a\n\ndata: b\n", "[|message|a]"},
    {"NUL in data stays", "data: a\0b\n\n"s, "[|message|a\0b]"s},
    {"UTF-8", "data: \xC3\xA9\xE2\x82\xAC\n\n", "[|message|\xC3\xA9\xE2\x82\xAC]"},
};

}  // namespace

TEST_CASE("event parser: the standard's cases, in chunks of any size") {
    for (const Case& one : cases) {
        for (const std::size_t chunk :
             {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, std::size_t{4096}}) {
            INFO(one.what << ", in chunks of " << chunk);
            CHECK(shown(parsed(one.stream, chunk)) == one.expected);
        }
    }
}

TEST_CASE("event parser: an event up to the bound is one, beyond it the stream fails") {
    EventParser good;
    Events events;
    const std::string line(EventParser::event_limit - 6, 'x');
    CHECK(good.take("data: ", events));
    CHECK(good.take(line, events));
    CHECK(good.take("\n\n", events));
    REQUIRE(events.size() == 1);
    CHECK(events[0].data == line);

    for (const std::string& repeated : {"x"s, "data: x\n"s, "a longer line of data\nevent:y\ndata:"s}) {
        CAPTURE(repeated);
        EventParser bad;
        Events before;
        CHECK(bad.take("data: first\n\ndata: ", before));
        std::size_t taken = 0;
        while (taken < 4 * EventParser::event_limit && bad.take(repeated, before)) taken += repeated.size();
        CHECK(taken <= 4 * EventParser::event_limit - 1);
        REQUIRE(before.size() == 1);
        CHECK_FALSE(bad.take("\n\ndata: later\n\n", before));
        CHECK(before.size() == 1);
    }
}

TEST_CASE("event parser: comments and unknown fields may go on for ever") {
    EventParser parser;
    Events events;
    for (int i = 0; i < 300'000; ++i)
        if (!parser.take(": still here\nfoo: bar\n", events)) FAIL("it gave up");
    CHECK(parser.take("data: a\n\n", events));
    CHECK(events.size() == 1);
}

TEST_CASE("event parser: the fuzz corpus reads the same in any chunks") {
    int files = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(COWORK_SOURCE_DIR "/tests/fuzz/corpus/event_parser")) {
        std::ifstream in(entry.path(), std::ios::binary);
        const std::string stream{std::istreambuf_iterator<char>(in), {}};
        CAPTURE(entry.path().string());
        CHECK(shown(parsed(stream, 1)) == shown(parsed(stream, stream.size() + 1)));
        ++files;
    }
    CHECK(files >= 3);
}
