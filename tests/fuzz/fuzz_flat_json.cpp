#include "config/jsonc.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

// Any bytes are a flat object or an error; blanking commas changes nothing else.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(static_cast<const char*>(static_cast<const void*>(data)), size);
    const std::string strict = cowork::config::without_trailing_commas(text);
    if (strict.size() != text.size()) __builtin_trap();
    for (std::size_t i = 0; i < text.size(); ++i)
        if (strict[i] != text[i] && (text[i] != ',' || strict[i] != ' ')) __builtin_trap();
    const auto settings = cowork::config::read_flat_json(text, "fuzz");
    if (!settings && settings.error().message.empty()) __builtin_trap();
    return 0;
}
