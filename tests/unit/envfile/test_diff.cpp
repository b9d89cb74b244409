#include "envfile/diff.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::envfile;
using config::Dialect;

namespace {

using Lines = std::vector<std::string>;

bool is_secret(std::string_view key) { return key.find("TOKEN") != std::string_view::npos; }

Lines diff(const std::string& before, const std::string& after, Dialect read_as = Dialect::portable,
           Dialect write_as = Dialect::portable, const Redactor& redactor = {}) {
    Lines lines;
    for (const SafeText& line : masked_diff({before, read_as}, {after, write_as}, is_secret, redactor))
        lines.push_back(line.str());
    return lines;
}

}  // namespace

TEST_CASE("a masked diff shows what changes as diff does") {
    CHECK(diff("A=1\n", "A=1\n").empty());
    CHECK(diff("", "").empty());
    CHECK(diff("", "# c\n\nA=1\nTOKEN=s3cret\n") ==
          Lines{"@@ -0,0 +1,4 @@", "+# c", "+", "+A=1", "+TOKEN=(secret)"});
    CHECK(diff("A=1\nTOKEN=s3cret", "") == Lines{"@@ -1,2 +0,0 @@", "-A=1", "-TOKEN=(secret)"});
    CHECK(diff("A=1\nB=2\nC=3\n", "A=1\nB=9\nC=3\n") == Lines{"@@ -2 +2 @@", "-B=2", "+B=9"});
    CHECK(diff("A=1\nB=2\nC=3\nD=4\n", "A=1\nC=3\nX=0\nY=0\nD=5\n") ==
          Lines{"@@ -2 +1,0 @@", "-B=2", "@@ -4 +3,3 @@", "-D=4", "+X=0", "+Y=0", "+D=5"});
    CHECK(diff("A=1\nB=2", "A=1\nB=2\n\n# G\nC=3\n") == Lines{"@@ -2,0 +3,3 @@", "+", "+# G", "+C=3"});
    CHECK(diff("A=1\r\nB=2", "A=1\r\nB=2\r\nC=3\r\n") == Lines{"@@ -2,0 +3 @@", "+C=3"});
    CHECK(diff("B=2\r\n", "B=2\n") == Lines{"@@ -1 +1 @@", "-B=2", "+B=2 (the same, written differently)"});
}

TEST_CASE("a masked diff tells secrets apart without showing them") {
    CHECK(diff("TOKEN=s3cret1\n", "TOKEN=s3cret2\n") ==
          Lines{"@@ -1 +1 @@", "-TOKEN=(secret)", "+TOKEN=(another secret)"});
    CHECK(diff("TOKEN='s3cret1'\nA=x\\ y\n", "TOKEN=s3cret1\nA='x y'\n", Dialect::sh, Dialect::sh) ==
          Lines{"@@ -1,2 +1,2 @@", "-TOKEN=(secret)", "-A=x y",
                "+TOKEN=(secret) (the same, written differently)", "+A=x y (the same, written differently)"});
    CHECK(diff("TOKEN='s3c\nret'; A=1\nB=1\n", "A=1\nB=1\n", Dialect::sh, Dialect::sh) ==
          Lines{"@@ -1,2 +1 @@", "-TOKEN=(secret)", "-A=1", "+A=1 (the same, written differently)"});
}

TEST_CASE("a masked diff cleans all that it shows") {
    Redactor redactor;
    redactor.learn("s3cretvalue");
    CHECK(diff("", "A=x-s3cretvalue\n# or s3cretvalue\nB=\x1B[2J\n", Dialect::docker, Dialect::docker,
               redactor) ==
          Lines{"@@ -0,0 +1,3 @@", "+A=x-[redacted]", "+# or [redacted]", "+B=\xEF\xBF\xBD[2J"});
    // What was made a comment, and what nobody understands.
    for (const char* line : {"#TOKEN=hidden", "# export MY_TOKEN=hidden # c", "; a=1 TOKEN='hidden'",
                             "TOKEN=$(echo hidden)", "hidden words", "TOKEN hidden"}) {
        const Lines lines = diff(std::string(line) + "\n", "", Dialect::sh);
        REQUIRE(lines.size() == 2);
        CAPTURE(line, lines[1]);
        CHECK(lines[1].find("hidden") == std::string::npos);
        CHECK(lines[1].starts_with("-"));
    }
    CHECK(diff("hidden words\n", "") == Lines{"@@ -1 +0,0 @@", "-(a line that is not shown: no assignment)"});
    CHECK(diff("# a=b\n", "") == Lines{"@@ -1 +0,0 @@", "-# a=b"});
}

TEST_CASE("a masked diff of large files is quick and complete") {
    std::string many;
    std::string others;
    for (int i = 0; i < 8000; ++i) {
        many += "K" + std::to_string(i) + "=1\n";
        others += "L" + std::to_string(i) + "=1\n";
    }
    CHECK(diff(many, others).size() == 16'001);
    CHECK(diff(many, many + "NEW=1\n") == Lines{"@@ -8000,0 +8001 @@", "+NEW=1"});
    CHECK(diff(std::string(1'000'000, '\n'), "A=1\n").size() == 1'000'002);
}
