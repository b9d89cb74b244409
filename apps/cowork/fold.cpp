#include "cowork/fold.hpp"

#include <fmt/format.h>

#include <sstream>

namespace cowork::app {

std::vector<std::string> split_words(std::string_view text) {
    std::istringstream in{std::string(text)};
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    return words;
}

std::string fold(const std::vector<std::string>& words, std::size_t indent, std::string_view tail) {
    std::string text;
    std::size_t used = indent;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::size_t after = i + 1 < words.size() ? tail.size() : 0;
        if (i > 0 && used + 1 + words[i].size() + after > columns) {
            text += fmt::format("{}\n{:{}}", tail, "", indent);
            used = indent;
        } else if (i > 0) {
            text += ' ';
            ++used;
        }
        text += words[i];
        used += words[i].size();
    }
    return text;
}

}  // namespace cowork::app
