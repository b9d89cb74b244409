#pragma once

#include "matrix/matrix.hpp"
#include "support/cloud_env.hpp"
#include "support/fake_cloud.hpp"
#include "support/real_postgres.hpp"

#include <memory>
#include <string>

namespace cowork::test::matrix {

inline const std::string cloud_role_password = "CLOUD-pw-7d1e90b4c2aa";

// The PostgreSQL 17 that all cases share; every statement is in its log.
[[nodiscard]] RealPostgres& cloud_postgres();

// A Cloud server's settings on this machine, and a migrated database of its own.
class CloudDataWorld : public World {
  public:
    explicit CloudDataWorld(bool with_database = true);
    ~CloudDataWorld() override;

    // Looks at that check alone, and lets it decide even where it is optional.
    void look_at(std::string_view check) { arguments = {"--only", std::string(check), "--strict"}; }
    // In this world's database.
    void sql(const std::string& text) const { (void)cloud_postgres().exec(text, database); }
    // A URL of this world's database.
    [[nodiscard]] std::string url_as(const std::string& role_name, const std::string& password,
                                     const std::string& more = {}) const {
        return cloud_postgres().url(role_name, password, database) + more;
    }
    // Gives the URL by --database-url, as somebody who only looks would; no server's settings are here.
    void observe(const std::string& as);
    // No settings of the server and no database, but a Cloud that answers over HTTP; a token of that scope,
    // or none.
    FakeCloud& over_http(const std::string& scope = "operator");
    void set(const std::string& name, const std::string& value) { changes.emplace_back(name, value); }

    std::string database;  // empty: none
    std::string url;       // in the server's settings; empty: not there
    bool server_settings = true;
    rules::CloudRole role = rules::CloudRole::all_in_one;
    rules::CloudTier tier = rules::CloudTier::local;
    CloudChanges changes;
    std::string more_lines;  // of the env file

  protected:
    void prepare() override;
};

using DataCase = Case<CloudDataWorld>;

}  // namespace cowork::test::matrix
