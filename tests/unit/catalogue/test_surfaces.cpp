#include "catalogue/surfaces.hpp"

#include <catch2/catch.hpp>

#include <string_view>
#include <vector>

using namespace cowork::catalogue;

TEST_CASE("catalogue: the seven surfaces are the product's") {
    const std::vector<std::string_view> product{
        "desktop_local",      "desktop_cloud",  "cloud_web",     "cloud_channel_gateway",
        "gateway_standalone", "desktop_paired", "admin_operator"};
    std::vector<std::string_view> ids;
    for (const SurfaceRow& row : surfaces()) {
        ids.push_back(to_string(row.surface));
        CHECK_FALSE(row.meaning.empty());
    }
    CHECK(ids == product);
}
