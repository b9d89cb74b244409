#pragma once

#include "config/yaml_document.hpp"

#include <string>
#include <vector>

namespace cowork::validators {

// What Ingress objects and the charts' values for them have in common.

// The hosts of a list of entries with `host` that no entry of a list with `hosts` covers; an entry without
// hosts covers all, and a wildcard one label.
[[nodiscard]] std::vector<const config::YamlNode*> uncovered_hosts(const config::YamlNode* rules,
                                                                   const config::YamlNode* tls);

// The annotation by which a load balancer is told its certificate; empty when there is none.
[[nodiscard]] std::string tls_annotation(const config::YamlNode* annotations);

}  // namespace cowork::validators
