#include "rules/service.hpp"
#include "secrets/strength.hpp"
#include "validators/together/deployment.hpp"

#include <map>
#include <unordered_map>

namespace cowork::validators {
namespace {

constexpr std::size_t shortest = 8;  // shorter ones are judged as such

bool counts(const rules::Key* key, std::string_view value) {
    return key != nullptr && value.size() >= shortest && !is_placeholder(value) &&
           (key->kind == rules::KeyKind::secret || key->kind == rules::KeyKind::strong_secret);
}

// The Cloud's own rules compare these two.
bool is_judged_already(std::string_view a, std::string_view b) {
    return (a.ends_with("_COOKIE_SECRET") && b.ends_with("_SECRET_KEY")) ||
           (b.ends_with("_COOKIE_SECRET") && a.ends_with("_SECRET_KEY"));
}

// The secrets of one directory: what runs together.
class Reuse {
  public:
    void see(const std::string& key, std::string_view value, const TextRange& where, Findings& findings) {
        if (!counts(rules::find_key(key), value)) return;
        const auto [known, fresh] = first_.try_emplace(value, key);
        if (fresh || known->second == key || is_judged_already(known->second, key) ||
            findings.holds("configuration.repeated-secret", key))
            return;
        findings.redactor().learn(value);
        findings.add("together.secret-reused", where, key,
                     fmt::format("{} and {} have the same value", known->second, key));
    }

  private:
    std::unordered_map<std::string_view, std::string> first_;  // value → the key that had it first
};

}  // namespace

void check_reused_secrets(const std::vector<std::unique_ptr<Deployment>>& deployments, TogetherFiles& files) {
    std::map<std::string, Reuse> by_directory;
    for (const EnvDocument& env : files.env_files())
        for (const config::EnvEntry& entry : env.file.entries) {
            Findings& findings = *env.document->findings;
            by_directory[env.directory].see(
                entry.key, entry.value.reveal(),
                findings.index().rest_of_line(entry.where.line, entry.where.column), findings);
        }
    for (const auto& deployment : deployments)
        for (const ComposeProduct& product : deployment->products)
            for (const ComposeVariable& one : product.service->environment)
                if (one.value.known())
                    by_directory[deployment->directory].see(one.key, one.value.text(), one.where,
                                                            *deployment->document->findings);
}

}  // namespace cowork::validators
