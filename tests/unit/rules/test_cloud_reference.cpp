#include "rules/cloud_reference.hpp"

#include <catch2/catch.hpp>

#include <string_view>

using namespace cowork::rules;

TEST_CASE("cloud reference: what the server reads as a reference to a secret") {
    struct Row {
        std::string_view text;
        ReferenceKind kind;
        std::string_view name = {};
        bool needs_region = false;
    };
    constexpr auto managed = ReferenceKind::managed;
    constexpr auto malformed = ReferenceKind::malformed;
    for (const Row& row : {
             Row{"env:KEY", ReferenceKind::environment, "KEY"},
             Row{"env:", malformed},
             Row{"env:a-b", malformed},
             Row{"KEY", ReferenceKind::bare_name, "KEY"},
             Row{"gcp-sm://projects/p/secrets/s/versions/latest", managed},
             Row{"gcp-sm://projects/p/secrets/s", malformed},
             Row{"gcp-sm://projects/p/secrets/s/versions/", malformed},
             Row{"gcp-sm://projects//p/secrets/s/versions/1", malformed},
             Row{"gcp-sm://projects/p/secrets/s/versions/1/x", malformed},
             Row{"aws-sm://cowork/key?region=eu-west-1", managed},
             Row{"aws-sm://key?versionStage=AWSCURRENT&region=eu-west-1", managed},
             Row{"aws-sm://key", managed, {}, true},
             Row{"aws-sm://key?region=", managed, {}, true},
             Row{"aws-sm://", malformed},
             Row{"aws-sm://?region=eu-west-1", malformed},
             Row{"azure-kv://vault1/secrets/key", managed},
             Row{"azure-kv://vault1/secrets/key/3", managed},
             Row{"azure-kv://vault1/keys/key", malformed},
             Row{"azure-kv://v/secrets/key", malformed},
             Row{"azure-kv://va--ult/secrets/key", malformed},
             Row{"azure-kv://1vault/secrets/key", malformed},
             Row{"azure-kv://vault1/secrets/key/3/4", malformed},
             Row{"azure-kv://vault1/secrets/key?x=1", malformed},
             Row{"https://vault1.vault.azure.net/secrets/key", managed},
             Row{"https://vault1.vault.azure.net/secrets/key/3?api-version=7.4", managed},
             Row{"https://vault1.vault.azure.net/secrets/key?x=1", malformed},
             Row{"https://u:p@vault1.vault.azure.net/secrets/key", malformed},
             Row{"https://vault1.vault.azure.net/keys/key", malformed},
             Row{"https://vault.example.org/secrets/key", malformed},
             Row{"vault:secret/key", ReferenceKind::nothing},
             Row{"gcp-sm:/projects", ReferenceKind::nothing},
         }) {
        CAPTURE(row.text);
        const Reference reference = parse_reference(row.text);
        CHECK(reference.kind == row.kind);
        CHECK(reference.name == row.name);
        CHECK(reference.needs_region == row.needs_region);
        CHECK(reference.expected.empty() == (row.kind != malformed));
    }
}
