#pragma once

#include "matrix/matrix.hpp"
#include "support/fake_gateway.hpp"
#include "support/fake_opencode.hpp"
#include "support/real_postgres.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cowork::test::matrix {

// A Standalone Gateway: a real PostgreSQL that all worlds share, and a gateway and an OpenCode that answer as
// the recorded ones.
class GatewayWorld : public World {
  public:
    GatewayWorld();

    static const std::string admin_token, role_password;
    // Started with the first world. Its database `gateway` is healthy and stays so; a case that needs another
    // makes a copy of it.
    static RealPostgres& postgres();
    // A copy under that name, made once.
    static std::string database(const std::string& name, const std::string& change);

    std::shared_ptr<FakeGateway> gateway;
    std::shared_ptr<FakeOpencode> opencode;
    std::map<std::string, std::string> values;  // of the env file, without the prefix
    std::string more_lines;                     // of the env file, as they are
    mode_t mode = 0600;

    [[nodiscard]] std::string env_path() const { return scratch / ".env.standalone-gateway"; }

  protected:
    void prepare() override;
};

using GatewayCase = Case<GatewayWorld>;

// What sets one value of the env file.
[[nodiscard]] std::function<void(GatewayWorld&)> setting(std::string key, std::string value);
[[nodiscard]] std::function<void(GatewayWorld&)> without(std::string key);

// The cases of each check, one file each.
[[nodiscard]] std::vector<GatewayCase> opencode_cases();
[[nodiscard]] std::vector<GatewayCase> opencode_capability_cases();
[[nodiscard]] std::vector<GatewayCase> gateway_http_cases();
[[nodiscard]] std::vector<GatewayCase> gateway_host_cases();
[[nodiscard]] std::vector<GatewayCase> gateway_database_cases();

}  // namespace cowork::test::matrix
