#include "support/nasty_values.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace cowork::test {
namespace {

using namespace std::string_literals;

const std::vector<std::string>& special_pieces() {
    static const std::vector<std::string> pieces{
        // Quotes, escapes, expansions.
        "'", "\"", "`", "''", "\"\"", "'\\''", "\\'", "\\\"", "\\\\", "\\", "\\n", "\\t", "\\x41", "\\u0041",
        "\\0101", "$", "$$", "$1", "$@", "$HOME", "${HOME}", "${X:-y}", "${X", "$(id)", "$((1+1))", "`id`",
        "%s", "%%", "\\$",
        // What ends, starts or comments something.
        "#", " #", " # x", "; ", ";", "&", "&&", "|", "<", ">", "(", ")", "=", "==", ":", ": ", "export X=1",
        "\\ ",
        // What a shell expands in words or from history.
        "~", ":~", "=~", "~root", "!", "!!", "!x", "*", "?", "[a-z]", "{a,b}", "{1..3}", "^", "@", "+", ",",
        "-", "--",
        // Blanks and line ends, of every kind.
        " ", "  ", "\t", "\n", "\r", "\r\n", "\v", "\f", "\nX=1\n", "\\\n", "\u0085", "\u2028", "\u2029",
        "\u00A0", "\u200B", "\u3000",
        // Controls, and characters beyond ASCII that someone treats specially.
        "\0"s, "\x01", "\x07", "\x08", "\x1A", "\x1B[31m", "\x7F", "\u0080", "\u009B", "\u009F", "\uFEFF",
        "\u202E", "\uFFFD", "\uFFFE", "\uFFFF", "\uFDD0", "\uFDEF", "\U0001FFFE", "\U0010FFFF", "\u0301",
        "\u00AD",
        // Broken UTF-8: alone, cut, overlong, surrogate, beyond the end.
        "\x80", "\xBF", "\xC3", "\xE2\x82", "\xF0\x9F\x98", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80",
        "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xFE", "\xFF", "\x81", "\x88",
        // Harmless, in every width.
        "a", "Z", "0", "abc", "word", "é", "ß", "€", "漢字", "😀", "👩‍💻"};
    return pieces;
}

constexpr std::string_view portable_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:@%+,=^!*?[]{}~";

class ValueGenerator {
  public:
    explicit ValueGenerator(std::mt19937& random) : random_(random) {}

    std::string next() {
        switch (below(10)) {
            case 0:
            case 1:
                return from_alphabet(portable_characters, below(40));
            case 2:
                return bytes(below(24));
            case 3:
                return printable(below(40));
            case 4:
                return realistic();
            case 5: {
                std::string value = realistic();
                for (int edits = 1 + below(3); edits > 0; --edits) edit(value);
                return value;
            }
            case 6:
                return piece() + from_alphabet(portable_characters, below(12)) + piece();
            case 7:
                return below(40) == 0 ? long_value() : words();
            default:
                return pieces(1 + below(6));
        }
    }

  private:
    int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
    template <typename List>
    const auto& pick(const List& list) {
        return list[static_cast<std::size_t>(below(static_cast<int>(list.size())))];
    }
    const std::string& piece() { return pick(special_pieces()); }

    std::string from_alphabet(std::string_view alphabet, int length) {
        std::string value;
        while (length-- > 0) value += pick(alphabet);
        return value;
    }
    std::string bytes(int length) {
        std::string value;
        while (length-- > 0) value += static_cast<char>(below(256));
        return value;
    }
    std::string printable(int length) {
        std::string value;
        while (length-- > 0) value += static_cast<char>(' ' + below('~' - ' ' + 1));
        return value;
    }
    std::string pieces(int count) {
        std::string value;
        while (count-- > 0) value += piece();
        return value;
    }
    // Plain words, with something special between two of them.
    std::string words() {
        std::string value = from_alphabet(portable_characters.substr(0, 62), 1 + below(8));
        for (int count = 1 + below(3); count > 0; --count)
            value += piece() + from_alphabet(portable_characters.substr(0, 62), 1 + below(8));
        return value;
    }

    std::string realistic() {
        const std::string secret = from_alphabet(portable_characters.substr(0, 62), 8 + below(24));
        std::string strong = printable(12 + below(12));  // what a password manager makes
        switch (below(10)) {
            case 0:
                return fmt::format("postgres://gateway:{}%40%2F%23@db.lan:5432/open_cowork?sslmode=require",
                                   secret);
            case 1:
                return fmt::format("postgresql://u:{}@127.0.0.1/db?options=-c%20search_path%3Dx", strong);
            case 2:
                return from_alphabet(portable_characters.substr(0, 62), 4 * (1 + below(12))) + "==";
            case 3:
                return fmt::format(R"({{"token": "{}", "on": [1, null, "it's"], "p": "\\\\{}"}})", secret,
                                   strong);
            case 4:
                return fmt::format("{}:AA{}-_{}", below(1'000'000), secret, secret);
            case 5:
                return "/srv/open cowork/" + secret + "/data dir/";
            case 6:
                return "-----BEGIN KEY-----\\n" + secret + "\\n-----END KEY-----\\n";
            case 7:
                return fmt::format("a={}; path=/; max-age={} # session", secret, below(1000));
            case 8:
                return "C:\\Users\\" + secret + "\\";
            default:
                return strong;
        }
    }

    void edit(std::string& value) {
        const auto at = static_cast<std::size_t>(below(static_cast<int>(value.size()) + 1));
        if (below(3) == 0) {
            value.erase(at, 1);
        } else {
            value.insert(at, piece());
        }
    }

    // Around the limit of a value (60 KiB), of Docker's lines (64 KiB), and of a variable in Linux (128 KiB).
    std::string long_value() {
        static constexpr std::array<int, 9> lengths{
            1000, 4096, 16'384, 60 * 1024 - 1, 60 * 1024, 60 * 1024 + 1, 64 * 1024, 65 * 1024, 131'072};
        const auto length = static_cast<std::size_t>(pick(lengths));
        const std::string filling = below(2) == 0 ? "a" : piece();
        std::string value;
        while (value.size() < length) value += filling;
        if (below(2) == 0) value.resize(length);
        return value;
    }

    std::mt19937& random_;
};

}  // namespace

std::vector<std::string> fixed_values() {
    std::vector<std::string> values{"",
                                    " leading and trailing ",
                                    "\\ \\\\ \\n \\' \\\" \\$ ends in \\",
                                    "$HOME ${HOME} $(id) $$ $1",
                                    "it's \"quoted\" `here`",
                                    "a # b",
                                    "a=~root",
                                    "/*"};
    for (const std::string& piece : special_pieces()) values.push_back(piece);
    for (char c = ' '; c <= '~'; ++c) {
        for (const char* pattern :
             {"{0}", "{0}x", "x{0}", "x{0}y", "{0}{0}", "x:{0}", "x={0}", "x{0} {0}y", "'{0}", "\\{0}"}) {
            values.push_back(fmt::format(fmt::runtime(pattern), c));
        }
    }
    return values;
}

std::vector<std::string> nasty_values(std::mt19937& random, std::size_t count) {
    ValueGenerator generator(random);
    std::vector<std::string> values;
    while (values.size() < count) values.push_back(generator.next());
    return values;
}

std::string shown(const std::string& value) {
    constexpr std::size_t longest = 200;
    std::string text;
    for (const char c : value.substr(0, longest))
        text += c >= ' ' && c <= '~' ? std::string(1, c)
                                     : fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
    return value.size() > longest ? fmt::format("{}... ({} bytes)", text, value.size()) : text;
}

}  // namespace cowork::test
