#pragma once

#include "checks/context.hpp"
#include "checks/layers.hpp"
#include "probes/postgres.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cowork::checks {

// What the checks of a service's Postgres share: how reaching it can fail, and its answers.

// Of the way to it. A service's own table adds `database.url-invalid`, `database.tls-certificate`,
// `database.privilege-missing` and `database.tables-missing`, which name its settings and its tables.
inline constexpr std::array database_reasons{
    Reason{"database.name-not-found", Status::offline, "the host name does not resolve",
           "correct the database URL"},
    Reason{"database.connection-refused", Status::offline, "nothing listens at the address",
           "start Postgres, or correct the host and port"},
    Reason{"database.unreachable", Status::offline, "the network has no way to the database",
           "check routes and firewalls"},
    Reason{"database.connect-timeout", Status::offline, "connecting took longer than --timeout",
           "check the firewall and the address"},
    Reason{"database.silent", Status::offline, "connected, but no answer within --timeout",
           "look at the Postgres log; a proxy in between may hold the connection"},
    Reason{"database.not-postgres", Status::offline, "the answer is not Postgres",
           "correct the host and port"},
    Reason{"database.starting", Status::offline, "Postgres is starting or stopping",
           "wait until it has started"},
    Reason{"database.busy", Status::offline, "Postgres has no connection left",
           "raise max_connections, or close clients"},
    Reason{"database.tls-missing", Status::action_required, "TLS is asked for, but Postgres offers none",
           "switch TLS on in Postgres"},
    Reason{"database.tls-handshake", Status::action_required, "no TLS handshake with Postgres",
           "check the TLS versions that Postgres allows"},
    Reason{"database.auth-failed", Status::action_required, "Postgres refuses the user or the password",
           "correct the user and password in the database URL"},
    Reason{"database.missing", Status::action_required, "the database does not exist", "create the database"},
    Reason{"database.query-failed", Status::unknown, "Postgres refuses a read-only query of this check",
           "look at the Postgres log"},
};

// The end for a connection or a query that failed. `service` is whose database it is ("the gateway").
[[nodiscard]] Finding database_failed(Layers& layers, const Context& context,
                                      const probes::PostgresFailure& failure, std::string_view service);

// The end for something that speaks Postgres, but does not answer what was asked.
[[nodiscard]] Finding odd_database_answer(Layers& layers);

// Connects and records version, TLS and time of the session; nothing, and the end of the check in
// `broken`, when that fails.
[[nodiscard]] std::unique_ptr<probes::PostgresSession> open_database(Layers& layers, const Context& context,
                                                                     const probes::PostgresTarget& target,
                                                                     std::string_view service,
                                                                     std::optional<Finding>& broken);

// Values of a row.
[[nodiscard]] bool is_true(const std::optional<std::string>& value);
// Zero for what is no number; far from overflow whatever the text says.
[[nodiscard]] std::int64_t number(const std::optional<std::string>& value);

}  // namespace cowork::checks
