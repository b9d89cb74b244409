#pragma once

#include "config/env_file.hpp"
#include "validators/env/causes.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace cowork::validators {

// What readers make of a file: all of them, or the one that is known.
class Readings {
  public:
    Readings(std::string_view text, std::optional<Reader> only);

    // Of the assignment whose key begins there; nothing when the reader has none.
    [[nodiscard]] std::optional<std::string_view> value(Reader reader, std::size_t key_begin) const;
    // Why the reader cannot take something on that line; null when it can, and for Node, which says nothing.
    [[nodiscard]] const config::EnvDiagnostic* refusal(Reader reader, int line) const;
    [[nodiscard]] ReaderSet readers() const { return readers_; }
    [[nodiscard]] const config::EnvFile& file(Reader reader) const { return of(reader).file; }

  private:
    struct One {
        config::EnvFile file;
        std::unordered_map<std::size_t, std::string_view> values;
        std::unordered_map<int, const config::EnvDiagnostic*> refusals;
    };
    void read(Reader reader, std::string_view text);
    [[nodiscard]] const One& of(Reader reader) const { return all_[static_cast<std::size_t>(reader)]; }

    ReaderSet readers_;
    std::array<One, all_readers.size()> all_;
};

// The file as that reader sees it.
[[nodiscard]] config::EnvFile read_with(Reader reader, std::string_view text);

}  // namespace cowork::validators
