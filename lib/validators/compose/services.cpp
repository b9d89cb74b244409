#include "validators/compose/services.hpp"

#include "rules/channel_gateway.hpp"
#include "rules/lenient.hpp"
#include "rules/standalone_gateway.hpp"

#include <algorithm>
#include <array>

namespace cowork::validators {
namespace {

// Settings past this many are left out, and the environment counts as not fully known: looking one up costs
// as much as there are.
constexpr std::size_t most_settings = 1000;

// What the image of a service sets (contract/cloud.md sections 7.1 and 10.1).
void set_image_defaults(const rules::Service& kind, config::Config& config) {
    if (&kind == &rules::cloud_server()) config.set(kind.full_name("HOST"), Secret("127.0.0.1"), {});
    if (&kind == &rules::channel_gateway()) config.set(kind.full_name("HOST"), Secret("0.0.0.0"), {});
}

const rules::Service* kind_by_image(std::string_view name) {
    if (name.find("standalone-gateway") != std::string_view::npos) return &rules::standalone_gateway();
    if (name.starts_with("open-cowork-cloud")) return &rules::cloud_server();
    if (name.starts_with("open-cowork-gateway") || name.starts_with("open-cowork-channel-gateway"))
        return &rules::channel_gateway();
    return nullptr;
}

// An image of another name, or one that is built: its environment tells, if two keys of one service are
// among it.
const rules::Service* kind_by_keys(const ComposeEnvironment& environment) {
    const rules::Service* best = nullptr;
    std::size_t most = 1;
    for (const rules::Service* kind : rules::services()) {
        const auto known = static_cast<std::size_t>(
            std::count_if(environment.places.begin(), environment.places.end(), [&](const auto& one) {
                const rules::Key* key = kind->find(one.first);
                return key != nullptr && !key->bare && one.second.env == nullptr;
            }));
        if (known > most) {
            most = known;
            best = kind;
        }
    }
    return best;
}

class Gathering {
  public:
    Gathering(const ComposeService& service, TogetherFiles& files, const std::string& directory)
        : service_(service), files_(files), directory_(directory) {}

    ComposeEnvironment gather() {
        environment_.complete = !service_.extends;
        for (const ComposeEnvFile& one : service_.env_files) load(one);
        for (const ComposeVariable& one : service_.environment) set(one);
        return std::move(environment_);
    }

  private:
    bool room() {
        if (environment_.places.size() < most_settings) return true;
        environment_.complete = false;
        return false;
    }

    void load(const ComposeEnvFile& one) {
        EnvDocument* found = nullptr;
        if (one.path.known() && !directory_.empty() && !one.raw && environment_.loaded.size() < 20)
            found = files_.env_file(absolute_path(
                one.path.text().starts_with('/') ? one.path.text() : directory_ + "/" + one.path.text()));
        if (found == nullptr) {
            environment_.complete = false;
            return;
        }
        environment_.loaded.push_back(found);
        for (const config::EnvEntry& entry : found->file.entries) {
            if (!room()) return;
            environment_.config.set(entry.key, entry.value.clone(), entry.where);
            environment_.unknown.erase(entry.key);
            environment_.places[entry.key] = {
                found, found->document->findings->index().rest_of_line(entry.where.line, entry.where.column)};
        }
    }

    void set(const ComposeVariable& one) {
        if (!room()) return;
        if (one.value.known()) {
            environment_.config.set(one.key, Secret(one.value.text()), {});
            environment_.unknown.erase(one.key);
        } else {
            environment_.config.set(one.key, Secret(), {});
            environment_.unknown.insert(one.key);
        }
        environment_.places[one.key] = {nullptr, one.where};
    }

    const ComposeService& service_;
    TogetherFiles& files_;
    const std::string& directory_;
    ComposeEnvironment environment_;
};

// Below everything that is set.
void add_image_defaults(ComposeProduct& product) {
    config::Config defaults;
    set_image_defaults(*product.kind, defaults);
    for (const config::Setting& one : defaults.settings())
        if (product.environment.config.find(one.key) == nullptr)
            product.environment.config.set(one.key, one.value.clone(), {});
}

bool is_job(const ComposeService& service) {
    return service.command.text().find("migrate") != std::string::npos;
}

}  // namespace

TextRange ComposeEnvironment::where(std::string_view key, const TextRange& otherwise) const {
    const auto found = places.find(std::string(key));
    return found == places.end() || found->second.env != nullptr ? otherwise : found->second.where;
}

std::optional<std::string> ComposeProduct::value(std::string_view name) const {
    const std::string full = kind->full_name(name);
    if (environment.is_unknown(full)) return std::nullopt;
    const std::string_view text = rules::trimmed(environment.config.text(full));
    if (!text.empty()) return std::string(text);
    if (!environment.complete) return std::nullopt;
    const rules::Key* key = kind->find(full);
    return std::string(key == nullptr ? std::string_view{} : key->fallback);
}

TextRange ComposeProduct::where(std::string_view name) const {
    return environment.where(kind->full_name(name), service->where);
}

std::optional<int> ComposeProduct::port() const {
    if (is_cloud() && environment.places.find("PORT") != environment.places.end()) return std::nullopt;
    const auto text = value("PORT");
    const auto number = text ? rules::read_integer(*text) : std::nullopt;
    if (!number || *number < 1 || *number > 65535) return std::nullopt;
    return static_cast<int>(*number);
}

std::optional<std::string> ComposeProduct::host() const {
    if (is_cloud() && environment.places.find("HOST") != environment.places.end()) return std::nullopt;
    return value("HOST");
}

bool ComposeProduct::without_sign_in() const {
    if (!is_cloud()) return false;
    const auto insecure = value("ALLOW_INSECURE_AUTH");
    return insecure && rules::read_boolean(*insecure, rules::Parsing::strict).value_or(false);
}

std::vector<ComposeProduct> products_of(const ComposeFile& file, TogetherFiles& files,
                                        const std::string& directory) {
    std::vector<ComposeProduct> products;
    for (const ComposeService& service : file.services) {
        if (products.size() >= most_compose_products) break;
        ComposeProduct product;
        product.service = &service;
        product.environment = Gathering(service, files, directory).gather();
        const ComposeImage image = service.image_name();
        product.kind = kind_by_image(image.name());
        if (product.kind == nullptr) product.kind = kind_by_keys(product.environment);
        if (product.kind == nullptr) continue;
        add_image_defaults(product);
        product.runs_server = !is_job(service);
        product.cloud = rules::view_cloud(product.environment.config);
        products.push_back(std::move(product));
    }
    return products;
}

}  // namespace cowork::validators
