#pragma once

#include "config/jsonc_document.hpp"
#include "probes/files.hpp"
#include "secrets/redactor.hpp"
#include "secrets/secret.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::capabilities {

// What the user chose in Desktop's settings, as far as it can be seen
// (contract/health-center.md sections 4.8 and 7.2).
class DesktopSettings {
  public:
    // `nothing`: no settings were saved yet. `hidden`: they are encrypted, or cannot be used.
    enum class State { nothing, plain, hidden };

    // Every credential is learned by the redactor.
    [[nodiscard]] static DesktopSettings read(const std::string& root, probes::FileProbe& files,
                                              Redactor& redactor);

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] bool hidden() const { return state_ == State::hidden; }
    [[nodiscard]] const std::string& provider() const { return provider_; }  // empty: nothing is chosen
    [[nodiscard]] const std::string& model() const { return model_; }
    [[nodiscard]] const SourceRef& provider_place() const { return provider_place_; }
    [[nodiscard]] const SourceRef& model_place() const { return model_place_; }
    // The user's switch for a tool connection, when there is one.
    [[nodiscard]] std::optional<bool> enabled(const std::string& mcp) const;

    // Names of the credentials that are there, sorted.
    [[nodiscard]] std::vector<std::string> provider_keys(const std::string& provider) const;
    [[nodiscard]] std::vector<std::string> integration_keys(const std::string& mcp) const;
    // Whether that credential is that text; one that is not there is the empty text.
    [[nodiscard]] bool integration_is(const std::string& mcp, const std::string& key,
                                      std::string_view value) const;

    [[nodiscard]] const std::vector<Error>& problems() const { return problems_; }

  private:
    using Credentials = std::map<std::string, std::map<std::string, Secret>>;
    void take(const config::JsoncDocument& document, Redactor& redactor);
    [[nodiscard]] static Credentials credentials_in(const config::JsoncDocument& document,
                                                    std::string_view key, Redactor& redactor);

    State state_ = State::nothing;
    std::string provider_, model_;
    SourceRef provider_place_, model_place_;
    std::map<std::string, bool> enabled_;
    Credentials provider_credentials_, integration_credentials_;
    std::vector<Error> problems_;
};

}  // namespace cowork::capabilities
