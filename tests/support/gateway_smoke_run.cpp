#include "support/gateway_smoke_run.hpp"

#include "probes/http.hpp"
#include "probes/http_client.hpp"
#include "rules/secret_names.hpp"
#include "smoke/mark.hpp"
#include "smoke/registry.hpp"
#include "support/fake_probes.hpp"
#include "support/ports.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace cowork::test {
namespace {

constexpr const char* prefix = "OPEN_COWORK_STANDALONE_GATEWAY_";

}  // namespace

GatewaySmokeRun::GatewaySmokeRun(const GatewaySmokeFaults& faults)
    : admin_token(SmokeGatewayOptions{}.admin_token),
      delivery_url(fmt::format("http://127.0.0.1:{}/deliveries", free_port())) {
    SmokeOpencodeOptions opencode_options{.faults = faults.opencode};
    opencode_options.server.server.silent = faults.silent_opencode;
    opencode = std::make_unique<SmokeOpencode>(std::move(opencode_options));
    SmokeGatewayOptions options{.faults = faults.gateway,
                                .delivery_url = delivery_url,
                                .opencode_url = opencode->url(),
                                .runtime_root = runtime_root(),
                                .execution_timeout = std::chrono::seconds(2)};
    options.server.silent = faults.silent_gateway;
    options.old_audits = faults.old_audits;
    gateway = std::make_unique<SmokeGateway>(std::move(options));
}

smoke::Outcome GatewaySmokeRun::run(const std::vector<std::string>& only, const smoke::Observer& observer) {
    FakeWorld world;
    const auto set = [&](const std::string& key, const std::string& value) {
        world.config.set(prefix + key, Secret(value), {"env", 1, 1, prefix + key});
    };
    set("HOST", "127.0.0.1");
    set("PORT", std::to_string(gateway->port()));
    set("ADMIN_TOKEN", admin_token);
    set("OPENCODE_URL", opencode->url());
    set("RUNTIME_ROOT", runtime_root());
    set("WEBHOOK_SHARED_SECRET", SmokeGatewayOptions{}.webhook_secret);
    set("WEBHOOK_DELIVERY_URL", delivery_url);
    if (records) {
        set("DATABASE_URL", "postgres://gateway:role-password-1@127.0.0.1:5432/gateway");
    } else {
        set("STORE", "memory");
    }
    rules::learn_secrets(world.redactor, world.config);
    const auto http = probes::make_http_probe();
    const auto client = probes::make_http_client();
    const auto files = probes::make_file_probe();
    const auto postgres = gateway->records();
    checks::Context context{world.config,      world.redactor,  *http,
                            *postgres,         *files,          Budget::lasting(deadline),
                            timeout,           world.env_files, world.diagnostics,
                            world.environment, world.wishes,    world.present};
    smoke::SmokeWishes wishes;
    wishes.as_user = as_user;
    smoke::Run run(std::move(context), *client, world.redactor, wishes,
                   id.empty() ? smoke::new_run_id() : id);
    const auto choice = smoke::choose(smoke::steps_of(catalogue::Intent::gateway_only), only, {}, false);
    if (!choice) throw std::invalid_argument(choice.error().message);
    return smoke::run_steps(*choice, run, observer);
}

}  // namespace cowork::test
