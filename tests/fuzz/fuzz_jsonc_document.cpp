#include "config/jsonc_document.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

// Every value has a place inside the text.
void check_places(const cowork::config::JsoncDocument& document, const nlohmann::ordered_json& value,
                  const std::string& pointer) {
    const auto* span = document.span(pointer);
    if (span != nullptr && (span->begin > span->end || span->end > document.text().size())) __builtin_trap();
    if (value.is_object())
        for (const auto& [key, child] : value.items())
            check_places(document, child, cowork::config::child_pointer(pointer, key));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(static_cast<const char*>(static_cast<const void*>(data)), size);
    const auto document = cowork::config::JsoncDocument::parse(std::string(text), "fuzz");
    if (document) check_places(*document, document->root(), "");
    return 0;
}
