#include "checks/registry.hpp"
#include "checks/waiting.hpp"

#include <catch2/catch.hpp>

#include <string_view>

using namespace cowork::checks;

TEST_CASE("waiting: what can mend by itself is waited for, and nothing that somebody has to mend") {
    for (const std::string_view code : {"opencode.connection-refused", "gateway.silent", "database.starting",
                                        "deadline.exceeded", "dependency.not_ready", "gateway.not-ready"}) {
        CAPTURE(code);
        CHECK(may_mend_itself(code));
    }
    for (const std::string_view code :
         {"", "silent", "opencode.auth-required", "database.auth-failed", "endpoint.public-host",
          "configuration.missing-key", "operator-auth.endpoint-open", "env-file.mode", "skipped.by_user",
          "run.stopped", "gateway.tls-certificate"}) {
        CAPTURE(code);
        CHECK_FALSE(may_mend_itself(code));
    }
}

TEST_CASE("waiting: a reason whose recovery is destructive is never waited for") {
    for (const Check* check : registry())
        for (const Reason& reason : check->reasons) {
            CAPTURE(check->id, reason.code);
            if (reason.safety == cowork::catalogue::Safety::destructive)
                CHECK_FALSE(may_mend_itself(reason.code));
        }
}
