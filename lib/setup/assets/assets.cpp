#include "setup/assets/assets.hpp"

#include "setup/assets/parts.hpp"

#include <fmt/format.h>

#include <utility>

namespace cowork::setup {
namespace {

struct Outcome {
    std::vector<Asset> made;
    std::vector<std::string> left_out;
};

// What `EnvironmentFile=` reads as it was meant, and what only Compose does.
Result<void> check_dialect(const AssetContext& context) {
    if (context.dialect != config::Dialect::sh && context.dialect != config::Dialect::docker) return {};
    return fail(ErrorCode::refused,
                fmt::format("--assets needs an env file that systemd reads, and {} has the dialect {}",
                            context.env_file, config::to_string(context.dialect)),
                "write it with --dialect systemd", {context.env_file, 0, 0, {}});
}

Result<Outcome> run(const AssetContext& context) {
    if (auto dialect = check_dialect(context); !dialect) return tl::unexpected(std::move(dialect.error()));
    auto facts = gather_facts(context);
    if (!facts) return tl::unexpected(std::move(facts.error()));
    Workbench bench{context, *facts, {}, {}, {}};
    add_postgres_role(bench);  // first: a gateway without its database does not start
    add_service_units(bench);
    add_compose(bench);
    add_reverse_proxies(bench);
    add_prometheus(bench);
    add_doctor_units(bench);
    if (bench.quote.error()) return tl::unexpected(*bench.quote.error());
    return Outcome{std::move(bench.made), std::move(bench.left_out)};
}

}  // namespace

Result<std::vector<Asset>> make_assets(const AssetContext& context) {
    return run(context).map([](Outcome&& outcome) { return std::move(outcome.made); });
}

std::vector<std::string> left_out(const AssetContext& context) {
    auto outcome = run(context);
    return outcome ? std::move(outcome->left_out) : std::vector<std::string>{};
}

}  // namespace cowork::setup
