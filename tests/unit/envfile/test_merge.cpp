#include "config/env_file.hpp"
#include "envfile/merge.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::envfile;
using config::Dialect;

namespace {

struct Ask {
    std::string key;
    std::optional<std::string> value;
    std::string group = "G";
};

std::vector<Wish> wishes_of(const std::vector<Ask>& asks) {
    std::vector<Wish> wishes;
    for (const Ask& ask : asks)
        wishes.push_back(
            {ask.key, ask.value ? std::optional<Secret>(Secret(*ask.value)) : std::nullopt, ask.group});
    return wishes;
}

std::string said(const std::vector<Change>& changes) {
    std::string text;
    for (const Change& change : changes) {
        text += text.empty() ? "" : " ";
        text += change.edit == Edit::added ? "+" : change.edit == Edit::removed ? "-" : "~";
        text += change.key + ":" + std::to_string(change.line);
    }
    return text;
}

struct Row {
    Dialect dialect;
    std::string before;
    std::vector<Ask> asks;
    std::string after;
    std::string changes = {};
    std::vector<std::string> stale = {};
};

void check(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        CAPTURE(config::to_string(row.dialect), row.before);
        const auto merged = envfile::merge(row.before, "f", row.dialect, row.dialect, wishes_of(row.asks));
        if (!merged) {
            CHECK(merged.error().message == "");
            continue;
        }
        CHECK(std::string(merged->text.reveal()) == row.after);
        CHECK(said(merged->changes) == row.changes);
        CHECK(merged->stale == row.stale);
    }
}

const auto gone = std::nullopt;
using D = Dialect;

}  // namespace

TEST_CASE("merge leaves a text alone when every wish holds - however it is quoted") {
    struct Same {
        Dialect dialect;
        std::string text;
    };
    const std::vector<Ask> asks{{"A", "x y"}, {"B", "1"}, {"C", gone}};
    for (const Same& same : {Same{D::sh, "\xEF\xBB\xBF# c\n\n  export A='x y'  # c\nB=\"1\"; Z=$(id)"},
                             Same{D::sh, "A=x\\ y B=1"}, Same{D::sh, "A=x\"\\\n y\"\nB='1'"},
                             Same{D::systemd, "; c \\\nA=2\nA = \"x y\"  \r\nB=1\\\n"},
                             Same{D::docker, "\r\nA=x y\r\n  B=1\r\nwords\r\n"},
                             Same{D::compose, "A: 'x y' # c\nexport B = \"1\"#c\nZ=${Q}\n"}}) {
        CAPTURE(same.text);
        const auto merged = envfile::merge(same.text, "f", same.dialect, same.dialect, wishes_of(asks));
        REQUIRE(merged);
        CHECK(std::string(merged->text.reveal()) == same.text);
        CHECK(merged->changes.empty());
        CHECK(merged->stale.empty());
    }
    CHECK(envfile::merge("", "f", D::portable, D::portable, {}).value().text.empty());
}

