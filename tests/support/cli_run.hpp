#pragma once

#include "support/doctor_run.hpp"
#include "support/scratch_directory.hpp"

#include <functional>
#include <string>
#include <vector>

namespace cowork::test {

// The standard output as the one JSON document it has to be: it conforms to its schema (see docs/schemas),
// its counts are those of its results, and its exit code is the process's.
nlohmann::json document_of(const ProcessResult& result);
void check_document(const nlohmann::json& document, int exit_code);

// Of a refusal.
std::string message_of(const nlohmann::json& document);
std::string remedy_of(const nlohmann::json& document);

// Fails when any spelling of the secret is in either output.
void check_hidden(const ProcessResult& result, const std::string& secret);

// Fails on control characters other than line feed in either output.
void check_printable(const ProcessResult& result);

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}
std::size_t count_of(const std::string& text, const std::string& part);

// The value of a key in a portable env file; empty when absent. The gateway's prefix is put before the key.
std::string env_value(const std::string& path, const std::string& key);

// What the file says of itself, to see that nothing touched it: inode, mode, owner, times and content.
std::string fingerprint(const std::string& path);

// Waits until the condition holds; false when that takes longer than anything here should.
bool wait_until(const std::function<bool()>& condition);

inline std::string gateway_key_name(const std::string& key) {
    return "OPEN_COWORK_STANDALONE_GATEWAY_" + key;
}

}  // namespace cowork::test
