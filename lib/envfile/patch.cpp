#include "envfile/patch.hpp"

#include "envfile/private_text.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace cowork::envfile {
namespace {

constexpr std::size_t at_end = std::numeric_limits<std::size_t>::max();
constexpr std::size_t longest_line_ends = 4;

bool ends_line(std::string_view text) { return text.empty() || text.ends_with('\n'); }

bool ends_block(std::string_view text) {
    return text.empty() || text == "\n" || text == "\r\n" || text.ends_with("\n\n") ||
           text.ends_with("\n\r\n");
}

}  // namespace

void Patch::replace(std::size_t begin, std::size_t end, Secret by) {
    pieces_.push_back({begin, end, std::move(by), Place::inside, {}});
}

void Patch::insert_lines(std::size_t at, Secret lines, std::string line_end) {
    pieces_.push_back({at, at, std::move(lines), Place::own_line, std::move(line_end)});
}

void Patch::append_block(Secret lines, std::string line_end) {
    pieces_.push_back({at_end, at_end, std::move(lines), Place::own_block, std::move(line_end)});
}

Secret Patch::apply(std::string_view text) const {
    std::vector<const Piece*> order;
    std::size_t size = text.size();
    for (const Piece& piece : pieces_) {
        order.push_back(&piece);
        size += piece.by.size() + longest_line_ends;
    }
    std::stable_sort(order.begin(), order.end(),
                     [](const Piece* a, const Piece* b) { return a->begin < b->begin; });
    PrivateText out(size);
    std::size_t done = 0;
    for (const Piece* piece : order) {
        const std::size_t begin = std::min(piece->begin, text.size());
        if (begin > done) out.append(text.substr(done, begin - done));
        done = std::max(done, std::min(piece->end, text.size()));
        if (piece->place != Place::inside && !ends_line(out.view())) out.append(piece->line_end);
        if (piece->place == Place::own_block && !ends_block(out.view())) out.append(piece->line_end);
        out.append(piece->by.reveal());
    }
    return out.append(text.substr(done)).to_secret();
}

}  // namespace cowork::envfile
