#pragma once

#include "config/yaml_document.hpp"

#include <span>
#include <string_view>

namespace cowork::validators {

// The product's charts.
enum class HelmChart { none, cloud, gateway };
[[nodiscard]] std::string_view to_string(HelmChart chart);  // open-cowork-cloud

// Which chart a document holds values for: by keys that only that chart has, because every chart has an
// image and an ingress.
[[nodiscard]] HelmChart chart_of(const config::YamlNode& values);

// The keys at the top of the chart's values, as far as cowork knows them.
[[nodiscard]] std::span<const std::string_view> top_keys(HelmChart chart);

}  // namespace cowork::validators
