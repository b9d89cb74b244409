#include "probes/curl_transfer.hpp"

#include "net/url.hpp"
#include "probes/curl_global.hpp"
#include "secrets/digest.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <new>

// What is sent, and whether it may be. What happens to it then is in curl_transfer_end.cpp.
namespace cowork::probes {
namespace {

using net::libcurl;

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

bool is_header_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '_';
    });
}

// It becomes part of what curl is told to sign for, between colons.
bool is_region(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '_';
    });
}

}  // namespace

CurlTransfer::CurlTransfer(const HttpRequest& request, const Budget& budget)
    : CurlTransfer(request, nullptr, budget, nullptr) {}

CurlTransfer::CurlTransfer(const HttpCall& call, const Budget& budget, BodyFollower* follower)
    : CurlTransfer(call, &call, budget, follower) {}

CurlTransfer::CurlTransfer(const HttpRequest& request, const HttpCall* call, const Budget& budget,
                           BodyFollower* follower)
    : request_(request), call_(call), follower_(follower), budget_(budget) {
    if (!check()) return;
    if (const auto url = net::parse_url(request.url)) origin_ = url->origin();
    ensure_curl();
    easy_.reset(libcurl().easy_init());
    if (!easy_) throw std::bad_alloc();
    configure();
    configure_method();
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
    plain_ = starts_with_scheme(request_.url, "http://");
    if (!plain_ && !starts_with_scheme(request_.url, "https://")) {
        return refuse(HttpFailure::bad_url, "not an http or https URL");
    }
    if (!has_host(request_.url)) return refuse(HttpFailure::bad_url, "the URL has no host");
    if (request_.url.find('\0') != std::string::npos) {
        return refuse(HttpFailure::bad_url, "the URL holds a NUL byte");
    }
    return check_method() && check_credentials() && check_headers();
}

bool CurlTransfer::check_method() {
    const std::string_view method = request_.method;
    if (method == "GET" || method == "HEAD") return true;
    if (call_ == nullptr) return refuse(HttpFailure::bad_url, "only GET and HEAD are sent");
    constexpr std::array changing{"POST", "PUT", "PATCH", "DELETE"};
    if (std::find(changing.begin(), changing.end(), method) != changing.end()) return true;
    return refuse(HttpFailure::bad_url, "no such method is sent");
}

bool CurlTransfer::check_credentials() {
    std::vector<const Secret*> credentials{request_.bearer, request_.basic_password, request_.secret_query};
    if (request_.s3) {
        const auto& s3 = *request_.s3;
        if (s3.key_id == nullptr || s3.secret_key == nullptr || !is_region(s3.region))
            return refuse(HttpFailure::bad_url, "the request cannot be signed");
        credentials.insert(credentials.end(), {s3.key_id, s3.secret_key, s3.session_token});
    }
    if (call_ != nullptr)
        for (const auto& [name, value] : call_->secret_headers) credentials.push_back(value);
    const auto unfit = [](const Secret* one) { return one != nullptr && !fits_a_header(one->reveal()); };
    if (std::any_of(credentials.begin(), credentials.end(), unfit) || !fits_a_header(request_.basic_user))
        return refuse(HttpFailure::bad_url, "the credential holds a control character");
    return true;
}

bool CurlTransfer::check_headers() {
    const auto fits = [](const auto& field) {
        return is_header_name(field.first) && fits_a_header(field.second);
    };
    bool good = std::all_of(request_.headers.begin(), request_.headers.end(), fits);
    if (call_ != nullptr) {
        good = good && fits_a_header(call_->content_type) &&
               std::all_of(call_->secret_headers.begin(), call_->secret_headers.end(), [](const auto& field) {
                   return is_header_name(field.first) && field.second != nullptr;
               });
    }
    return good || refuse(HttpFailure::bad_url, "a header cannot be sent");
}

bool CurlTransfer::refuse(HttpFailure failure, std::string detail) {
    fail(failure, std::move(detail));
    return false;
}

void CurlTransfer::configure() {
    CURL* easy = easy_.get();
    libcurl().easy_setopt(easy, CURLOPT_PRIVATE, this);
    libcurl().easy_setopt(easy, CURLOPT_ERRORBUFFER, error_.data());
    configure_url();
    libcurl().easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    libcurl().easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    libcurl().easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    libcurl().easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    libcurl().easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    libcurl().easy_setopt(easy, CURLOPT_PROXY, "");
    libcurl().easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    // Removing a handle must not wait for a resolver that hangs.
    libcurl().easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    // A name is resolved anew for each connection, so that an answer tells today's truth.
    libcurl().easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    libcurl().easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    libcurl().easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    libcurl().easy_setopt(easy, CURLOPT_USERAGENT, "cowork/" COWORK_VERSION);
    libcurl().easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    libcurl().easy_setopt(easy, CURLOPT_HEADERDATA, this);
    libcurl().easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    libcurl().easy_setopt(easy, CURLOPT_WRITEDATA, this);
    libcurl().easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    libcurl().easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
    libcurl().easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_request);
    libcurl().easy_setopt(easy, CURLOPT_PREREQDATA, this);
}