TEST_CASE("merge replaces the bytes of a value and no other") {
    check({
        {D::portable, "# c\r\nA=1\r\n\r\nZ=9\r\n", {{"A", "2"}}, "# c\r\nA=2\r\n\r\nZ=9\r\n", "~A:2"},
        {D::portable, "  A=1", {{"A", ""}}, "  A=", "~A:1"},
        {D::docker, "A=1 # no comment\n", {{"A", "2 3"}}, "A=2 3\n", "~A:1"},
        {D::sh, "\texport A=1 # c\n", {{"A", "2"}}, "\texport A=2 # c\n", "~A:1"},
        {D::sh, "A='1\n2'\nB=1\n", {{"A", "it's"}}, "A='it'\\''s'\nB=1\n", "~A:1"},
        {D::sh, "A=x\\\ny; B=2\n", {{"A", "z"}, {"B", "3"}}, "A=z; B=3\n", "~A:1 ~B:2"},
        {D::sh, "A='1' # c\r\n", {{"A", "2"}}, "A='2' # c\r\n", "~A:1"},
        {D::sh, "A=1\r\nB=2\r\n", {{"A", "1"}}, "A=1\nB=2\r\n", "~A:1"},
        {D::sh, "export A=1\n", {{"A", "x*{a,b}"}}, "export A='x*{a,b}'\n", "~A:1"},
        {D::systemd, "A = 'x' \"y\" z  \nB=1\n", {{"A", "p q"}}, "A = \"p q\"  \nB=1\n", "~A:1"},
        {D::systemd, "A=a\\\n b\nB=1\n", {{"A", "c"}}, "A=c\nB=1\n", "~A:1"},
        {D::systemd, "A=  \n", {{"A", "c"}}, "A=c  \n", "~A:1"},
        {D::compose, "A: 1  # c\n", {{"A", "2"}}, "A: 2  # c\n", "~A:1"},
        {D::compose, "A='1'#c\n", {{"A", "$x"}}, "A='$x' #c\n", "~A:1"},
        {D::compose, "A=# c\n", {{"A", "2"}}, "A=2 # c\n", "~A:1"},
        {D::compose, "A=\"1\n2\" # c\n", {{"A", "it's"}}, "A=\"it's\" # c\n", "~A:1"},
        {D::compose, "export A = 1\r\n", {{"A", "2 3"}}, "export A = '2 3'\r\n", "~A:1"},
    });
}

TEST_CASE("merge changes the assignment that wins and tells of the others") {
    check({
        {D::portable, "A=1\nA=2\nA=3\n", {{"A", "4"}}, "A=1\nA=2\nA=4\n", "~A:3", {"A"}},
        {D::portable, "A=1\nA=2\n", {{"A", "2"}}, "A=1\nA=2\n", "", {"A"}},
        {D::portable, "A=2\nA=1\n", {{"A", "2"}}, "A=2\nA=2\n", "~A:2"},
        {D::portable, "A=1\n# c\nA=2\nB=3\n", {{"A", gone}}, "# c\nB=3\n", "-A:1 -A:3"},
    });
}

TEST_CASE("merge removes whole logical lines") {
    check({
        {D::sh, "# c\nexport A='1\n2' # c\nB=3\n", {{"A", gone}}, "# c\nB=3\n", "-A:2"},
        {D::sh, "B=3\nA=1", {{"A", gone}}, "B=3\n", "-A:2"},
        {D::sh, "A=1; export C=2 D=4\nB=3", {{"A", gone}, {"C", gone}, {"D", gone}}, "B=3", "-A:1 -C:1 -D:1"},
        {D::systemd, "A=1\\\n2\\\n\nB=3\n", {{"A", gone}}, "B=3\n", "-A:1"},
        {D::compose, "A=\"1\n2\"\r\nB=3\r\n", {{"A", gone}}, "B=3\r\n", "-A:1"},
    });
    for (const std::string text :
         {"A=1; B=2\n", "B=2 A=1\n", "export A=1 F\n", "A=1; B=$(id)\n", "A=1; exportB=2\n"}) {
        CAPTURE(text);
        const auto merged = envfile::merge(text, "f", D::sh, D::sh, wishes_of({{"A", gone}}));
        REQUIRE_FALSE(merged);
        CHECK(merged.error().code == ErrorCode::invalid);
        CHECK(merged.error().message == "f:1: A is to be removed but shares its line with something else");
        CHECK_FALSE(merged.error().remedy.empty());
    }
}

