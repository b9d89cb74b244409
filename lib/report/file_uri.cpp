#include "report/file_uri.hpp"

#include "net/url.hpp"

#include <filesystem>

namespace cowork::report {

std::string plain_path(std::string_view path) {
    return std::filesystem::path(path).lexically_normal().string();
}

FileUri file_uri(std::string_view path) {
    const std::filesystem::path plain = std::filesystem::path(path).lexically_normal();
    std::string uri;
    for (const std::filesystem::path& part : plain.relative_path())
        uri += (uri.empty() ? "" : "/") + net::percent_encode(part.string());
    if (plain.is_absolute()) return {"file:///" + uri, false};
    return {uri, !plain.empty() && *plain.begin() != ".."};
}

}  // namespace cowork::report
