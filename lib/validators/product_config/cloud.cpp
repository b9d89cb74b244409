#include "validators/json_secrets.hpp"
#include "validators/product_config/parts.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <string>
#include <unordered_set>

namespace cowork::validators {
namespace {

using Json = nlohmann::ordered_json;
using rules::CloudTier;

class Cloud {
  public:
    Cloud(JsonFindings& found, const Settings& settings) : found_(found), tier_(settings.tier) {
        if (tier_ == CloudTier::private_beta || tier_ == CloudTier::public_production)
            strict_ = Severity::error;
    }

    void judge() {
        sign_up();
        runtime("/cloud/runtime");
        const Json* profiles = found_.document().find("/cloud/profiles");
        if (profiles != nullptr && profiles->is_object())
            for (const auto& [name, profile] : profiles->items())
                if (profile.is_object() && profile.contains("runtime"))
                    runtime(config::child_pointer("/cloud/profiles", name) + "/runtime");
        tell_if_on("/cloud/projectSources/git/allowFileUrls", "product.host-access",
                   "lets projects come from files of the host");
        tell_if_on("/cloud/auth/headerAllowUnsigned", "product.header-unsigned",
                   "believes identity headers without a signature");
        if (tier_ && tier_ != CloudTier::local) by_tier(*tier_);
        profile_names();
        plan();
    }

  private:
    void tell_if_on(const std::string& pointer, std::string_view rule, std::string_view what) {
        if (is_on(found_, pointer)) found_.add(rule, pointer, what, {}, strict_);
    }

    void sign_up() {
        tell_if_on("/cloud/auth/allowSelfServiceSignup", "product.self-signup", "lets anybody sign up");
        if (text_at(found_, "/cloud/auth/signupMode") == "open")
            found_.add("product.self-signup", "/cloud/auth/signupMode", "lets anybody sign up", {}, strict_);
    }

    void runtime(const std::string& pointer) {
        tell_if_on(pointer + "/allowMachineRuntimeConfig", "product.machine-config",
                   "lets agents take the machine's own configuration");
        tell_if_on(pointer + "/allowHostProjectDirectories", "product.host-access",
                   "opens every directory of the host to agents");
        tell_if_on(pointer + "/allowLocalStdioMcps", "product.host-access",
                   "lets agents start any tool server on the host");
    }

    void by_tier(CloudTier tier) {
        const bool production = tier == CloudTier::public_production;
        if (text_at(found_, "/cloud/auth/mode") == "none")
            found_.add("product.auth-none", "/cloud/auth/mode",
                       fmt::format("is none, which a Cloud of {} cannot be", to_string(tier)), {},
                       production ? std::optional(Severity::error) : std::nullopt);
        for (const auto& [pointer, word] : {std::pair{"/cloud/storage/controlPlane/kind", "local"},
                                            std::pair{"/cloud/storage/objectStore/kind", "filesystem"}})
            if (text_at(found_, pointer) == word)
                found_.add("product.storage-local", pointer, fmt::format("is {}", word), {},
                           production ? std::nullopt : std::optional(Severity::note));
    }

    // Of this file or of the product itself.
    void learn_profiles() {
        profiles_ = {"full", "focused-agent"};
        const Json* profiles = found_.document().find("/cloud/profiles");
        if (profiles == nullptr || !profiles->is_object()) return;
        for (const auto& [name, profile] : profiles->items()) profiles_.insert(name);
    }
    void profile(const std::string& pointer, std::string_view name) {
        if (!name.empty() && !has_reference(name) && !profiles_.contains(std::string(name)))
            found_.add("product.unknown-profile", pointer, "is no profile of this file or of the product");
    }
    void profile_names() {
        learn_profiles();
        profile("/cloud/defaultProfile", text_at(found_, "/cloud/defaultProfile"));
        const Json* plans = found_.document().find("/cloud/billing/plans");
        if (plans == nullptr || !plans->is_object()) return;
        for (const auto& [name, plan] : plans->items()) {
            const std::string pointer =
                config::child_pointer("/cloud/billing/plans", name) + "/entitlements/allowedProfiles";
            const Json* allowed = found_.document().find(pointer);
            if (allowed == nullptr || !allowed->is_array()) continue;
            std::size_t at = 0;
            for (const Json& one : *allowed) {
                const std::string where = fmt::format("{}/{}", pointer, at++);
                if (one.is_string()) profile(where, one.get_ref<const std::string&>());
            }
        }
    }
    void plan() {
        const Json* plans = found_.document().find("/cloud/billing/plans");
        const auto chosen = text_at(found_, "/cloud/billing/defaultPlanKey");
        if (chosen.empty() || has_reference(chosen) || !is_on(found_, "/cloud/billing/enabled")) return;
        if (plans != nullptr && plans->is_object() && !plans->empty() && !plans->contains(chosen))
            found_.add("product.unknown-plan", "/cloud/billing/defaultPlanKey", "is no plan of this file");
    }

    JsonFindings& found_;
    std::optional<CloudTier> tier_;
    std::optional<Severity> strict_;
    std::unordered_set<std::string> profiles_;
};

}  // namespace

void check_product_cloud(JsonFindings& found, const Settings& settings) { Cloud(found, settings).judge(); }

}  // namespace cowork::validators
