#pragma once

#include "probes/postgres.hpp"
#include "probes/postgres_url.hpp"

#include <string>

namespace cowork::probes {

// Finds the address of the URL's host that takes connections, by connecting and hanging up again: libpq
// tells the failures of this layer apart in words only. Empty for a Unix socket. No packet goes to an
// address that net::AddressRule::not_forbidden excludes.
[[nodiscard]] PostgresResult<std::string> find_endpoint(const PostgresUrl& url, const Budget& budget);

}  // namespace cowork::probes