TEST_CASE("merge puts a new key where its group is") {
    check({
        // After the nearest wish before it of its group.
        {D::portable,
         "A=1\nX=0\nC=3\nY=0\n",
         {{"A", "1"}, {"B", "2"}, {"B2", "2"}, {"C", "3"}, {"D", "4"}},
         "A=1\nB=2\nB2=2\nX=0\nC=3\nD=4\nY=0\n",
         "+B:2 +B2:3 +D:6"},
        // Else after the last of its group.
        {D::portable,
         "C=3\nB=2\nX=0\n",
         {{"A", "1"}, {"B", "2"}, {"C", "3"}},
         "C=3\nB=2\nA=1\nX=0\n",
         "+A:3"},
        // Where a key of its group went away.
        {D::portable, "U=1\nX=0\n", {{"S", "1"}, {"U", gone}}, "S=1\nX=0\n", "-U:1 +S:1"},
        // Else at the end, once for each group.
        {D::portable,
         "A=1\n",
         {{"A", "1", "One"}, {"B", "2", "Two"}, {"C", "3", "Three"}, {"D", "4", "Two"}},
         "A=1\n\n# Two\nB=2\nD=4\n\n# Three\nC=3\n",
         "+B:4 +D:5 +C:8"},
        {D::portable, "X=0\n\n", {{"A", "1"}}, "X=0\n\n# G\nA=1\n", "+A:4"},
        {D::portable, "", {{"A", "1"}}, "# G\nA=1\n", "+A:2"},
        {D::portable, "X=0\n", {{"A", "1", ""}}, "X=0\n\nA=1\n", "+A:3"},
        {D::systemd, "X=0\n", {{"A", "1", "bad\\\n"}}, "X=0\n\n# bad\\?\nA=1\n", "+A:4"},
        // The last of several assignments of the neighbour; its line may be long, shared and without an end.
        {D::portable, "A=1\nX=0\nA=1\nY=0\n", {{"A", "1"}, {"B", "2"}}, "A=1\nX=0\nA=1\nB=2\nY=0\n", "+B:4"},
        {D::sh,
         "A='1\n2'; X=1 # c\nY=0\n",
         {{"A", "1\n2"}, {"B", "2"}},
         "A='1\n2'; X=1 # c\nB=2\nY=0\n",
         "+B:3"},
        {D::systemd, "A=1\\\n\nY=0\n", {{"A", "1"}, {"B", "2"}}, "A=1\\\n\nB=2\nY=0\n", "+B:3"},
        {D::portable, "A=1", {{"A", "1"}, {"B", "2"}, {"C", "3"}}, "A=1\nB=2\nC=3\n", "+B:2 +C:3"},
        {D::portable, "A=1", {{"B", "2"}}, "A=1\n\n# G\nB=2\n", "+B:4"},
        // Line ends and `export` are the neighbour's.
        {D::portable, "A=1\r\nX=0", {{"A", "1"}, {"B", "2"}}, "A=1\r\nB=2\r\nX=0", "+B:2"},
        {D::portable, "A=1\r\nX=0", {{"B", "2"}}, "A=1\r\nX=0\r\n\r\n# G\r\nB=2\r\n", "+B:5"},
        {D::sh, "export A=1\nX=0\n", {{"A", "1"}, {"B", "2"}}, "export A=1\nexport B=2\nX=0\n", "+B:2"},
        {D::sh, "export X=1\r\n", {{"B", "2"}}, "export X=1\r\n\n# G\nexport B=2\n", "+B:4"},
        {D::compose, "export A=1\n", {{"A", "1"}, {"B", "2"}}, "export A=1\nB=2\n", "+B:2"},
    });
}

