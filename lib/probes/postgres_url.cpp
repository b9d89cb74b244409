#include "probes/postgres_url.hpp"

#include "probes/libpq.hpp"

#include <openssl/crypto.h>

#include <charconv>
#include <cstring>
#include <memory>
#include <string_view>

namespace cowork::probes {
namespace {

struct OptionsDeleter {
    void operator()(PQconninfoOption* options) const {
        for (auto* option = options; option->keyword != nullptr; ++option) {
            if (option->val != nullptr) OPENSSL_cleanse(option->val, std::strlen(option->val));
        }
        libpq().conninfoFree(options);
    }
};
using Options = std::unique_ptr<PQconninfoOption, OptionsDeleter>;

Options parse_options(const Secret& url) {
    std::string text{url.reveal()};  // libpq wants a terminated string
    char* error = nullptr;
    Options options(libpq().conninfoParse(text.c_str(), &error));
    cleanse(text);
    if (error != nullptr) {
        OPENSSL_cleanse(error, std::strlen(error));
        libpq().freemem(error);
    }
    return options;
}

std::string_view value_of(const Options& options, std::string_view keyword) {
    for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->keyword == keyword) return option->val == nullptr ? "" : option->val;
    }
    return {};
}

bool parse_port(std::string_view text, int& port) {
    if (text.empty()) return true;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port > 0 && port <= 65535;
}

PostgresTls tls_of(std::string_view mode) {
    if (mode == "no-verify") return PostgresTls::required;
    const bool verified =
        mode == "prefer" || mode == "require" || mode == "verify-ca" || mode == "verify-full";
    return verified ? PostgresTls::verified : PostgresTls::off;
}

}  // namespace

tl::expected<PostgresUrl, std::string> parse_postgres_url(const Secret& url) {
    const std::string_view text = url.reveal();
    // Anything else would be read as `key=value` pairs.
    if (!text.starts_with("postgres://") && !text.starts_with("postgresql://")) {
        return tl::unexpected<std::string>("the URL does not begin with postgres:// or postgresql://");
    }
    if (text.find('\0') != std::string_view::npos) {
        return tl::unexpected<std::string>("the URL holds a NUL byte");
    }
    const Options options = parse_options(url);
    if (!options) return tl::unexpected<std::string>("the URL cannot be read");

    PostgresUrl parsed;
    parsed.host = value_of(options, "host");
    parsed.user = value_of(options, "user");
    parsed.database = value_of(options, "dbname");
    parsed.password = Secret(value_of(options, "password"));
    parsed.tls = tls_of(value_of(options, "sslmode"));
    parsed.ca_file = value_of(options, "sslrootcert");
    if (parsed.host.empty()) return tl::unexpected<std::string>("the URL has no host");
    if (parsed.host.find(',') != std::string::npos) {
        return tl::unexpected<std::string>("the URL has more than one host");
    }
    if (parsed.user.empty()) return tl::unexpected<std::string>("the URL has no user");
    if (parsed.database.empty()) parsed.database = parsed.user;
    if (!parse_port(value_of(options, "port"), parsed.port)) {
        return tl::unexpected<std::string>("the URL's port is not a number from 1 to 65535");
    }
    return parsed;
}

}  // namespace cowork::probes
