#include "support/url_readers.hpp"

#include "support/node.hpp"
#include "support/scratch_directory.hpp"

#include <curl/curl.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace cowork::test {
namespace {

using nlohmann::json;
using Readings = std::vector<std::optional<UrlReading>>;

// Both print a JSON array of [host, port, bare] or null, in the order of the URLs in the file they are given.
constexpr const char* node_script = R"(
const urls = JSON.parse(require('fs').readFileSync(process.argv[1], 'utf8'));
const ports = {'http:': 80, 'https:': 443};
process.stdout.write(JSON.stringify(urls.map(text => {
    let url;
    try { url = new URL(text); } catch { return null; }
    const bare = url.username + url.password + url.search + url.hash === '' && url.pathname === '/';
    return [url.hostname.replace(/^\[|\]$/g, ''), Number(url.port || ports[url.protocol] || 0), bare];
})));
)";

constexpr const char* python_script = R"(
import json, sys
from urllib.parse import urlsplit
def read(text):
    try:
        url = urlsplit(text)
        if not url.hostname or not url.scheme:
            return None
        port = url.port if url.port is not None else {'http': 80, 'https': 443}.get(url.scheme, 0)
        bare = '@' not in url.netloc and url.path in ('', '/') and url.query + url.fragment == ''
        return [url.hostname, port, bare]
    except ValueError:
        return None
with open(sys.argv[1], encoding='utf-8') as file:
    json.dump([read(text) for text in json.load(file)], sys.stdout)
)";

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

// Bytes that are no UTF-8 become U+FFFD, as they do when either program takes them from its environment.
Readings read_with(const std::string& program, std::vector<std::string> arguments,
                   const std::vector<std::string>& urls) {
    const ScratchDirectory scratch;
    arguments.push_back(
        scratch.file("urls.json", json(urls).dump(-1, ' ', true, json::error_handler_t::replace)));
    const auto result = envfile::run_command({program, std::move(arguments), {"LC_ALL=C.UTF-8"}},
                                             Budget::lasting(std::chrono::seconds{60}), 64'000'000);
    REQUIRE(result);
    INFO(program << ": " << result->errors);
    REQUIRE(result->exit_code == 0);
    Readings readings;
    for (const json& entry : json::parse(result->output)) {
        if (entry.is_null()) {
            readings.emplace_back();
        } else {
            readings.emplace_back(UrlReading{lower(entry.at(0).get<std::string>()), entry.at(1).get<int>(),
                                             entry.at(2).get<bool>()});
        }
    }
    return readings;
}

using UrlHandle = std::unique_ptr<CURLU, void (*)(CURLU*)>;

std::optional<std::string> part(CURLU* url, CURLUPart which, unsigned flags) {
    char* raw = nullptr;
    if (curl_url_get(url, which, &raw, flags) != CURLUE_OK) return std::nullopt;
    const std::unique_ptr<char, void (*)(void*)> owned(raw, curl_free);
    return std::string(raw);
}

// curl at its most lenient: a scheme is guessed, blanks are allowed, and the host is shown decoded.
std::optional<UrlReading> read_with_curl(const std::string& text) {
    const UrlHandle url(curl_url(), curl_url_cleanup);
    constexpr unsigned lenient = CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME | CURLU_ALLOW_SPACE |
                                 CURLU_PATH_AS_IS | CURLU_NO_AUTHORITY;
    if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), lenient) != CURLUE_OK) return std::nullopt;
    auto host = part(url.get(), CURLUPART_HOST, CURLU_URLDECODE);
    if (!host || host->empty()) return std::nullopt;
    if (host->front() == '[') host = host->substr(1, host->size() - 2);
    UrlReading reading{lower(*host), 0, true};
    if (const auto port = part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT))
        reading.port = std::stoi(*port);
    for (const CURLUPart extra : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT})
        if (part(url.get(), extra, 0)) reading.bare = false;
    if (part(url.get(), CURLUPART_PATH, 0).value_or("/") != "/") reading.bare = false;
    return reading;
}

}  // namespace

std::vector<UrlReader> real_url_readers() {
    std::vector<UrlReader> readers;
    const auto nodes = node_programs();
    readers.reserve(nodes.size() + 3);
    for (const std::string& program : nodes)
        readers.push_back({"WHATWG (" + program + ")", true, [program](const auto& urls) {
                               return read_with(program, {"-e", node_script}, urls);
                           }});
    if (nodes.empty()) readers.push_back({"WHATWG (node)", false, {}});
    const std::string python = "/usr/bin/python3";
    readers.push_back({"Python's urllib", ::access(python.c_str(), X_OK) == 0, [python](const auto& urls) {
                           return read_with(python, {"-I", "-c", python_script}, urls);
                       }});
    readers.push_back({"curl", true, [](const auto& urls) {
                           Readings readings;
                           for (const std::string& text : urls) readings.push_back(read_with_curl(text));
                           return readings;
                       }});
    return readers;
}

}  // namespace cowork::test
