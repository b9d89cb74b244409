#include "config/secret_source.hpp"

#include "core/atomic_file.hpp"
#include "secrets/strength.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cowork::config {
namespace {

constexpr std::size_t longest_secret_file = std::size_t{64} * 1024;

Result<Secret> from_environment(std::string_view option, const std::string& name,
                                const SecretReaders& readers) {
    if (readers.environment != nullptr) {
        const auto found = std::find_if(readers.environment->begin(), readers.environment->end(),
                                        [&](const auto& entry) { return entry.first == name; });
        if (found != readers.environment->end()) return Secret(found->second);
    }
    return fail(ErrorCode::usage, fmt::format("{}: the environment has no variable {}", option, name),
                "export it first");
}

Result<Secret> from_file(std::string_view option, const std::string& path) {
    auto text = read_file(path, longest_secret_file);
    if (!text)
        return fail(text.error().code, fmt::format("{}: {}", option, text.error().message),
                    text.error().remedy);
    while (text->ends_with('\n') || text->ends_with('\r')) {
        text->back() = '\0';
        text->pop_back();
    }
    Secret secret(*text);
    cleanse(*text);
    return secret;
}

Result<Secret> resolve(std::string_view option, const SecretSpec& spec, std::string_view text,
                       const SecretReaders& readers) {
    switch (spec.form) {
        case SecretForm::environment:
            return from_environment(option, spec.argument, readers);
        case SecretForm::file:
            return from_file(option, spec.argument);
        case SecretForm::standard_input:
            if (readers.standard_input) return readers.standard_input();
            return fail(ErrorCode::usage, fmt::format("{} -: standard input was used up already", option),
                        "only one option can read it");
        case SecretForm::prompt:
            if (readers.prompt) return readers.prompt(option);
            return fail(ErrorCode::usage, fmt::format("{} prompt: there is no terminal to ask on", option),
                        "use env:NAME, file:PATH or -");
        case SecretForm::generate:
            if (readers.may_generate) return generate_secret();
            return fail(ErrorCode::usage, fmt::format("{}: cowork cannot generate this one", option),
                        "its issuer gives it to you");
        case SecretForm::literal:
            return Secret(text);
    }
    return fail(ErrorCode::usage, fmt::format("{}: cannot be read", option));
}

}  // namespace

SecretSpec parse_secret_spec(std::string_view text) {
    if (text.starts_with("env:")) return {SecretForm::environment, std::string(text.substr(4))};
    if (text.starts_with("file:")) return {SecretForm::file, std::string(text.substr(5))};
    if (text == "-") return {SecretForm::standard_input, {}};
    if (text == "prompt") return {SecretForm::prompt, {}};
    if (text == "generate") return {SecretForm::generate, {}};
    return {};
}

Result<Secret> resolve_secret(std::string_view option, std::string_view text, const SecretReaders& readers) {
    auto secret = resolve(option, parse_secret_spec(text), text, readers);
    if (secret && secret->empty())
        return fail(ErrorCode::usage, fmt::format("{}: the value is empty", option), "give a value");
    return secret;
}

}  // namespace cowork::config
