#include "probes/event_parser.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace {

using cowork::probes::ServerEvent;

std::vector<ServerEvent> parsed(std::string_view stream, std::size_t chunk) {
    cowork::probes::EventParser parser;
    std::vector<ServerEvent> events;
    for (; !stream.empty(); stream.remove_prefix(std::min(chunk, stream.size())))
        (void)parser.take(stream.substr(0, chunk), events);
    return events;
}

}  // namespace

// Any bytes are events without a line's end in their type and id, and the same ones however they are cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view stream(static_cast<const char*>(static_cast<const void*>(data)), size);
    const auto whole = parsed(stream, stream.size() + 1);
    const auto cut = parsed(stream, 1 + size % 5);
    if (whole.size() != cut.size()) __builtin_trap();
    for (std::size_t i = 0; i < whole.size(); ++i) {
        if (whole[i].id != cut[i].id || whole[i].type != cut[i].type || whole[i].data != cut[i].data)
            __builtin_trap();
        if (whole[i].type.empty() || whole[i].type.find('\n') != std::string::npos) __builtin_trap();
        if (whole[i].id.find_first_of(std::string_view("\0\r\n", 3)) != std::string::npos) __builtin_trap();
    }
    return 0;
}
