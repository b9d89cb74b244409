#include "validators/env/readings.hpp"

#include "config/env_node.hpp"

namespace cowork::validators {

config::EnvFile read_with(Reader reader, std::string_view text) {
    using config::Dialect;
    switch (reader) {
        case Reader::sh:
            return config::parse_env_file(text, {}, Dialect::sh);
        case Reader::compose:
            return config::parse_env_file(text, {}, Dialect::compose);
        case Reader::docker:
            return config::parse_env_file(text, {}, Dialect::docker);
        case Reader::systemd:
            return config::parse_env_file(text, {}, Dialect::systemd);
        case Reader::node:
            return config::parse_node_env_file(text);
    }
    return {};
}

Readings::Readings(std::string_view text, std::optional<Reader> only) {
    for (const Reader reader : all_readers)
        if (!only || *only == reader) read(reader, text);
}

void Readings::read(Reader reader, std::string_view text) {
    readers_.add(reader);
    One& one = all_[static_cast<std::size_t>(reader)];
    one.file = read_with(reader, text);
    for (const config::EnvEntry& entry : one.file.entries)
        one.values.emplace(entry.place.key_begin, entry.value.reveal());
    for (const config::EnvDiagnostic& found : one.file.diagnostics)
        if (found.drops_entry) one.refusals.emplace(found.where.line, &found);
}

std::optional<std::string_view> Readings::value(Reader reader, std::size_t key_begin) const {
    const auto& values = of(reader).values;
    const auto found = values.find(key_begin);
    return found == values.end() ? std::nullopt : std::optional(found->second);
}

const config::EnvDiagnostic* Readings::refusal(Reader reader, int line) const {
    const auto& refusals = of(reader).refusals;
    const auto found = refusals.find(line);
    return found == refusals.end() ? nullptr : found->second;
}

}  // namespace cowork::validators
