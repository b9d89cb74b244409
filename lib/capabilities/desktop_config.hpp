#pragma once

#include "config/jsonc_document.hpp"
#include "probes/files.hpp"
#include "report/capability.hpp"
#include "rules/desktop_layers.hpp"
#include "secrets/redactor.hpp"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::capabilities {

// Larger than any configuration file of Desktop's.
inline constexpr std::size_t largest_desktop_config = 4UL * 1024 * 1024;
// What `{file:path}` may bring in.
inline constexpr std::size_t largest_inlined_file = 64UL * 1024;

// Where a value of the configuration stands, and the word for its layer: bundled, override-file, directory,
// user, managed. Desktop's other files have their own words.
struct ConfigOrigin {
    std::string source;
    SourceRef where;

    [[nodiscard]] SafeText source_text(const Redactor& redactor) const { return redactor.clean(source); }
    [[nodiscard]] report::CapabilityPlace place(const Redactor& redactor) const;
};
using ConfigOrigins = std::vector<ConfigOrigin>;  // the strongest first

// A text of the configuration. `value` is what Desktop makes of it and only decides; a row shows it as
// `written`, because a placeholder can bring in a secret.
struct ConfigText {
    std::string value;
    std::string written;

    [[nodiscard]] bool empty() const { return value.empty(); }
};

// What Desktop makes of its configuration: the layers merged as it merges them, and for every value which
// layer decided it (contract/health-center.md section 8.1).
class DesktopConfig {
  public:
    // `resources` is where the application's own files are, with layer 1 among them; empty when nobody knows.
    [[nodiscard]] static DesktopConfig read(const rules::DesktopLayers& layers, const std::string& resources,
                                            const config::Environment& environment, probes::FileProbe& files);

    // One layer is bad, and Desktop uses what is compiled in, which nobody can see: all values are gone.
    [[nodiscard]] bool discarded() const { return !problems_.empty(); }
    [[nodiscard]] const std::vector<Error>& problems() const { return problems_; }
    [[nodiscard]] bool bundled_seen() const { return bundled_seen_; }

    // A merged value, null when there is none. One that depends on a variable that is not set here, or on a
    // file that cannot be read, is of JSON's binary type, which no text of JSON can have.
    [[nodiscard]] const nlohmann::ordered_json* value(std::string_view pointer) const;
    // The same value before its placeholders were replaced.
    [[nodiscard]] const nlohmann::ordered_json* written(std::string_view pointer) const;
    [[nodiscard]] ConfigText text(std::string_view pointer) const;  // empty when it is no text
    // Whether the value may come from what is not seen: the bundled layer, or such a variable.
    [[nodiscard]] bool is_unknown(std::string_view pointer) const;

    // The layer that decided the value there, then those that had another one. Not for elements of lists.
    [[nodiscard]] ConfigOrigins origins(std::string_view pointer) const;
    // For a list of objects the origins of each by the text of its key. Lists replace each other, so only
    // what the strongest layer's list names is there; the other layers that name it have lost.
    [[nodiscard]] std::map<std::string, ConfigOrigins> named_origins(const std::string& list,
                                                                     const char* key) const;

  private:
    struct Layer {
        std::string_view source;
        config::JsoncDocument document;
    };
    void read_bundled(const std::string& resources, probes::FileProbe& files);

    std::vector<Layer> layers_;  // later wins
    std::vector<Error> problems_;
    bool bundled_seen_ = false;
    std::shared_ptr<const nlohmann::ordered_json> merged_, written_;  // of the same shape
};

}  // namespace cowork::capabilities
