#pragma once

#include "matrix/matrix.hpp"

#include <vector>

namespace cowork::test::matrix {

// The groups, one source file each.
[[nodiscard]] std::vector<Row> cloud_rows();
[[nodiscard]] std::vector<Row> cloud_database_rows();
[[nodiscard]] std::vector<Row> cloud_operations_rows();
[[nodiscard]] std::vector<Row> cloud_host_rows();
[[nodiscard]] std::vector<Row> desktop_rows();
[[nodiscard]] std::vector<Row> desktop_capability_rows();
[[nodiscard]] std::vector<Row> desktop_remotes_rows();
[[nodiscard]] std::vector<Row> cloud_storage_rows();
[[nodiscard]] std::vector<Row> cloud_backup_rows();
[[nodiscard]] std::vector<Row> channel_gateway_rows();
[[nodiscard]] std::vector<Row> hybrid_rows();
[[nodiscard]] std::vector<Row> standalone_gateway_rows();

}  // namespace cowork::test::matrix
