#pragma once

#include "probes/postgres.hpp"

#include <string>
#include <string_view>

namespace cowork::probes {

// The layer that an SQLSTATE speaks of.
[[nodiscard]] PostgresLayer layer_of_sqlstate(std::string_view sqlstate);

// The SQLSTATE in libpq's verbose words about a failed connection (`FATAL:  28P01: …`); libpq gives it no
// other way. Empty when the server sent none.
[[nodiscard]] std::string sqlstate_in(std::string_view message);

// A connection that failed after TCP: by SQLSTATE, else by libpq's untranslated words.
[[nodiscard]] PostgresFailure classify_connect_failure(std::string_view message, bool needs_password);

}  // namespace cowork::probes