void CurlTransfer::configure_method() {
    CURL* easy = easy_.get();
    if (request_.method == "HEAD") libcurl().easy_setopt(easy, CURLOPT_NOBODY, 1L);
    if (call_ == nullptr) return;
    if (!call_->body.empty()) {
        // Not copied: the call outlives the transfer.
        libcurl().easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call_->body.size()));
        libcurl().easy_setopt(easy, CURLOPT_POSTFIELDS, call_->body.data());
    }
    if (request_.method == "GET" || request_.method == "HEAD") return;
    libcurl().easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    // On a kept connection that turns out dead, curl would send the request a second time.
    libcurl().easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
}

void CurlTransfer::configure_tls() {
    CURL* easy = easy_.get();
    libcurl().easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    libcurl().easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls);
    libcurl().easy_setopt(easy, CURLOPT_SSL_CTX_DATA, this);
    libcurl().easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    libcurl().easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (request_.ca_file.empty()) return;
    libcurl().easy_setopt(easy, CURLOPT_CAINFO, request_.ca_file.c_str());
    libcurl().easy_setopt(easy, CURLOPT_CAPATH, nullptr);
}

void CurlTransfer::configure_url() {
    std::string url = request_.url;
    if (request_.secret_query != nullptr) {
        const std::string_view query = request_.secret_query->reveal();
        url.reserve(url.size() + 1 + query.size());  // no copy is left behind
        url.append(url.find('?') == std::string::npos ? "?" : "&").append(query);
    }
    libcurl().easy_setopt(easy_.get(), CURLOPT_URL, url.c_str());
    if (request_.secret_query != nullptr) cleanse(url);
}

void CurlTransfer::configure_credentials() {
    CURL* easy = easy_.get();
    if (request_.basic_password != nullptr) {
        std::string password{request_.basic_password->reveal()};
        libcurl().easy_setopt(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
        libcurl().easy_setopt(easy, CURLOPT_USERNAME, request_.basic_user.c_str());
        libcurl().easy_setopt(easy, CURLOPT_PASSWORD, password.c_str());
        cleanse(password);
    }
    if (request_.s3) sign();
}

// curl signs the headers it is given as well, so the session token is under the signature.
void CurlTransfer::sign() {
    CURL* easy = easy_.get();
    std::string key_id{request_.s3->key_id->reveal()};
    std::string secret_key{request_.s3->secret_key->reveal()};
    libcurl().easy_setopt(easy, CURLOPT_AWS_SIGV4, ("aws:amz:" + request_.s3->region + ":s3").c_str());
    libcurl().easy_setopt(easy, CURLOPT_USERNAME, key_id.c_str());
    libcurl().easy_setopt(easy, CURLOPT_PASSWORD, secret_key.c_str());
    cleanse(key_id);
    cleanse(secret_key);
}

void CurlTransfer::add_header(std::string_view name, std::string_view value) {
    std::string& line = header_lines_.emplace_back();
    line.reserve(name.size() + 2 + value.size());
    if (value.empty()) {
        line.append(name).append(";");  // curl's word for a header without a value
    } else {
        line.append(name).append(": ").append(value);
    }
}

void CurlTransfer::configure_headers() {
    const std::size_t secret = call_ == nullptr ? 0 : call_->secret_headers.size();
    header_lines_.reserve(request_.headers.size() + secret + 5);  // curl points into them
    for (const auto& [name, value] : request_.headers) add_header(name, value);
    if (call_ != nullptr) add_call_headers();
    add_credential_headers();
    if (header_lines_.empty()) return;
    for (std::string& line : header_lines_) header_list_.push_back({line.data(), nullptr});
    for (std::size_t i = 1; i < header_list_.size(); ++i) header_list_[i - 1].next = &header_list_[i];
    libcurl().easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, header_list_.data());
}

void CurlTransfer::add_call_headers() {
    for (const auto& [name, value] : call_->secret_headers) add_header(name, value->reveal());
    if (!call_->body.empty()) {
        add_header("Content-Type", call_->content_type);
        // Without a value it is left out. curl would sign that line all the same, and of what is signed none
        // is so large that curl would send it.
        if (!request_.s3) header_lines_.emplace_back("Expect:");
    } else if (request_.method == "POST" || request_.method == "PUT" || request_.method == "PATCH") {
        add_header("Content-Length", "0");
    }
}

void CurlTransfer::add_credential_headers() {
    if (request_.bearer != nullptr) {
        std::string value{"Bearer "};
        value.reserve(value.size() + request_.bearer->size());
        value.append(request_.bearer->reveal());
        add_header("Authorization", value);
        cleanse(value);
    }
    if (!request_.s3) return;
    // curl 7.88 does not send it by itself.
    add_header("x-amz-content-sha256", sha256_hex(call_ == nullptr ? std::string_view{} : call_->body));
    if (request_.s3->session_token != nullptr)
        add_header("x-amz-security-token", request_.s3->session_token->reveal());
}

}  // namespace cowork::probes
