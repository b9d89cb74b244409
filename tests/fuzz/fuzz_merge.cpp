#include "config/env_file.hpp"
#include "envfile/merge.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

using cowork::Secret;
using cowork::config::Dialect;
using cowork::envfile::Wish;

namespace {

std::vector<Wish> wishes() {
    std::vector<Wish> list;
    list.push_back({"A", Secret("n'e\"w $1"), "One"});
    list.push_back({"B", std::nullopt, "One"});
    list.push_back({"NEW", Secret("1"), "Two"});
    return list;
}

void must(bool holds) {
    if (!holds) __builtin_trap();
}

}  // namespace

// Any text, in any pair of dialects, is merged or refused; what is merged holds the wishes and stays as it is
// when merged again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(static_cast<const char*>(static_cast<const void*>(data)), size);
    for (const Dialect from : cowork::config::all_dialects) {
        for (const Dialect to : cowork::config::all_dialects) {
            const auto merged = cowork::envfile::merge(text, "fuzz", from, to, wishes());
            if (!merged) continue;
            const auto file = cowork::config::parse_env_file(merged->text.reveal(), "fuzz", to);
            const auto* const changed = file.find("A");
            must(changed != nullptr && changed->value.reveal() == "n'e\"w $1");
            must(file.find("B") == nullptr && file.find("NEW") != nullptr);
            const auto again = cowork::envfile::merge(merged->text.reveal(), "fuzz", to, to, wishes());
            must(again && again->text.reveal() == merged->text.reveal() && again->changes.empty());
        }
    }
    return 0;
}
