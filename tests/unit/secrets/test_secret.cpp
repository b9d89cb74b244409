#include "secrets/safe_text.hpp"
#include "secrets/secret.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <sstream>
#include <string>
#include <type_traits>
#include <utility>

using cowork::SafeText;
using cowork::Secret;

namespace {

template <typename T>
concept Streamable = requires(std::ostream& out, const T& value) {
    out << value;
};

}  // namespace

// The wrong call does not compile.
static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret> && std::is_nothrow_move_assignable_v<Secret>);
static_assert(!fmt::is_formattable<Secret>::value);
static_assert(!Streamable<Secret> && Streamable<std::string>);
static_assert(!std::is_constructible_v<nlohmann::json, const Secret&>);
static_assert(!std::is_convertible_v<Secret, std::string_view> &&
              !std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_constructible_v<SafeText, std::string>, "text becomes safe only in a Redactor");
static_assert(!std::is_convertible_v<const char*, SafeText>);

TEST_CASE("secret: holds its bytes and gives them up only when asked") {
    const Secret secret(std::string_view("a\0b", 3));
    CHECK(secret.reveal() == std::string_view("a\0b", 3));
    CHECK(secret.size() == 3);
    CHECK(Secret{}.empty());
    CHECK(Secret("").reveal().empty());
    CHECK(secret.clone().reveal() == secret.reveal());
}

TEST_CASE("secret: a move leaves nothing behind") {
    Secret from("correct horse");
    const Secret to(std::move(from));
    CHECK(to.reveal() == "correct horse");
    CHECK(from.empty());  // NOLINT(bugprone-use-after-move): that is the question
    CHECK(from.reveal().empty());

    Secret assigned("older");
    Secret other("newer");
    assigned = std::move(other);
    CHECK(assigned.reveal() == "newer");
    CHECK(other.empty());  // NOLINT(bugprone-use-after-move)
    Secret& same = assigned;
    assigned = std::move(same);
    CHECK(assigned.reveal() == "newer");
}

TEST_CASE("secret: cleansing a string empties it") {
    std::string text = "hunter2";
    const char* const bytes = text.data();
    cowork::cleanse(text);
    CHECK(text.empty());
    // Its buffer is still the string's own, so it may be looked at.
    CHECK(std::string(bytes, 7) == std::string(7, '\0'));
}
