#include "secrets/redactor.hpp"
#include "secrets/token_families.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

constexpr std::string_view secret = "s3cr3t+/=\"\xC3\xA4 value";

const cowork::Redactor& redactor() {
    static const cowork::Redactor one = [] {
        cowork::Redactor made;
        made.learn(secret);
        made.learn("value-two");
        return made;
    }();
    return one;
}

}  // namespace

// A learned secret never survives, wherever it stands; what comes out is printable.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(static_cast<const char*>(static_cast<const void*>(data)), size);
    (void)cowork::without_token_shapes(text, cowork::Redactor::marker);
    const std::string_view half = text.substr(0, text.size() / 2);
    std::string around(half);
    around += secret;
    around += text.substr(half.size());
    for (const cowork::SafeText& safe : {redactor().clean(text), redactor().clean(around)}) {
        const std::string& clean = safe.str();
        if (clean.find(secret) != std::string::npos || clean.find("value-two") != std::string::npos)
            __builtin_trap();
        for (const char c : clean)
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) __builtin_trap();
    }
    return 0;
}