TEST_CASE("merge keeps what no reader takes - and refuses to edit what it cannot understand") {
    check({
        {D::docker, "words\nexport Q=1\nA=1\n", {{"A", "2"}}, "words\nexport Q=1\nA=2\n", "~A:3"},
        {D::sh,
         "set -a\nP=\"$HOME/bin:$P\"\nQ=$(id -u)\nR=\"$X\nA=9\"\nif true; then\nA=1\nfi\n",
         {{"A", "2"}},
         "set -a\nP=\"$HOME/bin:$P\"\nQ=$(id -u)\nR=\"$X\nA=9\"\nif true; then\nA=2\nfi\n",
         "~A:7"},
        {D::compose, "Q=\"${X}\nA=9\"\nA=1\n", {{"A", "2"}}, "Q=\"${X}\nA=9\"\nA=2\n", "~A:3"},
    });
    struct Refusal {
        Dialect dialect;
        std::string text;
        std::string place;
        std::string remedy;
    };
    for (const Refusal& row : {
             Refusal{D::sh, "B=1\nC='s3cret\nA=1\n", "f:2", "close the quote"},
             Refusal{D::sh, "B=\"$X s3cret\nA=1\n", "f:1", "close the quote"},
             Refusal{D::systemd, "C=\"s3cret\n", "f:1", "close the quote"},
             Refusal{D::compose, "C='s3cret\n", "f:1", "close the quote"},
             Refusal{D::sh, "A=1\nA=$(s3cret)\n", "f:2", "write it as A=value"},
             Refusal{D::compose, "A=${s3cret}\n", "f:1", "write it as A=value"},
             Refusal{D::docker, "\nA\n", "f:2", "write it as A=value"},
             Refusal{D::docker, std::string("Z=s3cret\0\n", 10), "f:1", "NUL"},
             Refusal{D::portable, "Z=s3cret" + std::string(config::max_env_file_bytes, 'x'), "f:1",
                     "right file"},
             Refusal{D::sh, "C=$(cat <<X\nA=s3cret\nX\n)\n", "f:1", "write it as C=value"},
             Refusal{D::sh, "C=`s3cret\nA=1`\n", "f:1", "write it as C=value"},
             Refusal{D::sh, "f() {\nA=s3cret\n}\n", "f:1", "on the line itself"},
             Refusal{D::sh, "echo 's3cret\nA=1'\n", "f:1", "on the line itself"},
         }) {
        CAPTURE(row.text.substr(0, 100));
        const auto merged =
            envfile::merge(row.text, "f", row.dialect, row.dialect, wishes_of({{"A", "n3w"}}));
        REQUIRE_FALSE(merged);
        const Error& error = merged.error();
        CHECK(error.code == ErrorCode::invalid);
        CHECK(error.message.find(row.place + ": ") == 0);
        CHECK(error.remedy.find(row.remedy) != std::string::npos);
        CHECK((error.message + error.remedy).find("s3cret") == std::string::npos);
        CHECK((error.message + error.remedy).find("n3w") == std::string::npos);
    }
}

TEST_CASE("merge refuses values that the dialect cannot hold - and wishes that are none") {
    const auto refused =
        envfile::merge("A=1\n", "f", D::portable, D::portable, wishes_of({{"A", "s3c ret"}}));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::refused);
    CHECK(refused.error().message.find("A holds a space") != std::string::npos);
    CHECK(refused.error().message.find("s3c") == std::string::npos);
    CHECK(envfile::merge("", "f", D::sh, D::sh, wishes_of({{"A B", "1"}})).error().code ==
          ErrorCode::invalid);
    CHECK(envfile::merge("", "f", D::sh, D::sh, wishes_of({{"A", "1"}, {"A", "1"}})).error().where.key ==
          "A");
}

TEST_CASE("merge does not let a file forget its dialect") {
    // Without its quoted value this would be read as docker has it, and B with a backslash.
    const std::string text = "A='x y'\nB=p\\ q\n";
    REQUIRE(config::detect_dialect(text) == D::sh);
    const auto merged = envfile::merge(text, "f", D::sh, D::sh, wishes_of({{"A", gone}}));
    REQUIRE_FALSE(merged);
    CHECK(merged.error().message.find("dialect (sh)") != std::string::npos);
    const auto kept = envfile::merge(text, "f", D::sh, D::sh, wishes_of({{"A", "z"}}));
    CHECK(std::string(kept.value().text.reveal()) == "A='z'\nB=p\\ q\n");
}

