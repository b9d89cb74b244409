#include "support/doctor_run.hpp"

#include "support/places.hpp"

#include <catch2/catch.hpp>
#include <openssl/evp.h>

#include <cstdio>

namespace cowork::test {
namespace {

std::string each_byte(const std::string& text, const char* format) {
    std::string out;
    for (const char c : text) {
        char buffer[8];
        std::snprintf(buffer, sizeof buffer, format, static_cast<unsigned>(static_cast<unsigned char>(c)));
        out += buffer;
    }
    return out;
}

std::string base64_of(const std::string& bytes) {
    std::string out(bytes.size() * 2 + 8, '\0');
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

}  // namespace

ProcessResult run_cowork(const std::vector<std::string>& arguments, const std::string& directory,
                         const std::map<std::string, std::string>& environment, const std::string& input) {
    ProcessOptions options;
    options.argv = {COWORK_BINARY};
    options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
    options.environment = std::vector<std::string>{"PATH=/usr/bin:/bin"};
    for (const auto& [key, value] : environment) options.environment->push_back(key + "=" + value);
    options.directory = directory;
    options.input = input;
    return run_process(std::move(options));
}

nlohmann::json json_of(const ProcessResult& result) {
    nlohmann::json document = nlohmann::json::parse(result.out, nullptr, false);
    INFO(result.out << result.err);
    REQUIRE_FALSE(document.is_discarded());
    return document;
}

nlohmann::json row_of(const nlohmann::json& report, const std::string& id) {
    for (const auto& row : report.at("results"))
        if (row.at("id") == id) return row;
    FAIL("no row " << id << " in " << report.dump(1));
    return {};
}

std::vector<std::string> forbidden_spellings(const std::string& secret) {
    std::vector<std::string> all{secret, each_byte(secret, "%02x"), each_byte(secret, "%02X"),
                                 each_byte(secret, "%%%02x"), each_byte(secret, "%%%02X")};
    for (const std::string before : {"", "x", "xx"}) {
        // Without the first and last group, which depend on the neighbours.
        const std::string encoded = base64_of(before + secret);
        const std::size_t from = before.empty() ? 0 : 4;
        all.push_back(encoded.substr(from, encoded.size() - from - 4));
    }
    return all;
}

}  // namespace cowork::test
