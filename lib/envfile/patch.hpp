#pragma once

#include "secrets/secret.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::envfile {

// Changes to a text by the offsets of the old one. They may come in any order, but not overlap.
class Patch {
  public:
    void replace(std::size_t begin, std::size_t end, Secret by);
    void remove(std::size_t begin, std::size_t end) { replace(begin, end, {}); }
    // Whole lines, each with its line end, that begin a line of their own there; insertions at one place stay
    // in the order they were made. `line_end` is put before them where the text ends without one.
    void insert_lines(std::size_t at, Secret lines, std::string line_end);
    // The same at the end of the text, after a blank line.
    void append_block(Secret lines, std::string line_end);

    [[nodiscard]] bool empty() const { return pieces_.empty(); }
    [[nodiscard]] Secret apply(std::string_view text) const;

  private:
    enum class Place { inside, own_line, own_block };
    struct Piece {
        std::size_t begin = 0;
        std::size_t end = 0;
        Secret by;
        Place place = Place::inside;
        std::string line_end;
    };
    std::vector<Piece> pieces_;
};

}  // namespace cowork::envfile