TEST_CASE("merge converts to another dialect") {
    struct Conversion {
        Dialect from;
        Dialect to;
        std::string before;
        std::vector<Ask> asks;
        std::string after;
        std::string changes = {};
    };
    for (const Conversion& row : {
             Conversion{D::portable,
                        D::sh,
                        "# c\r\nA=1\r\n\r\nB=2",
                        {{"A", "x y"}},
                        "# c\nA='x y'\n\nB=2\n",
                        "~A:2"},
             Conversion{D::portable, D::docker, "A=1\r\n", {{"B", "2"}}, "A=1\r\n\r\n# G\r\nB=2\r\n", "+B:4"},
             Conversion{D::sh,
                        D::portable,
                        "export A='x y'  # why\nB=\"1\"; export C=2 D='3' # both\n  # d\t\\\n",
                        {{"A", "xy"}},
                        "# why\nA=xy\n# both\nB=1\nC=2\nD=3\n  # d\n",
                        "~A:1"},
             Conversion{D::sh,
                        D::systemd,
                        "A='x y' # c\n# d\\\nB=1\n",
                        {{"B", gone}},
                        "# c\nA=\"x y\"\n# d\n",
                        "-B:3"},
             Conversion{D::systemd,
                        D::compose,
                        "; a\\\nb=1\n#c\nA=$x \\\n y\nA=2\n",
                        {{"A", "3"}},
                        "# a\n# b=1\n#c\nA='$x  y'\nA=3\n",
                        "~A:6"},
             Conversion{D::compose,
                        D::docker,
                        "A: \"it's\" #c\nZ='$x'\n",
                        {{"A", "it's"}},
                        "#c\nA=it's\nZ=$x\n",
                        ""},
             Conversion{D::docker, D::sh, "A=it's # $x\n", {}, "A='it'\\''s # $x'\n", ""},
         }) {
        CAPTURE(row.before);
        const auto merged = envfile::merge(row.before, "f", row.from, row.to, wishes_of(row.asks));
        if (!merged) {
            CHECK(merged.error().message == "");
            continue;
        }
        CHECK(std::string(merged->text.reveal()) == row.after);
        CHECK(said(merged->changes) == row.changes);
    }
}

TEST_CASE("a conversion rewrites cowork's header and its loading hint") {
    const std::string warning =
        "# It holds secrets: keep its mode at 0600 and keep it out of version control.\n";
    const std::string whole =
        config::header_line({"1.2", D::sh}) + "\n" + warning + "# Shell: set -a; . ./f; set +a\n";
    auto merged = envfile::merge(whole + "A='x y'\n", "d/f", D::sh, D::docker, {});
    REQUIRE(merged);
    CHECK(std::string(merged->text.reveal()) == config::header_line({"1.2", D::docker}) + "\n" + warning +
                                                    "# Docker: docker run --env-file f ...\nA=x y\n");
    merged = envfile::merge(config::header_line({"1.2", D::sh}) + "\n# mine\nA='x y'\n", "f", D::sh,
                            D::docker, {});
    REQUIRE(merged);
    CHECK(std::string(merged->text.reveal()) ==
          config::header_line({"1.2", D::docker}) + "\n# mine\nA=x y\n");
}

TEST_CASE("a conversion refuses what has no place in the new dialect") {
    struct Refusal {
        Dialect from;
        Dialect to;
        std::string text;
        ErrorCode code;
        std::string names;
    };
    for (const Refusal& row : {
             Refusal{D::sh, D::portable, "A=1\nZ='s3c ret'\n", ErrorCode::refused, "Z holds a space"},
             Refusal{D::sh, D::docker, "A=1\nZ='s3cret\nx'\n", ErrorCode::refused, "Z holds a line break"},
             Refusal{D::sh, D::docker, "A=1\nZ=$(s3cret)\n", ErrorCode::invalid, "f:2: "},
             Refusal{D::sh, D::docker, "A=1\nexport s3cret\n", ErrorCode::invalid, "f:2: "},
             Refusal{D::sh, D::docker, "A=1\nexport Z=1 s3cret\n", ErrorCode::invalid, "f:2: "},
             Refusal{D::docker, D::sh, "\ns3cret words\n", ErrorCode::invalid, "f:2: "},
         }) {
        CAPTURE(row.text);
        const auto merged = envfile::merge(row.text, "f", row.from, row.to, wishes_of({{"A", "1"}}));
        REQUIRE_FALSE(merged);
        CHECK(merged.error().code == row.code);
        CHECK(merged.error().message.find(row.names) != std::string::npos);
        CHECK_FALSE(merged.error().remedy.empty());
        CHECK((merged.error().message + merged.error().remedy).find("s3c") == std::string::npos);
    }
}
