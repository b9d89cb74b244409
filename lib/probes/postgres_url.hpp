#pragma once

#include "probes/postgres.hpp"
#include "secrets/secret.hpp"

#include <tl/expected.hpp>

#include <string>

namespace cowork::probes {

// What of a connection URL counts. Every other parameter in it is dropped: the rest is cowork's own.
struct PostgresUrl {
    std::string host;  // a name, a numeric address, or the directory of a Unix socket
    int port = 5432;
    std::string user;
    std::string database;  // the user's name when the URL has none, as everywhere in Postgres
    Secret password;
    // For a target that takes them from here. node-postgres verifies whenever it encrypts, unless it is told
    // `no-verify`.
    PostgresTls tls = PostgresTls::off;
    std::string ca_file;

    [[nodiscard]] bool unix_socket() const { return host.starts_with('/'); }
};

// The error is a fixed text: libpq's own may quote the password.
[[nodiscard]] tl::expected<PostgresUrl, std::string> parse_postgres_url(const Secret& url);

}  // namespace cowork::probes
