#include "core/shared_library.hpp"

#include <catch2/catch.hpp>

using namespace cowork;

TEST_CASE("shared library: its functions can be called") {
    const SharedLibrary math("libm.so.6");
    double (*root)(double) = nullptr;
    math.find(root, "sqrt");
    REQUIRE(root != nullptr);
    CHECK(root(9.0) == 3.0);
}

TEST_CASE("shared library: what is missing is named") {
    CHECK_THROWS_WITH(
        SharedLibrary("libno-such-thing.so.1"),
        Catch::Contains("libno-such-thing.so.1 cannot be used: ") && Catch::Contains("; install"));
    const SharedLibrary math("libm.so.6");
    void (*none)() = nullptr;
    CHECK_THROWS_WITH(math.find(none, "no_such_function"), Catch::Contains("no_such_function"));
    CHECK(none == nullptr);
}
