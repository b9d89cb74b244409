#pragma once

#include "config/yaml_document.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cowork::validators {

// The values that a chart's templates see: an overlay merged over the chart's defaults as Helm does it. Maps
// are merged, lists and all else replaced, and null removes a default. Without the defaults only what the
// overlay says is known. Nodes must outlive it.
class HelmValues {
  public:
    HelmValues(const config::YamlNode* overlay, const config::YamlNode* defaults)
        : overlay_(overlay), defaults_(defaults) {}

    struct Value {
        const config::YamlNode* node = nullptr;  // null: absent, or not known
        bool known = false;
        bool written = false;  // in the overlay; a null that removes a default is written too
        TextRange where;       // in the overlay: of the value, else of the nearest thing above it
    };
    // A path such as cloud.auth.mode.
    [[nodiscard]] Value at(std::string_view path) const;
    // Whether the defaults are known, so that what is nowhere is absent.
    [[nodiscard]] bool complete() const { return defaults_ != nullptr; }

    // As `if` of a template decides: null, false, 0, "" and what is empty are not true. Nothing when it is
    // not known.
    [[nodiscard]] std::optional<bool> truth(std::string_view path) const;
    [[nodiscard]] bool surely(std::string_view path) const { return truth(path) == true; }
    [[nodiscard]] bool surely_not(std::string_view path) const { return truth(path) == false; }
    // The text of a scalar; empty when there is none or it is not known.
    [[nodiscard]] std::string_view text(std::string_view path) const;
    [[nodiscard]] std::optional<long long> integer(std::string_view path) const;

    // The values of a subchart, whose own defaults are not here.
    [[nodiscard]] HelmValues below(std::string_view key) const;
    [[nodiscard]] const config::YamlNode* overlay() const { return overlay_; }
    [[nodiscard]] const config::YamlNode* defaults() const { return defaults_; }

  private:
    const config::YamlNode* overlay_;
    const config::YamlNode* defaults_;
};

[[nodiscard]] bool helm_truth(const config::YamlNode& node);

}  // namespace cowork::validators
