#pragma once

#include "config/dialect.hpp"
#include "validators/env/lines.hpp"

#include <array>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::validators {

// Who reads env files. One more than there are dialects: what is portable suits Node too.
enum class Reader { sh, compose, docker, systemd, node };
inline constexpr std::array all_readers{Reader::sh, Reader::compose, Reader::docker, Reader::systemd,
                                        Reader::node};

class ReaderSet {
  public:
    constexpr ReaderSet() = default;
    constexpr ReaderSet(std::initializer_list<Reader> readers) {
        for (const Reader reader : readers) add(reader);
    }
    constexpr void add(Reader reader) { bits_ |= bit(reader); }
    [[nodiscard]] constexpr bool has(Reader reader) const { return (bits_ & bit(reader)) != 0; }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
    [[nodiscard]] constexpr ReaderSet operator&(ReaderSet other) const {
        ReaderSet both;
        both.bits_ = bits_ & other.bits_;
        return both;
    }

  private:
    static constexpr unsigned bit(Reader reader) { return 1U << static_cast<unsigned>(reader); }
    unsigned bits_ = 0;
};

// "sh, Compose and docker --env-file"; empty for none.
[[nodiscard]] std::string named(ReaderSet readers);
// None for the portable dialect, which all of them read alike.
[[nodiscard]] std::optional<Reader> reader_of(config::Dialect dialect);

// What some readers do with it: ends "read by sh and Compose, ...".
struct Effect {
    ReaderSet readers;
    std::string_view what;
};

// Something in an assignment that readers take differently.
struct Cause {
    std::string_view rule;
    std::size_t begin = 0, end = 0;  // offsets of what it is about
    std::vector<Effect> effects;
};

// Every such thing, in order; which readers really misread this value must still be asked. With a reader
// that is known, what its own quoting means is left out: whoever writes for it knows it.
[[nodiscard]] std::vector<Cause> causes_in(const Assignment& assignment, std::optional<Reader> known);

}  // namespace cowork::validators
