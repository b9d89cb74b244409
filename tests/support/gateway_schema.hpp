#pragma once

#include <string>

namespace cowork::test {

// The Standalone Gateway's ledger, with its row, and its nine tables with the columns, keys and references
// that the product's apps/standalone-gateway/src/schema.ts gives them. More defaults than there, so that a
// test need not name what nobody reads.
[[nodiscard]] std::string gateway_schema_sql();

}  // namespace cowork::test
