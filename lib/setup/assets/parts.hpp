#pragma once

#include "setup/assets/assets.hpp"
#include "setup/assets/facts.hpp"
#include "setup/assets/quote.hpp"

#include <string>
#include <vector>

namespace cowork::setup {

// What the makers below share: what to write about, how to write it, and where to say what is left out.
struct Workbench {
    const AssetContext& context;
    const Facts& facts;
    Quoting quote;
    std::vector<Asset> made;
    std::vector<std::string> left_out;

    // Header, text, and the line about it.
    void add(std::string name, std::string_view comment_sign, std::string_view purpose,
             const std::string& body, std::string next) {
        made.push_back(
            {std::move(name), header(comment_sign, purpose) + body, std::string(purpose), std::move(next)});
    }
};

// One file a kind. Each adds its assets, or says why not.
void add_service_units(Workbench& bench);
void add_doctor_units(Workbench& bench);
void add_compose(Workbench& bench);
void add_postgres_role(Workbench& bench);
void add_reverse_proxies(Workbench& bench);
void add_prometheus(Workbench& bench);

// Whether a service with ProtectHome= and PrivateTmp= would not see that path.
[[nodiscard]] bool hidden_from_services(std::string_view path);

}  // namespace cowork::setup
