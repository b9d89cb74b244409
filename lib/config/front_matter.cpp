#include "config/front_matter.hpp"

#include "config/yaml_document.hpp"

#include <fmt/format.h>

#include <utility>

namespace cowork::config {
namespace {

tl::unexpected<Error> refused(const std::string& path, int line, std::string_view what) {
    return fail(ErrorCode::invalid, fmt::format("{}: the front matter {}", path, what),
                "write keys and values between two lines ---", {path, line, 0, {}});
}

// The length of the line break at the beginning; 0 when there is none.
std::size_t line_break(std::string_view text) {
    if (text.starts_with("\r\n")) return 2;
    return text.starts_with('\n') ? 1 : 0;
}

}  // namespace

std::string_view FrontMatter::text(std::string_view key) const {
    const auto found = values.find(key);
    return found == values.end() ? std::string_view{} : std::string_view(found->second);
}

Result<FrontMatter> read_front_matter(std::string_view markdown, const std::string& path) {
    constexpr std::string_view fence = "---";
    FrontMatter matter;
    if (markdown.starts_with("\xEF\xBB\xBF")) markdown.remove_prefix(3);
    if (!markdown.starts_with(fence) || line_break(markdown.substr(fence.size())) == 0) return matter;
    const std::string_view inside = markdown.substr(fence.size());
    const auto end = inside.substr(0, largest_front_matter).find("\n---");
    if (end == std::string_view::npos) return refused(path, 1, "is not closed, or too large");
    const auto stream = YamlStream::parse(inside.substr(0, end + 1), path);
    // The text begins on the fence's own line.
    if (!stream) return refused(path, stream.error().where.line, "is not YAML");
    if (stream->documents().empty() || stream->documents().front()->is_null()) return matter;
    const YamlNode& node = *stream->documents().front();
    if (!node.is_map()) return refused(path, 1, "is no map of keys");
    matter.present = true;
    for (const YamlNode::Member& member : node.members)
        if (member.value->is_scalar()) matter.values.insert_or_assign(member.key->text, member.value->text);
    return matter;
}

}  // namespace cowork::config
