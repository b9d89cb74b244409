#include "net/host_class.hpp"
#include "probes/curl_transfer.hpp"
#include "probes/tls_facts.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <cerrno>

// What happens to a request on its way: the connection, what arrives, and how its end is classified.
// curl_transfer.cpp says what is sent.
namespace cowork::probes {
namespace {

constexpr std::size_t header_limit = std::size_t{64} * 1024;  // bytes, status lines and trailers included

std::string numeric_address(const sockaddr& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* bytes = nullptr;
    if (address.sa_family == AF_INET) bytes = &reinterpret_cast<const sockaddr_in&>(address).sin_addr;
    if (address.sa_family == AF_INET6) bytes = &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    if (bytes == nullptr) return {};
    const char* written = inet_ntop(address.sa_family, bytes, text.data(), text.size());
    return written == nullptr ? std::string{} : std::string{written};
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

const char* timeout_words(HttpFailure failure) {
    if (failure == HttpFailure::name_not_found) return "the name was not resolved in time";
    if (failure == HttpFailure::connect_timeout) return "no connection in time";
    return "no complete answer in time";
}

std::chrono::microseconds phase_time(CURL* easy, CURLINFO phase) {
    curl_off_t microseconds = 0;
    net::libcurl().easy_getinfo(easy, phase, &microseconds);
    return std::chrono::microseconds{microseconds};
}

}  // namespace

std::size_t CurlTransfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<CurlTransfer*>(self);
    const std::size_t bytes = size * count;
    transfer.header_bytes_ += bytes;
    if (transfer.header_bytes_ > header_limit) {
        transfer.too_large_ = true;
        return 0;
    }
    transfer.take_header_line({data, bytes});
    return bytes;
}

void CurlTransfer::take_header_line(std::string_view line) {
    // A status line begins the headers of another answer: those of a 1xx answer do not count.
    if (line.starts_with("HTTP/")) {
        answer_.headers.clear();
        headers_complete_ = false;
    }
    if (line == "\r\n" || line == "\n") return take_head();
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || line.front() == ' ' || line.front() == '\t') return;
    std::string name{trimmed(line.substr(0, colon))};
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    answer_.headers.emplace_back(std::move(name), std::string{trimmed(line.substr(colon + 1))});
}

// The end of the headers, perhaps only those of a 1xx answer.
void CurlTransfer::take_head() {
    headers_complete_ = true;
    long status = 0;
    net::libcurl().easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    if (follower_ == nullptr || following_ || status < 200) return;
    HttpAnswer ordinary = answer_;
    answer_.status = static_cast<int>(status);
    read_timing();
    read_clock();
    following_ = follower_->begins(answer_);
    if (!following_) answer_ = std::move(ordinary);
}

std::size_t CurlTransfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<CurlTransfer*>(self);
    const std::string_view bytes(data, size * count);
    return transfer.following_ ? transfer.hand_on(bytes) : transfer.collect(bytes);
}

std::size_t CurlTransfer::collect(std::string_view bytes) {
    if (bytes.size() > request_.body_limit - answer_.body.size()) {
        too_large_ = true;
        return 0;
    }
    answer_.body.append(bytes);
    return bytes.size();
}

std::size_t CurlTransfer::hand_on(std::string_view bytes) {
    switch (follower_->take(bytes)) {
        case BodyFollower::Taken::all:
            return bytes.size();
        case BodyFollower::Taken::later:
            paused_ = true;
            return CURL_WRITEFUNC_PAUSE;
        case BodyFollower::Taken::too_much:
            break;
    }
    too_large_ = true;
    return 0;
}

void CurlTransfer::resume_if_wanted() {
    if (!paused_ || !follower_->takes_more()) return;
    paused_ = false;
    net::libcurl().easy_pause(easy_.get(), CURLPAUSE_CONT);
}

std::chrono::milliseconds CurlTransfer::remaining() const {
    if (abandoned_) return std::chrono::milliseconds{0};
    return following_ ? std::chrono::milliseconds::max() : budget_.remaining();
}

// Asked for every address that the name resolved to, before a packet goes there.
curl_socket_t CurlTransfer::on_socket(void* self, curlsocktype, curl_sockaddr* address) {
    auto& transfer = *static_cast<CurlTransfer*>(self);
    if (!net::address_allowed(numeric_address(address->addr), transfer.request_.addresses)) {
        transfer.forbidden_seen_ = true;
        return CURL_SOCKET_BAD;
    }
    transfer.allowed_seen_ = true;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

CURLcode CurlTransfer::on_tls(CURL*, void*, void* self) {
    static_cast<CurlTransfer*>(self)->tls_begun_ = true;
    return CURLE_OK;
}

// Asked again before the request leaves, because a connection of an earlier request, opened under a wider
// rule, may be reused for this one.
int CurlTransfer::on_request(void* self, char* remote, char*, int, int) {
    auto& transfer = *static_cast<CurlTransfer*>(self);
    if (!net::address_allowed(remote, transfer.request_.addresses)) {
        transfer.forbidden_seen_ = true;
        transfer.allowed_seen_ = false;
        return CURL_PREREQFUNC_ABORT;
    }
    transfer.request_begun_ = true;
    transfer.read_tls();
    return CURL_PREREQFUNC_OK;
}

void CurlTransfer::fail(HttpFailure failure, std::string detail) {
    answer_.failure = failure;
    answer_.detail = std::move(detail);
    answer_.headers.clear();
    answer_.body.clear();
}

void CurlTransfer::read_timing() {
    CURL* easy = easy_.get();
    answer_.timing.name = phase_time(easy, CURLINFO_NAMELOOKUP_TIME_T);
    answer_.timing.connect = phase_time(easy, CURLINFO_CONNECT_TIME_T);
    answer_.timing.tls = phase_time(easy, CURLINFO_APPCONNECT_TIME_T);
    answer_.timing.first_byte = phase_time(easy, CURLINFO_STARTTRANSFER_TIME_T);
    answer_.timing.total = phase_time(easy, CURLINFO_TOTAL_TIME_T);
    const char* address = nullptr;
    if (net::libcurl().easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address) == CURLE_OK && address != nullptr) {
        answer_.remote_address = address;
    }
}

