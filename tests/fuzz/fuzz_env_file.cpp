#include "config/env_file.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

// The parser takes any bytes in every dialect.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(static_cast<const char*>(static_cast<const void*>(data)), size);
    (void)cowork::config::parse_env_file(text);
    for (const auto dialect : cowork::config::all_dialects) {
        const auto file = cowork::config::parse_env_file(text, "fuzz", dialect);
        for (const auto& entry : file.entries) {
            if (!cowork::config::is_valid_key(entry.key)) __builtin_trap();
        }
    }
    return 0;
}
