#pragma once

#include <string>

namespace cowork::test {

// The SQL that makes an empty database a migrated Cloud database. The names are written here once more, apart
// from the product code's own list, so that the two check each other.
[[nodiscard]] std::string cloud_schema_sql();

}  // namespace cowork::test
