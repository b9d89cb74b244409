#include "endpoint_rows.hpp"
#include "net/curl_url.hpp"
#include "net/endpoint_policy.hpp"
#include "net/plain_url.hpp"
#include "support/scratch_directory.hpp"
#include "support/seed.hpp"
#include "support/url_readers.hpp"

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <iostream>
#include <random>
#include <set>
#include <string>
#include <vector>

// The policy's promise, "accepted only if every reading of it is private", held against readers that it does
// not use and against lists of addresses of this file's own.
using namespace cowork;
using namespace cowork::net;
using namespace cowork::test;

namespace {

constexpr int generated_urls = 40'000;

struct Range {
    const char* network;
    int bits;
};

// Contract, section 2, written out once more.
constexpr std::array private_ranges{
    Range{"10.0.0.0", 8},     Range{"100.64.0.0", 10}, Range{"127.0.0.0", 8},
    Range{"169.254.0.0", 16}, Range{"172.16.0.0", 12}, Range{"192.168.0.0", 16},
    Range{"::1", 128},        Range{"fc00::", 7},      Range{"fe80::", 10}};
constexpr std::array forbidden_ranges{Range{"0.0.0.0", 8},          Range{"::", 128},
                                      Range{"169.254.169.254", 32}, Range{"100.100.100.200", 32},
                                      Range{"192.0.0.192", 32},     Range{"168.63.129.16", 32},
                                      Range{"fd00:ec2::254", 128},  Range{"::ffff:169.254.169.254", 128},
                                      Range{"::ffff:0.0.0.0", 104}, Range{"64:ff9b::169.254.169.254", 128},
                                      Range{"2002:a9fe:a9fe::", 48}};
const std::set<std::string> private_names{"localhost", "host.docker.internal"};
const std::set<std::string> forbidden_names{"metadata", "metadata.google.internal", "metadata.goog",
                                            "instance-data", "instance-data.ec2.internal"};

using Bytes = std::vector<unsigned char>;

// The bytes of a numeric address, read the way the C library's resolver does: `127.1` and `0x7f.1` count.
Bytes address_bytes(std::string host) {
    host = host.substr(0, host.find('%'));
    in6_addr v6{};
    if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) return {std::begin(v6.s6_addr), std::end(v6.s6_addr)};
    in_addr v4{};
    if (inet_aton(host.c_str(), &v4) == 0) return {};
    Bytes bytes(4);
    std::memcpy(bytes.data(), &v4.s_addr, 4);
    return bytes;
}

bool lies_in(const Bytes& address, const Range& range) {
    const Bytes network = address_bytes(range.network);
    if (address.size() != network.size()) return false;
    for (int bit = 0; bit < range.bits; ++bit) {
        const auto at = static_cast<std::size_t>(bit / 8);
        const int shift = 7 - bit % 8;
        if (((address[at] ^ network[at]) >> shift & 1) != 0) return false;
    }
    return true;
}

template <typename Ranges>
bool lies_in_any(const Bytes& address, const Ranges& ranges) {
    return std::any_of(ranges.begin(), ranges.end(),
                       [&](const Range& range) { return lies_in(address, range); });
}

std::string without_dot(std::string host) {
    if (host.size() > 1 && host.back() == '.') host.pop_back();
    return host;
}

bool is_forbidden(const std::string& read) {
    const std::string host = without_dot(read);
    return lies_in_any(address_bytes(host), forbidden_ranges) || forbidden_names.count(host) != 0;
}

bool is_private(const std::string& host, bool allow_private_dns) {
    const Bytes address = address_bytes(host);
    if (!address.empty()) return lies_in_any(address, private_ranges) && !is_forbidden(host);
    if (private_names.count(host) != 0) return true;
    if (!allow_private_dns || is_forbidden(host)) return false;
    for (const std::string suffix : {".internal", ".local", ".lan", ".private", ".localhost"})
        if (host.size() > suffix.size() &&
            host.compare(host.size() - suffix.size(), suffix.size(), suffix) == 0)
            return true;
    return false;
}

// The same host, an IPv6 address however it is written.
bool same_host(const std::string& a, const std::string& b) {
    if (a == b) return true;
    const Bytes address = address_bytes(a);
    return address.size() == 16 && address == address_bytes(b);
}

std::vector<std::string> table_urls() {
    std::vector<std::string> urls;
    for (const EndpointRow& row : private_endpoint_rows()) urls.push_back(row.url);
    for (const ServiceRow& row : service_endpoint_rows()) urls.push_back(row.url);
    return urls;
}

