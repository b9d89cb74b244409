#include "rules/cloud_judge.hpp"

#include <fmt/format.h>

namespace cowork::rules {

// contract/cloud.md section 7.2; rules 6, 10 and 14 about strength are in cloud_secrets.cpp, rule 17 in
// cloud_isolation.cpp.
void CloudJudge::production() {
    must_be("ALLOW_INSECURE_AUTH", false, "is a switch for demonstrations");  // rule 1
    if (view_.role == CloudRole::all_in_one)                                  // rule 2
        add("configuration.production", "ROLE",
            fmt::format(
                "{} is all-in-one, but public_production needs separate processes for web, worker and "
                "scheduler",
                full("ROLE")),
            "set it to web, worker or scheduler, one process each");
    production_storage();
    if (runs_web(view_.role)) production_web();
    if (runs_execution(view_.role))  // rule 12
        must_be("CHECKPOINTS_ENABLED", true, "lets another worker take a session over");
    if (view_.auth == CloudAuth::none)  // rule 13, for every role
        open_api("public_production needs sign-in, in the settings of every role");
    if (view_.auth == CloudAuth::header) {  // rule 14, for every role
        if (!material("HEADER_AUTH_SECRET").present())
            lacks("HEADER_AUTH_SECRET", "public_production needs it, in the settings of every role",
                  "set it to a generated secret, the same for every role", Elsewhere::file);
        must_be("HEADER_AUTH_ALLOW_UNSIGNED", false, "lets anybody name themselves");
    }
    for (const std::string_view name :
         {"RETENTION_SESSION_EVENT_MS", "RETENTION_WORKSPACE_EVENT_MS"})  // rule 15, for every role
        if (!set(name))
            lacks(name, "public_production needs an end to the event log, in the settings of every role",
                  "set it to 1209600000, which is 14 days");
}

void CloudJudge::production_storage() {
    if (view_.database_url.empty())  // rule 3
        lacks("CONTROL_PLANE_URL", "public_production keeps its state in Postgres",
              "set it to the Postgres URL", Elsewhere::file);
    // A bucket without its kind has its own finding.
    const bool told = set("OBJECT_STORE_BUCKET") && !set("OBJECT_STORE_KIND");
    if (view_.object_store == "filesystem" && !told) {  // rule 4
        if (set("OBJECT_STORE_KIND") || !view_.configuration_file)
            add("configuration.ephemeral-storage", "OBJECT_STORE_KIND",
                fmt::format("{} is filesystem, but public_production keeps artifacts in a bucket",
                            full("OBJECT_STORE_KIND")),
                "set it to s3, gcs, azure-blob, digitalocean-spaces or minio");
        else
            lacks("OBJECT_STORE_KIND", "public_production keeps artifacts in a bucket", "set it to its kind",
                  Elsewhere::file);
    } else if (!set("OBJECT_STORE_BUCKET")) {
        lacks("OBJECT_STORE_BUCKET", "public_production keeps artifacts in a bucket",
              "set it to the bucket's name", Elsewhere::file);
    }
    must_be("RUN_MIGRATIONS", false,
            "makes a long-running process migrate, with a login that may change the schema");  // rule 5
}

void CloudJudge::production_web() {
    if (!set("PUBLIC_URL"))  // rule 7
        lacks("PUBLIC_URL", "public_production builds redirects and cookies on it",
              "set it to the public https origin of the reverse proxy");
    public_origin("PUBLIC_URL", "public_production builds redirects and cookies on it");
    if (!set("SIGNUP_MODE"))  // rule 8
        lacks("SIGNUP_MODE", "public_production wants to be told who may join",
              "set it to disabled, invite, domain or open");
    must_be("COOKIE_SECURE", true, "keeps browser sessions off plain http");  // rule 9
    if (!material("COOKIE_SECRET").present())                                 // rules 10 and 16
        lacks("COOKIE_SECRET", "public_production signs browser sessions with a secret of their own",
              "set it to a generated secret, or COOKIE_SECRET_REF to a secret manager's reference",
              Elsewhere::file);
    must_be("AUTO_PROCESS_COMMANDS", false, "makes the web process do a worker's work");  // rule 11
}

// A boolean whose wrong value public_production refuses; the default may be the wrong one.
void CloudJudge::must_be(std::string_view name, bool wanted, std::string_view why) {
    if (is_true(name) == wanted) return;
    add("configuration.production", name,
        fmt::format("{} {}{}; public_production needs {}{} {}", full(name),
                    set(name) ? "is " : "is not set, which means ", !wanted, wanted,
                    wanted ? ", which" : ", because true", why),
        fmt::format("set it to {}", wanted));
}

}  // namespace cowork::rules
