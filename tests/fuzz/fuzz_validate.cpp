#include "validators/leaks.hpp"
#include "validators/recognise.hpp"
#include "validators/registry.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

using namespace cowork::validators;

// Any bytes as a file of any kind: findings whose places are in the text, and no message that steers a
// terminal. The first byte chooses the kind; past the last one, the content does.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t choice = data[0] % (all_kinds.size() + 1);
    Input input;
    input.path = "-";
    input.text.assign(static_cast<const char*>(static_cast<const void*>(data + 1)), size - 1);
    input.facts = FileFacts{0644, false, FileFacts::Git::tracked};
    recognise(input, choice < all_kinds.size() ? std::optional(all_kinds.at(choice)) : std::nullopt);
    Settings settings;
    settings.now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 1};
    settings.promotion = size % 2 == 0;
    if (size % 3 == 0) settings.tier = cowork::rules::CloudTier::public_production;
    Findings findings(input.text);
    validator_of(input.kind).run(input, settings, findings);
    find_leaks(input, settings, findings);
    const int lines = findings.index().lines();
    for (const Finding& finding : findings.take()) {
        if (finding.where.line < 0 || finding.where.line > lines) __builtin_trap();
        if (finding.where.line > 0 && finding.where.column < 1) __builtin_trap();
        if (finding.message.empty()) __builtin_trap();
        for (const char c : finding.message.view())
            if (static_cast<unsigned char>(c) < 0x20 && c != '\n') __builtin_trap();
    }
    return 0;
}
