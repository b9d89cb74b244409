#include "config/yaml_document.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using cowork::config::YamlNode;

// Walks along every path, aliases unfolded, and counts.
std::size_t walk(const YamlNode& node, int depth) {
    if (depth > 2 * cowork::config::YamlStream::deepest + 10) __builtin_trap();
    if (node.where.line < 1 || node.where.column < 1 || node.where.end_line < node.where.line)
        __builtin_trap();
    std::size_t count = 1;
    for (const YamlNode* item : node.items) count += walk(*item, depth + 1);
    for (const YamlNode::Member& member : node.members) count += 1 + walk(*member.value, depth + 1);
    return count;
}

}  // namespace

// Any bytes are refused with a place, or a tree that can be walked in bounded time.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(static_cast<const char*>(static_cast<const void*>(data)), size);
    const auto stream = cowork::config::YamlStream::parse(text, "fuzz");
    if (!stream) {
        if (stream.error().where.line < 1) __builtin_trap();
        return 0;
    }
    std::size_t nodes = 0;
    for (const YamlNode* document : stream->documents()) nodes += walk(*document, 0);
    if (nodes > 2 * cowork::config::YamlStream::most_nodes) __builtin_trap();
    return 0;
}