// While the connection is this transfer's own: afterwards the session may be anybody's.
void CurlTransfer::read_tls() {
    const curl_tlssessioninfo* session = nullptr;
    if (net::libcurl().easy_getinfo(easy_.get(), CURLINFO_TLS_SSL_PTR, &session) == CURLE_OK &&
        session != nullptr && session->backend == CURLSSLBACKEND_OPENSSL)
        answer_.tls = facts_of(session->internals);
}

void CurlTransfer::read_clock() {
    const auto now = std::chrono::system_clock::now();
    const std::string date(answer_.header("date"));
    const std::time_t theirs = date.empty() ? -1 : net::libcurl().getdate(date.c_str(), nullptr);
    if (theirs < 0) return;
    // The header has whole seconds, cut off: what is less than that apart is no difference.
    answer_.clock_ahead =
        std::chrono::seconds(theirs) - std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
}

void CurlTransfer::finish(CURLcode code) {
    read_timing();
    const HttpFailure failure = classify(code);
    if (failure == HttpFailure::tls_certificate) {
        long verdict = 0;
        net::libcurl().easy_getinfo(easy_.get(), CURLINFO_SSL_VERIFYRESULT, &verdict);
        answer_.certificate =
            code == CURLE_PEER_FAILED_VERIFICATION ? fault_of(verdict) : CertificateFault::other;
    }
    if (failure != HttpFailure::none) {
        const char* words =
            code == CURLE_OK ? "the stream ended within the headers" : net::libcurl().easy_strerror(code);
        return fail(failure, error_.front() != '\0' ? error_.data() : words);
    }
    long status = 0;
    net::libcurl().easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    answer_.status = static_cast<int>(status);
    read_clock();
}

void CurlTransfer::expire() {
    read_timing();
    if (budget_.stopped()) return fail(HttpFailure::stopped, "stopped");
    const HttpFailure failure = classify_timeout();
    fail(failure, timeout_words(failure));
}

void CurlTransfer::expire_unsent(HttpFailure met_by_others) {
    if (budget_.stopped()) return fail(HttpFailure::stopped, "stopped");
    fail(met_by_others, "the time was spent waiting for a connection that other requests held");
}

// How far the request had come when its time was up.
HttpFailure CurlTransfer::classify_timeout() const {
    if (request_begun_) return HttpFailure::silent;
    if (!allowed_seen_) return forbidden_seen_ ? HttpFailure::address_forbidden : HttpFailure::name_not_found;
    return tls_begun_ ? HttpFailure::silent : HttpFailure::connect_timeout;
}

HttpFailure CurlTransfer::classify_connect() const {
    if (forbidden_seen_ && !allowed_seen_) return HttpFailure::address_forbidden;
    long error = 0;
    net::libcurl().easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &error);
    if (error == ECONNREFUSED) return HttpFailure::refused;
    if (error == ETIMEDOUT) return HttpFailure::connect_timeout;
    return HttpFailure::unreachable;
}

// Without an error of the system it was the answer's chunked framing that made no sense.
HttpFailure CurlTransfer::classify_receive() const {
    long error = 0;
    net::libcurl().easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &error);
    return plain_ && request_begun_ && error == 0 ? HttpFailure::not_http : HttpFailure::closed;
}

HttpFailure CurlTransfer::classify(CURLcode code) const {
    if (too_large_) return HttpFailure::too_large;
    switch (static_cast<int>(code)) {
        case CURLE_OK:
            // curl takes the end of the stream for the end of the headers.
            return headers_complete_ ? HttpFailure::none : HttpFailure::closed;
        case CURLE_URL_MALFORMAT:
        case CURLE_LOGIN_DENIED:  // user information in the URL
            return HttpFailure::bad_url;
        case CURLE_UNSUPPORTED_PROTOCOL:  // as an answer: HTTP/0.9, which is what any other protocol looks
                                          // like
            return request_begun_ ? HttpFailure::not_http : HttpFailure::bad_url;
        case CURLE_COULDNT_RESOLVE_HOST:
            return HttpFailure::name_not_found;
        case CURLE_COULDNT_CONNECT:
        case CURLE_INTERFACE_FAILED:
            return classify_connect();
        case CURLE_ABORTED_BY_CALLBACK:
            return HttpFailure::address_forbidden;
        case CURLE_OPERATION_TIMEDOUT:
            return classify_timeout();
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_INVALIDCERTSTATUS:
            return HttpFailure::tls_certificate;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CIPHER:
        case CURLE_USE_SSL_FAILED:
            return HttpFailure::tls_handshake;
        case CURLE_OUT_OF_MEMORY:  // a single header line beyond curl's own cap
            return HttpFailure::too_large;
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_HTTP2:
        case CURLE_BAD_CONTENT_ENCODING:
            return HttpFailure::not_http;
        case CURLE_RECV_ERROR:
            return classify_receive();
        default:
            return request_begun_ ? HttpFailure::closed : HttpFailure::unreachable;
    }
}

}  // namespace cowork::probes
