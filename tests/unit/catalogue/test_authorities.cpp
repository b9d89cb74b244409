#include "catalogue/authorities.hpp"
#include "unit/catalogue/printing.hpp"

#include <catch2/catch.hpp>

#include <string_view>
#include <vector>

using namespace cowork::catalogue;

namespace {

// The product's contract of authorities, word for word (health center, section 5.3).
struct Contract {
    std::string_view id, runtime, state, credentials, surface, paths, pairing, artifacts, interactions,
        workflows;
};

const std::vector<Contract> contract{
    {"desktop_local", "desktop_local", "desktop_local_store", "desktop_local_store", "desktop_local",
     "local_private", "not_applicable", "local_filesystem", "desktop_local", "supported"},
    {"gateway_standalone", "gateway_standalone", "gateway_control_plane", "gateway_control_plane",
     "gateway_standalone", "redacted_remote", "not_applicable", "gateway_artifact_store",
     "gateway_standalone", "supported"},
    {"desktop_paired", "desktop_local", "desktop_local_store", "desktop_local_store", "desktop_paired",
     "redacted_remote", "pairing_required", "redacted_metadata_only", "remote_pairing_policy", "deferred"},
    {"cloud_worker", "cloud_worker", "cloud_control_plane", "cloud_control_plane", "desktop_cloud",
     "cloud_safe_refs", "not_applicable", "cloud_object_store", "cloud_control_plane", "supported"},
    {"cloud_channel_gateway", "cloud_worker", "cloud_control_plane", "cloud_channel_gateway",
     "cloud_channel_gateway", "redacted_remote", "not_applicable", "channel_delivery", "cloud_control_plane",
     "supported"},
};

}  // namespace

TEST_CASE("catalogue: the five authorities are as the product's contract has them") {
    REQUIRE(authorities().size() == contract.size());
    for (std::size_t i = 0; i < contract.size(); ++i) {
        const AuthorityRow& row = authorities()[i];
        const Contract& expected = contract[i];
        CAPTURE(expected.id);
        CHECK(to_string(row.authority) == expected.id);
        CHECK(to_string(row.runtime) == expected.runtime);
        CHECK(row.state_owner == expected.state);
        CHECK(row.credential_owner == expected.credentials);
        CHECK(to_string(row.default_surface) == expected.surface);
        CHECK(row.path_exposure == expected.paths);
        CHECK(row.pairing_state == expected.pairing);
        CHECK(row.artifacts == expected.artifacts);
        CHECK(row.interactions == expected.interactions);
        CHECK(row.workflows == expected.workflows);
        CHECK_FALSE(row.meaning.empty());
    }
}

TEST_CASE("catalogue: an authority runs on one that runs by itself and mixed has no contract") {
    for (const AuthorityRow& row : authorities()) {
        CAPTURE(row.authority);
        CHECK(find_authority(row.authority) == &row);
        const AuthorityRow* runtime = find_authority(row.runtime);
        REQUIRE(runtime != nullptr);
        CHECK(runtime->runtime == row.runtime);
        CHECK(runtime->state_owner == row.state_owner);
    }
    CHECK(find_authority(Authority::mixed) == nullptr);
    CHECK(to_string(Authority::mixed) == "mixed");
}
