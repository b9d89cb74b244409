#include "validators/compose/compose.hpp"

#include "validators/compose/checks.hpp"

#include <algorithm>

namespace cowork::validators {

void validate_compose(const Input& input, const Settings& settings, Findings& findings) {
    if (!input.yaml || input.yaml->documents().empty()) return;
    // Compose 2 merges several documents of one file; nobody writes them, so each is looked at alone.
    for (const config::YamlNode* document : input.yaml->documents()) {
        check_compose_structure(*document, findings);
        check_compose_syntax(*document, findings);
        check_compose_secrets(input, settings, *document, findings);
    }
}

const ComposeProduct* ComposeContext::product_of(const ComposeService& service) const {
    const auto found = std::find_if(products.begin(), products.end(),
                                    [&](const ComposeProduct& one) { return one.service == &service; });
    return found == products.end() ? nullptr : &*found;
}

namespace {

bool is_image(const ComposeService& service, std::initializer_list<std::string_view> names) {
    const ComposeImage image = service.image_name();
    return std::find(names.begin(), names.end(), image.name()) != names.end();
}

}  // namespace

bool is_postgres(const ComposeService& service) {
    return is_image(service, {"postgres", "postgresql", "pgvector", "postgis", "timescaledb"});
}

bool is_minio(const ComposeService& service) { return is_image(service, {"minio"}); }

bool is_opencode(const ComposeService& service) { return is_image(service, {"opencode", "opencode-server"}); }

}  // namespace cowork::validators
