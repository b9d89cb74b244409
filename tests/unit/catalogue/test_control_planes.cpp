#include "catalogue/control_planes.hpp"

#include <catch2/catch.hpp>

#include <string_view>
#include <vector>

using namespace cowork::catalogue;

TEST_CASE("catalogue: the four control planes are the product's") {
    const std::vector<std::string_view> product{"desktop_local_store", "gateway_postgres",
                                                "cloud_control_plane", "pairing_broker"};
    std::vector<std::string_view> ids;
    for (const ControlPlaneRow& row : control_planes()) {
        ids.push_back(to_string(row.plane));
        CHECK_FALSE(row.meaning.empty());
    }
    CHECK(ids == product);
}
