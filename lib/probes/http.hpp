#pragma once

#include "core/budget.hpp"
#include "net/host_class.hpp"
#include "secrets/secret.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cowork::probes {

// Signs a request as S3 asks for it (AWS Signature Version 4). The pointees outlive the call.
struct S3Signature {
    const Secret* key_id = nullptr;
    const Secret* secret_key = nullptr;
    const Secret* session_token = nullptr;  // of temporary credentials
    std::string region;
};

// One request of a diagnosis: GET or HEAD, no redirects, no netrc, no proxy, no cookies.
struct HttpRequest {
    std::string url;
    std::string method = "GET";
    // At most one of bearer, basic_password, s3 and secret_query; the pointees outlive the call.
    const Secret* bearer = nullptr;
    const Secret* basic_password = nullptr;
    std::string basic_user;
    std::optional<S3Signature> s3;         // the URL's query must be sorted by name, each name with its `=`
    const Secret* secret_query = nullptr;  // joins the URL's query when it is sent, and only then
    std::vector<std::pair<std::string, std::string>> headers;  // further ones, none of them secret
    // Which addresses the name may resolve to; applied in the open-socket callback, before any packet.
    net::AddressRule addresses = net::AddressRule::not_forbidden;
    std::string ca_file;  // PEM bundle instead of the system's; empty: the system's
    std::size_t body_limit = std::size_t{1024} * 1024;  // bytes; a longer answer fails with `too_large`
};

// The layer that broke, outermost first. Only what a check tells apart.
enum class HttpFailure {
    none,
    bad_url,         // the request cannot be built: its URL, method, or a control character in its credential
    name_not_found,  // the name does not resolve
    address_forbidden,  // it resolves, but only to addresses that the rule forbids
    refused,            // nothing listens
    unreachable,        // no route, network or host down
    connect_timeout,
    tls_handshake,    // the peer does not speak TLS, or no common protocol
    tls_certificate,  // chain, name or validity
    silent,           // connected, request sent, no complete answer in time
    closed,           // the connection ended before a complete answer
    not_http,         // an answer that is not HTTP
    too_large,
    stopped,  // the run's stop token fired
};

// Why a certificate was not accepted.
enum class CertificateFault { none, expired, not_yet_valid, wrong_name, self_signed, unknown_issuer, other };

// Of a TLS connection that came about.
struct TlsFacts {
    std::string protocol;                                 // TLSv1.3; empty for plain http
    std::optional<std::chrono::sys_seconds> valid_until;  // of the server's own certificate
};

struct HttpTiming {  // microseconds since the request began; 0 for a phase that was not reached
    std::chrono::microseconds name{}, connect{}, tls{}, first_byte{}, total{};
};

struct HttpAnswer {
    HttpFailure failure = HttpFailure::none;
    std::string
        detail;      // the library's own words about a failure; from outside, so never print it unredacted
    int status = 0;  // 0 unless failure is none
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
    std::string body;
    std::string remote_address;                             // the address connected to, without port
    CertificateFault certificate = CertificateFault::none;  // with failure tls_certificate
    TlsFacts tls;
    // How far the server's clock is ahead of this machine's, by its Date header; nothing without one.
    std::optional<std::chrono::seconds> clock_ahead;
    HttpTiming timing;

    [[nodiscard]] bool ok() const { return failure == HttpFailure::none; }
    // The last header of that lower-case name; empty when absent.
    [[nodiscard]] std::string_view header(std::string_view lower_case_name) const;
    // The media type without parameters, lower case: `application/json`.
    [[nodiscard]] std::string media_type() const;
};

class HttpProbe {
  public:
    virtual ~HttpProbe() = default;
    // Sends the requests side by side and returns their answers in the same order, all of them, at the
    // latest when the budget is spent. Safe to call from several threads at once.
    [[nodiscard]] virtual std::vector<HttpAnswer> fetch(std::span<const HttpRequest> requests,
                                                        const Budget& budget) = 0;
    [[nodiscard]] HttpAnswer fetch_one(const HttpRequest& request, const Budget& budget) {
        return std::move(fetch({&request, 1}, budget).front());
    }
};

// All requests of one probe go through one curl multi handle on one I/O thread, which starts with the first
// fetch and ends with the probe. Make one a process.
[[nodiscard]] std::unique_ptr<HttpProbe> make_http_probe();

}  // namespace cowork::probes
