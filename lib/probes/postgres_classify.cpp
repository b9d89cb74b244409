#include "probes/postgres_classify.hpp"

#include <algorithm>
#include <array>

namespace cowork::probes {
namespace {

struct Row {
    std::string_view text;
    PostgresLayer layer;
};

// The first match wins. A class (two characters) stands after its single states.
constexpr std::array sqlstates{
    Row{"3D000", PostgresLayer::database}, Row{"53300", PostgresLayer::busy},
    Row{"57P03", PostgresLayer::starting}, Row{"42501", PostgresLayer::privilege},
    Row{"42P01", PostgresLayer::missing},  Row{"3F000", PostgresLayer::missing},
    Row{"57014", PostgresLayer::silent},  // statement_timeout: no answer in time
    Row{"55P03", PostgresLayer::silent},  // lock_timeout
    Row{"28", PostgresLayer::auth},
};

// What libpq 15 says when there is no SQLSTATE.
constexpr std::array phrases{
    Row{"server does not support SSL", PostgresLayer::tls_missing},
    Row{"invalid response to SSL negotiation", PostgresLayer::not_postgres},
    Row{"does not match host name", PostgresLayer::tls_certificate},
    Row{"private key", PostgresLayer::tls_certificate},
    Row{"certificate", PostgresLayer::tls_certificate},
    Row{"SSL", PostgresLayer::tls_handshake},
    Row{"no password supplied", PostgresLayer::auth},
    Row{"expected authentication request", PostgresLayer::not_postgres},
    Row{"authentication method", PostgresLayer::auth},
    Row{"SCRAM", PostgresLayer::auth},
    Row{"SASL", PostgresLayer::auth},
    Row{"GSS", PostgresLayer::auth},
};

bool is_sqlstate(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

}  // namespace

PostgresLayer layer_of_sqlstate(std::string_view sqlstate) {
    const auto row = std::find_if(sqlstates.begin(), sqlstates.end(),
                                  [&](const Row& known) { return sqlstate.starts_with(known.text); });
    return row == sqlstates.end() ? PostgresLayer::query : row->layer;
}

std::string sqlstate_in(std::string_view message) {
    constexpr std::string_view before = ":  ";
    for (auto at = message.find(before); at != std::string_view::npos; at = message.find(before, at + 1)) {
        const std::string_view rest = message.substr(at + before.size());
        if (rest.size() > 5 && rest[5] == ':' && is_sqlstate(rest.substr(0, 5))) {
            return std::string{rest.substr(0, 5)};
        }
    }
    return {};
}

PostgresFailure classify_connect_failure(std::string_view message, bool needs_password) {
    PostgresFailure failure{PostgresLayer::not_postgres, sqlstate_in(message), std::string{message}};
    if (!failure.sqlstate.empty()) {
        failure.layer = layer_of_sqlstate(failure.sqlstate);
    } else if (needs_password) {
        failure.layer = PostgresLayer::auth;
    } else {
        // What comes before names the host, which is free to be called anything.
        constexpr std::string_view preamble = " failed: ";
        if (const auto end = message.find(preamble); end != std::string_view::npos)
            message.remove_prefix(end);
        const auto row = std::find_if(phrases.begin(), phrases.end(), [&](const Row& known) {
            return message.find(known.text) != std::string_view::npos;
        });
        if (row != phrases.end()) failure.layer = row->layer;
    }
    return failure;
}

}  // namespace cowork::probes
