#include "support/cli_run.hpp"

#include "support/schema.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include <chrono>
#include <map>
#include <sstream>
#include <thread>

namespace cowork::test {
namespace {

using nlohmann::json;

std::string schema_name(const json& document) {
    if (document.contains("rules")) return "rules";
    if (document.contains("topologies")) return "list";
    if (document.contains("subject")) return "explain";
    if (document.contains("checks")) return "list";
    if (document.contains("files") && document.value("command", "") == "setup") return "setup";
    return document.contains("steps") ? "plan" : "report";
}

void check_counts(const json& report) {
    std::map<std::string, int> counted;
    for (const auto& [status, number] : report.at("counts").items()) counted[status] = 0;
    for (const json& row : report.at("results")) ++counted[row.at("status").get<std::string>()];
    for (const auto& [status, number] : counted) CHECK(report.at("counts").at(status) == number);
}

}  // namespace

void check_document(const json& document, int exit_code) {
    INFO(document.dump(1));
    REQUIRE(document.is_object());
    CHECK(schema_violations(document, schema_name(document)) == "");
    const json* report = schema_name(document) == "report" ? &document : nullptr;
    if (document.contains("check") && document.at("check").is_object()) report = &document.at("check");
    if (report != nullptr) check_counts(*report);
    if (document.contains("exitCode")) CHECK(document.at("exitCode") == exit_code);
}

json document_of(const ProcessResult& result) {
    INFO(result.err);
    json document = json_of(result);
    CHECK(result.out.ends_with("\n"));
    check_document(document, result.exit_code.value_or(-1));
    return document;
}

std::string message_of(const json& document) { return document.at("error").at("message"); }

std::string remedy_of(const json& document) {
    const json& remedy = document.at("error").at("remedy");
    return remedy.is_null() ? std::string{} : remedy.get<std::string>();
}

void check_hidden(const ProcessResult& result, const std::string& secret) {
    for (const std::string& spelling : forbidden_spellings(secret)) {
        INFO("spelling " << spelling);
        CHECK_FALSE(contains(result.out, spelling));
        CHECK_FALSE(contains(result.err, spelling));
    }
}

void check_printable(const ProcessResult& result) {
    for (const char c : result.out + result.err) {
        const auto code = static_cast<unsigned char>(c);
        const bool control = (code < 0x20 && c != '\n') || code == 0x7F;
        if (!control) continue;
        INFO("control character " << int{code} << " in " << result.out << result.err);
        CHECK_FALSE(control);
        return;
    }
}

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
    return count;
}

std::string env_value(const std::string& path, const std::string& key) {
    std::istringstream lines(content_of(path));
    const std::string start = gateway_key_name(key) + "=";
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(start)) return line.substr(start.size());
    return {};
}

bool wait_until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{2});  // between two looks, not instead of one
    }
    return true;
}

std::string fingerprint(const std::string& path) {
    struct stat facts {};
    if (::lstat(path.c_str(), &facts) != 0) return "absent";
    std::ostringstream text;
    text << facts.st_ino << ' ' << facts.st_mode << ' ' << facts.st_uid << ' ' << facts.st_nlink << ' '
         << facts.st_size << ' ' << facts.st_mtim.tv_sec << '.' << facts.st_mtim.tv_nsec;
    if (S_ISREG(facts.st_mode)) text << ' ' << content_of(path);
    return text.str();
}

}  // namespace cowork::test
