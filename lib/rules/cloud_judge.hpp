#pragma once

#include "net/url.hpp"
#include "rules/cloud_server.hpp"
#include "rules/judge.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::rules {

// The Cloud's rules, one file a subject. Only check_cloud() makes one.
class CloudJudge : Judge {
  public:
    explicit CloudJudge(const config::Config& config)
        : Judge(cloud_server(), config), view_(view_cloud(config)) {}

    std::vector<Violation> judge();

  private:
    // cloud_values.cpp: each value by itself, whatever the role and tier.
    void values();
    void own_value(const Key& key);
    void silent_integer(const Key& key);
    void silent_choice(const Key& key);
    void clamped_integer(const Key& key);
    void positive_number(const Key& key);
    void scope_list(const Key& key);
    void origin_value(const Key& key);
    void database_url(const Key& key);
    void bind_host(const Key& key);
    void json_object(const Key& key);
    void branding_link(const Key& key);
    void bare_server_keys();
    void unread_keys();
    void otlp();

    // cloud_access.cpp: who reaches the server, and as whom (sections 3 and 7.1).
    void access();
    void insecure_auth();
    void cross_origin();
    void sign_in();
    void open_api(std::string_view why);
    void header_sign_in();
    void oidc_sign_in();
    void proxies();

    // cloud_signup.cpp: who joins, and how browsers come back.
    void sign_up();
    void email_domains();
    void callback_path();

    // cloud_billing.cpp
    void billing();
    void half_switched(std::string_view flag, std::string_view provider, std::string_view what);
    // Adds a violation unless the key is not set or holds a bare origin of https with a public host.
    void public_origin(std::string_view name, std::string_view why);

    // cloud_secrets.cpp: where secrets come from, and how good they are (section 6).
    struct Material {
        enum class From { nothing, value, variable, managed, unresolved };
        From from = From::nothing;
        std::string_view text;  // of the first two
        std::string key;        // the full name of the key that decides
        std::string holder;     // the variable with the text: that key, or the one that it refers to
        [[nodiscard]] bool readable() const { return from == From::value || from == From::variable; }
        [[nodiscard]] bool present() const { return from != From::nothing; }
    };
    void secrets();
    [[nodiscard]] bool signs_sessions(std::string_view name) const;
    void one_secret(std::string_view name);
    void cookie_secret();
    void reference(const Key& key);
    void one_reference(const Key& key, std::string_view text);
    [[nodiscard]] Material material(std::string_view name) const;

    // cloud_storage.cpp: Postgres and the object store (sections 4 and 5).
    void storage();
    void object_store();
    void object_store_credentials(std::string_view kind);
    void lasting_storage();
    void direct_upload();
    void migrator();

    // cloud_isolation.cpp: what OpenCode runs in (section 9).
    void isolation();
    void sandbox();
    void sandbox_image();
    void restricted_network();
    void worker_id();

    // cloud_production.cpp: what public_production demands on top (section 7.2).
    void production();
    void production_web();
    void production_storage();
    void must_be(std::string_view name, bool wanted, std::string_view why);

    // cloud_watchdog.cpp
    void watchdog();

    // A key that is not set and must be: `why` ends the sentence "X is not set: ...". Where the configuration
    // file may set it as well, that is said, and not held against the operator.
    enum class Elsewhere { no, file };
    void lacks(std::string_view name, std::string_view why, std::string remedy,
               Elsewhere elsewhere = Elsewhere::no);
    [[nodiscard]] bool production_tier() const { return view_.tier == CloudTier::public_production; }

    CloudView view_;
};

}  // namespace cowork::rules