// The pieces of the table's URLs: what stands before the host, hosts, and what follows them.
struct Parts {
    std::vector<std::string> starts, hosts, ends;
};

Parts parts_of(const std::vector<std::string>& urls) {
    Parts parts;
    for (const std::string& url : urls) {
        const auto slashes = url.find("//");
        if (slashes == std::string::npos) continue;
        const auto rest = url.substr(slashes + 2);
        const auto bracket = rest.find(']');
        const auto end =
            std::min(rest.find_first_of(":/?#", bracket == std::string::npos ? 0 : bracket), rest.size());
        parts.starts.push_back(url.substr(0, slashes + 2));
        parts.hosts.push_back(rest.substr(0, end));
        parts.ends.push_back(rest.substr(end));
    }
    return parts;
}

class UrlGenerator {
  public:
    explicit UrlGenerator(Parts parts) : parts_(std::move(parts)), random_(test_seed()) {}

    std::string next() {
        std::string url = chance(4) ? pick(parts_.starts) : "http://";
        if (chance(20)) url += pick(parts_.hosts) + "@";
        std::string host = chance(2) ? pick(parts_.hosts) : fresh_host();
        for (int edits = chance(2) ? 1 + below(2) : 0; edits > 0; --edits) edit(host);
        if (chance(20)) host += "." + pick(parts_.hosts);
        url += host;
        url += chance(2) ? pick(parts_.ends) : ":" + std::to_string(below(66'000));
        if (chance(15)) edit(url);
        return url;
    }

  private:
    int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
    bool chance(int one_in) { return below(one_in) == 0; }
    const std::string& pick(const std::vector<std::string>& from) {
        return from[static_cast<std::size_t>(below(static_cast<int>(from.size())))];
    }

    // An address or a name that is often private and never in the table.
    std::string fresh_host() {
        const auto number = [&](int limit) { return std::to_string(below(limit)); };
        const auto group = [&] { return fmt::format("{:x}", below(0x10000)); };
        static const std::vector<std::string> v4{"127.",    "10.",      "192.168.", "172.16.",
                                                 "100.64.", "169.254.", "8.",       ""};
        static const std::vector<std::string> v6{"fc",    "fd", "fe8",     "fe9",      "feb",
                                                 "2001:", "::", "::ffff:", "64:ff9b::"};
        static const std::vector<std::string> zones{".internal",  ".local", ".lan", ".private",
                                                    ".localhost", ".com",   ""};
        if (chance(3)) return "box-" + group() + pick(zones);
        if (chance(2)) return "[" + pick(v6) + group().substr(0, 1) + "::" + group() + ":" + group() + "]";
        std::string host = pick(v4);
        while (std::count(host.begin(), host.end(), '.') < 3) host += number(256) + ".";
        return host + number(256);
    }

    void edit(std::string& text) {
        static const std::vector<std::string> inserts{".",
                                                      "0",
                                                      "1",
                                                      "00",
                                                      "0x",
                                                      "x",
                                                      "-",
                                                      "_",
                                                      ":",
                                                      "::",
                                                      "[",
                                                      "]",
                                                      "@",
                                                      "/",
                                                      "\\",
                                                      "?",
                                                      "#",
                                                      "%",
                                                      "%25",
                                                      "%2e",
                                                      "%00",
                                                      "\t",
                                                      "\n",
                                                      "\r",
                                                      " ",
                                                      "\x7F",
                                                      "&",
                                                      ",",
                                                      "~",
                                                      "xn--",
                                                      "\xEF\xBC\x8E",
                                                      "\xE3\x80\x82",
                                                      "\xC2\xAD",
                                                      "\xE2\x80\x8B",
                                                      "\xEF\xBC\x91",
                                                      "\xFF",
                                                      "metadata.",
                                                      ".lan",
                                                      ".internal",
                                                      "localhost",
                                                      "127.0.0.1",
                                                      "ffff:"};
        const auto at = text.empty() ? 0 : static_cast<std::size_t>(below(static_cast<int>(text.size())));
        switch (below(6)) {
            case 0:
                text.insert(at, pick(inserts));
                break;
            case 1:
                text.erase(at, 1);
                break;
            case 2:
                text.replace(at, 1, pick(inserts));
                break;
            case 3:
                text += pick(inserts);
                break;
            case 4:
                if (!text.empty()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
                break;
            default:
                if (!text.empty() && text[at] >= '0' && text[at] <= '9')
                    text[at] = static_cast<char>('0' + below(10));
                break;
        }
    }

    Parts parts_;
    std::mt19937 random_;
};

std::vector<std::string> urls_to_judge() {
    std::vector<std::string> urls = table_urls();
    UrlGenerator generator(parts_of(urls));
    for (int i = 0; i < generated_urls; ++i) urls.push_back(generator.next());
    std::sort(urls.begin(), urls.end());
    urls.erase(std::unique(urls.begin(), urls.end()), urls.end());
    return urls;
}

// One reader's view of everything that a policy accepted.
template <typename Accepts, typename Agrees>  // readings are null where the reader refuses
int count_and_check(const std::vector<std::string>& urls,
                    const std::vector<std::optional<UrlReading>>& readings, Accepts accepts, Agrees agrees) {
    int accepted = 0;
    for (std::size_t i = 0; i < urls.size(); ++i) {
        const EndpointVerdict verdict = accepts(urls[i]);
        if (!verdict.ok()) continue;
        ++accepted;
        const std::string host = readings[i] ? readings[i]->host : "(refused)";
        if (agrees(readings[i], *verdict.url)) continue;
        CAPTURE(urls[i], host, verdict.url->host);
        CHECK(false);
    }
    return accepted;
}

bool same_place(const UrlReading& reading, const Url& url) {
    return same_host(reading.host, url.host) && reading.port == url.port;
}

}  // namespace

TEST_CASE("endpoint readers: the readers see through the spellings that the policy refuses") {
    const std::vector<std::string> urls{"http://0x7f.1", "http://\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.0.0.1",
                                        "http://2852039166", "http://127.0.0.1\\.evil.com"};
    for (const UrlReader& reader : real_url_readers()) {
        if (!reader.present || reader.name.find("WHATWG") == std::string::npos) continue;
        CAPTURE(reader.name);
        const auto readings = reader.read(urls);
        REQUIRE(readings.size() == urls.size());
        CHECK(readings[0]->host == "127.0.0.1");
        CHECK(readings[1]->host == "127.0.0.1");
        CHECK(is_forbidden(readings[2]->host));
        CHECK(readings[3]->host == "127.0.0.1");
        CHECK_FALSE(readings[3]->bare);
    }
    CHECK(is_private("10.1", false));
    CHECK_FALSE(is_private("8.8.8.8", true));
    CHECK_FALSE(is_private("box.lan", false));
    CHECK(is_forbidden("0xA9FEA9FE"));
    CHECK(is_forbidden("::ffff:0:0"));
}

TEST_CASE("endpoint readers: what a policy accepts is as private to every other reader") {
    CAPTURE(test_seed());
    const auto urls = urls_to_judge();
    for (const UrlReader& reader : real_url_readers()) {
        if (!reader.present) {
            WARN("NOT TESTED: " << reader.name << " is missing on this machine");
            CHECK_FALSE(in_ci());
            continue;
        }
        CAPTURE(reader.name);
        const auto readings = reader.read(urls);
        REQUIRE(readings.size() == urls.size());
        for (const bool names : {false, true}) {
            const int accepted = count_and_check(
                urls, readings, [&](const std::string& url) { return check_private_endpoint(url, names); },
                [&](const auto& reading, const Url& url) {
                    return reading && same_place(*reading, url) && reading->bare &&
                           is_private(reading->host, names);
                });
            std::cout << reader.name << ": " << accepted << " of " << urls.size() << " URLs accepted, names "
                      << (names ? "allowed" : "refused") << '\n';
            CHECK(accepted > (names ? 3000 : 2000));
        }
        const int accepted = count_and_check(
            urls, readings, [](const std::string& url) { return check_service_endpoint(url); },
            [](const auto& reading, const Url& url) {
                // A name in Punycode goes nowhere else: some readers refuse what is not well formed.
                if (!reading) return url.host.find("xn--") != std::string::npos;
                return same_place(*reading, url) && !is_forbidden(reading->host);
            });
        std::cout << reader.name << ": " << accepted << " accepted as services\n";
        CHECK(accepted > 6000);
    }
}

TEST_CASE("endpoint readers: what is read without curl is read as curl reads it") {
    CAPTURE(test_seed());
    int plain_ones = 0;
    for (const std::string& text : urls_to_judge()) {
        const auto plain = read_plain_url(text);
        if (!plain) continue;
        ++plain_ones;
        const auto curl = read_url_with_curl(text);
        CAPTURE(text);
        REQUIRE(curl);
        if (plain->origin() == curl->origin() && plain->path == curl->path &&
            plain->has_userinfo == curl->has_userinfo && plain->has_query == curl->has_query &&
            plain->has_fragment == curl->has_fragment)
            continue;
        CHECK(false);
    }
    CHECK(plain_ones > 5000);
}
