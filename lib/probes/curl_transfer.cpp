#include "probes/curl_transfer.hpp"

#include "net/url.hpp"
#include "probes/curl_global.hpp"
#include "probes/tls_facts.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <new>

namespace cowork::probes {
namespace {

constexpr std::size_t header_limit = std::size_t{64} * 1024;  // bytes, status lines and trailers included

// `http:///x` has no host, but curl reads it as one.
bool has_host(std::string_view url) {
    const auto authority = url.find("://");
    return authority != std::string_view::npos && authority + 3 < url.size() && url[authority + 3] != '/';
}

bool starts_with_scheme(std::string_view url, std::string_view scheme) {
    return url.size() >= scheme.size() &&
           std::equal(scheme.begin(), scheme.end(), url.begin(), [](char expected, char given) {
               return expected == std::tolower(static_cast<unsigned char>(given));
           });
}

// A control character in a header would end it and begin another.
bool fits_a_header(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F;
    });
}

// It becomes part of what curl is told to sign for, between colons.
bool is_region(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '_';
    });
}

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
    curl_easy_getinfo(easy, phase, &microseconds);
    return std::chrono::microseconds{microseconds};
}

}  // namespace

CurlTransfer::CurlTransfer(const HttpRequest& request, const Budget& budget)
    : request_(request), budget_(budget) {
    if (!check()) return;
    if (const auto url = net::parse_url(request.url)) origin_ = url->origin();
    ensure_curl();
    easy_.reset(curl_easy_init());
    if (!easy_) throw std::bad_alloc();
    configure();
    configure_tls();
    configure_credentials();
    configure_headers();
}

CurlTransfer::~CurlTransfer() {
    easy_.reset();
    for (std::string& line : header_lines_) cleanse(line);
}

bool CurlTransfer::check() {
    if (budget_.stopped()) return refuse(HttpFailure::stopped, "stopped before the request began");
    if (budget_.spent()) {
        return refuse(HttpFailure::connect_timeout, "the time was spent before the request began");
    }
    if (!starts_with_scheme(request_.url, "http://") && !starts_with_scheme(request_.url, "https://")) {
        return refuse(HttpFailure::bad_url, "not an http or https URL");
    }
    if (!has_host(request_.url)) return refuse(HttpFailure::bad_url, "the URL has no host");
    if (request_.url.find('\0') != std::string::npos) {
        return refuse(HttpFailure::bad_url, "the URL holds a NUL byte");
    }
    if (request_.method != "GET" && request_.method != "HEAD") {
        return refuse(HttpFailure::bad_url, "only GET and HEAD are sent");
    }
    std::vector<const Secret*> credentials{request_.bearer, request_.basic_password, request_.secret_query};
    if (request_.s3) {
        const auto& s3 = *request_.s3;
        if (s3.key_id == nullptr || s3.secret_key == nullptr || !is_region(s3.region))
            return refuse(HttpFailure::bad_url, "the request cannot be signed");
        credentials.insert(credentials.end(), {s3.key_id, s3.secret_key, s3.session_token});
    }
    const auto unfit = [](const Secret* one) { return one != nullptr && !fits_a_header(one->reveal()); };
    if (std::any_of(credentials.begin(), credentials.end(), unfit) || !fits_a_header(request_.basic_user)) {
        return refuse(HttpFailure::bad_url, "the credential holds a control character");
    }
    return true;
}

void CurlTransfer::configure() {
    CURL* easy = easy_.get();
    curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_.data());
    configure_url();
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    // Removing a handle must not wait for a resolver that hangs.
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    // A name is resolved anew for each connection, so that an answer tells today's truth.
    curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "cowork/" COWORK_VERSION);
    if (request_.method == "HEAD") curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_request);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
}

void CurlTransfer::configure_tls() {
    CURL* easy = easy_.get();
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, this);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (request_.ca_file.empty()) return;
    curl_easy_setopt(easy, CURLOPT_CAINFO, request_.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
}

void CurlTransfer::configure_url() {
    std::string url = request_.url;
    if (request_.secret_query != nullptr) {
        const std::string_view query = request_.secret_query->reveal();
        url.reserve(url.size() + 1 + query.size());  // no copy is left behind
        url.append(url.find('?') == std::string::npos ? "?" : "&").append(query);
    }
    curl_easy_setopt(easy_.get(), CURLOPT_URL, url.c_str());
    if (request_.secret_query != nullptr) cleanse(url);
}

