#include "validators/document.hpp"
#include "validators/json_rules.hpp"
#include "validators/leaks/leaks.hpp"
#include "validators/recognise.hpp"
#include "validators/registry.hpp"
#include "validators/suppressions/suppressions.hpp"
#include "validators/together/together.hpp"
#include "validators/yaml_checks.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace cowork::validators;

namespace {

// The first byte chooses the kind; past the last one, the content does.
Document document_of(std::string_view bytes, std::size_t index, const Settings& settings) {
    const std::size_t choice = static_cast<unsigned char>(bytes.front()) % (all_kinds.size() + 1);
    const auto kind = choice < all_kinds.size() ? std::optional(all_kinds.at(choice)) : std::nullopt;
    auto input = std::make_unique<Input>();
    // Files name each other: Compose its env files, permissions what they are for.
    input->path = kind == Kind::settings ? std::string(settings_file_name)
                  : kind == Kind::env    ? std::string("gateway.conf")
                                         : "file" + std::to_string(index);
    input->text = bytes.substr(1);
    input->facts = FileFacts{0644, false, FileFacts::Git::tracked};
    recognise(*input, kind);
    Document document;
    document.path = input->path;
    document.named = true;
    document.input = std::move(input);
    document.findings = std::make_unique<Findings>(document.input->text);
    check_yaml(*document.input, *document.findings);
    check_json(*document.input, *document.findings);
    validator_of(document.input->kind).run(*document.input, settings, *document.findings);
    find_leaks(*document.input, settings, *document.findings);
    return document;
}

void check(const Document& document) {
    const int lines = cowork::LineIndex(document.input->text).lines();
    for (const Finding& finding : document.found) {
        if (finding.where.line < 0 || finding.where.line > lines) __builtin_trap();
        if (finding.where.line > 0 && finding.where.column < 1) __builtin_trap();
        if (finding.message.empty()) __builtin_trap();
        for (const char c : finding.message.view())
            if (static_cast<unsigned char>(c) < 0x20 && c != '\n') __builtin_trap();
    }
}

}  // namespace

// Any bytes as up to four files of any kinds, 0x1E between them, judged together and with what they allow:
// findings whose places are in the text, and no message that steers a terminal.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t most_files = 4;
    Settings settings;
    settings.now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 1};
    settings.promotion = size % 2 == 0;
    if (size % 3 == 0) settings.tier = cowork::rules::CloudTier::public_production;
    std::string_view left(static_cast<const char*>(static_cast<const void*>(data)), size);
    std::vector<Document> documents;
    while (!left.empty() && documents.size() < most_files) {
        const std::string_view one = left.substr(0, left.find('\x1e'));
        left.remove_prefix(std::min(one.size() + 1, left.size()));
        if (!one.empty()) documents.push_back(document_of(one, documents.size(), settings));
    }
    check_together(documents, settings);
    for (Document& document : documents) document.found = document.findings->take();
    apply_suppressions(documents, settings, {"."});
    for (const Document& document : documents) check(document);
    return 0;
}
