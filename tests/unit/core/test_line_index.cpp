#include "core/line_index.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace {

using cowork::LineIndex;

std::string place(const cowork::TextRange& range) {
    return std::to_string(range.line) + ":" + std::to_string(range.column) + "-" +
           std::to_string(range.end_line) + ":" + std::to_string(range.end_column);
}

}  // namespace

TEST_CASE("line index: bytes to lines and columns in code points") {
    const std::string text = "ab\nä€😀=x\r\n\nlast";
    const LineIndex index(text);
    struct Case {
        std::size_t begin, end;
        const char* place;
    };
    for (const Case& one : {Case{0, 2, "1:1-1:3"}, Case{3, 5, "2:1-2:2"}, Case{5, 12, "2:2-2:4"},
                            Case{12, 14, "2:4-2:6"}, Case{16, 16, "3:1-3:1"}, Case{17, 21, "4:1-4:5"},
                            Case{0, 100, "1:1-4:5"}, Case{100, 200, "4:5-4:5"}, Case{5, 3, "2:2-2:2"}}) {
        INFO(one.begin << " to " << one.end);
        CHECK(place(index.range(one.begin, one.end)) == one.place);
    }
}

TEST_CASE("line index: lines and their offsets") {
    const std::string text = "one\r\ntwo\n\nfour";
    const LineIndex index(text);
    CHECK(index.lines() == 4);
    CHECK(index.line(1) == "one");
    CHECK(index.line(2) == "two");
    CHECK(index.line(3).empty());
    CHECK(index.line(4) == "four");
    CHECK(index.line(0).empty());
    CHECK(index.line(5).empty());
    CHECK(index.offset(2, 2) == 6);
    CHECK(index.offset(2, 99) == 8);
    CHECK(index.offset(9, 1) == text.size());
    CHECK(place(index.rest_of_line(1, 2)) == "1:2-1:4");
}

TEST_CASE("line index: an empty text has one line") {
    const LineIndex index("");
    CHECK(index.lines() == 1);
    CHECK(place(index.range(0, 0)) == "1:1-1:1");
}