void CurlTransfer::configure_credentials() {
    CURL* easy = easy_.get();
    if (request_.basic_password != nullptr) {
        std::string password{request_.basic_password->reveal()};
        curl_easy_setopt(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
        curl_easy_setopt(easy, CURLOPT_USERNAME, request_.basic_user.c_str());
        curl_easy_setopt(easy, CURLOPT_PASSWORD, password.c_str());
        cleanse(password);
    }
    if (request_.s3) sign();
}

// curl signs the headers it is given as well, so the session token is under the signature.
void CurlTransfer::sign() {
    CURL* easy = easy_.get();
    std::string key_id{request_.s3->key_id->reveal()};
    std::string secret_key{request_.s3->secret_key->reveal()};
    curl_easy_setopt(easy, CURLOPT_AWS_SIGV4, ("aws:amz:" + request_.s3->region + ":s3").c_str());
    curl_easy_setopt(easy, CURLOPT_USERNAME, key_id.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, secret_key.c_str());
    cleanse(key_id);
    cleanse(secret_key);
}

void CurlTransfer::add_header(std::string_view name, std::string_view value) {
    std::string& line = header_lines_.emplace_back();
    line.reserve(name.size() + 2 + value.size());
    line.append(name).append(": ").append(value);
}

void CurlTransfer::configure_headers() {
    // SHA-256 of nothing, which is what a GET's body is; curl 7.88 does not send it by itself.
    constexpr std::string_view empty_body =
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    header_lines_.reserve(request_.headers.size() + 3);  // curl points into them
    for (const auto& [name, value] : request_.headers) add_header(name, value);
    if (request_.bearer != nullptr) {
        std::string value{"Bearer "};
        value.reserve(value.size() + request_.bearer->size());
        value.append(request_.bearer->reveal());
        add_header("Authorization", value);
        cleanse(value);
    }
    if (request_.s3) add_header("x-amz-content-sha256", empty_body);
    if (request_.s3 && request_.s3->session_token != nullptr)
        add_header("x-amz-security-token", request_.s3->session_token->reveal());
    if (header_lines_.empty()) return;
    for (std::string& line : header_lines_) header_list_.push_back({line.data(), nullptr});
    for (std::size_t i = 1; i < header_list_.size(); ++i) header_list_[i - 1].next = &header_list_[i];
    curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, header_list_.data());
}

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
    if (line == "\r\n" || line == "\n") headers_complete_ = true;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || line.front() == ' ' || line.front() == '\t') return;
    std::string name{trimmed(line.substr(0, colon))};
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    answer_.headers.emplace_back(std::move(name), std::string{trimmed(line.substr(colon + 1))});
}

std::size_t CurlTransfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<CurlTransfer*>(self);
    const std::size_t bytes = size * count;
    if (bytes > transfer.request_.body_limit - transfer.answer_.body.size()) {
        transfer.too_large_ = true;
        return 0;
    }
    transfer.answer_.body.append(data, bytes);
    return bytes;
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

bool CurlTransfer::refuse(HttpFailure failure, std::string detail) {
    fail(failure, std::move(detail));
    return false;
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
    if (curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address) == CURLE_OK && address != nullptr) {
        answer_.remote_address = address;
    }
}

// While the connection is this transfer's own: afterwards the session may be anybody's.
void CurlTransfer::read_tls() {
    const curl_tlssessioninfo* session = nullptr;
    if (curl_easy_getinfo(easy_.get(), CURLINFO_TLS_SSL_PTR, &session) == CURLE_OK && session != nullptr &&
        session->backend == CURLSSLBACKEND_OPENSSL)
        answer_.tls = facts_of(session->internals);
}

void CurlTransfer::read_clock() {
    const auto now = std::chrono::system_clock::now();
    const std::string date(answer_.header("date"));
    const std::time_t theirs = date.empty() ? -1 : curl_getdate(date.c_str(), nullptr);
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
        curl_easy_getinfo(easy_.get(), CURLINFO_SSL_VERIFYRESULT, &verdict);
        answer_.certificate =
            code == CURLE_PEER_FAILED_VERIFICATION ? fault_of(verdict) : CertificateFault::other;
    }
    if (failure != HttpFailure::none) {
        const char* words =
            code == CURLE_OK ? "the stream ended within the headers" : curl_easy_strerror(code);
        return fail(failure, error_.front() != '\0' ? error_.data() : words);
    }
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
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
    curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &error);
    if (error == ECONNREFUSED) return HttpFailure::refused;
    if (error == ETIMEDOUT) return HttpFailure::connect_timeout;
    return HttpFailure::unreachable;
}

// Without an error of the system it was the answer's chunked framing that made no sense.
HttpFailure CurlTransfer::classify_receive() const {
    long error = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &error);
    const bool plain = starts_with_scheme(request_.url, "http://");
    return plain && request_begun_ && error == 0 ? HttpFailure::not_http : HttpFailure::closed;
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
