#include "capabilities/opencode_rows.hpp"

#include "capabilities/opencode_mcp.hpp"
#include "capabilities/reasons.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cowork::capabilities {
namespace {

using nlohmann::json;
using report::CapabilityKind;
using report::CapabilityRow;

using Definitions = std::vector<const Definition*>;

// All definitions of one slot, the weakest first.
struct Slot {
    std::string name;
    Definitions all;
};

class Composer {
  public:
    Composer(const OpencodeSources& sources, const Redactor& redactor)
        : sources_(sources), merged_(*sources.configuration.merged), redactor_(redactor) {}

    report::CapabilityTables run() {
        each(CapabilityKind::provider, [&](const Slot& slot) { provider(slot); });
        undeclared_providers();
        each(CapabilityKind::model, [&](const Slot& slot) { model(slot); });
        undeclared_models();
        each(CapabilityKind::mcp, [&](const Slot& slot) { mcp(slot); });
        undeclared_mcps();
        each(CapabilityKind::skill, [&](const Slot& slot) { skill(slot); });
        if (live() && live()->skills)
            for (const auto& [name, location] : *live()->skills) undeclared("skill", name);
        each(CapabilityKind::agent, [&](const Slot& slot) { agent(slot); });
        if (live() && live()->agents)
            for (const auto& [name, native] : *live()->agents)
                if (auto* row = undeclared("agent", name)) row->evidence.emplace_back("native", native);
        each(CapabilityKind::tool, [&](const Slot& slot) { tool(slot); });
        undeclared_tools();
        each(CapabilityKind::workflow, [&](const Slot& slot) { workflow(slot); });
        undeclared_workflows();
        each(CapabilityKind::opencode_plugin, [&](const Slot& slot) { plugin(slot); });
        if (live() && live()->config)
            for (const auto& [slot, name] : live()->plugins)
                if (seen_.insert("plugin " + slot).second) add("plugin.not-declared", name, "server", {});
        return std::move(tables_);
    }

  private:
    [[nodiscard]] const LiveOpencode* live() const { return sources_.live; }

    // The slots of a kind, in the order in which they first appear.
    template <typename Handle>
    void each(CapabilityKind kind, const Handle& handle) {
        std::vector<Slot> slots;
        std::map<std::string_view, std::size_t> index;
        for (const Definition& definition : sources_.configuration.definitions) {
            if (definition.kind != kind) continue;
            const auto [at, fresh] = index.emplace(definition.slot, slots.size());
            if (fresh) slots.push_back({definition.slot, {}});
            slots[at->second].all.push_back(&definition);
        }
        for (Slot& slot : slots) {
            if (sources_.budget && sources_.budget->spent()) return;
            std::stable_partition(slot.all.begin(), slot.all.end(), [](const Definition* each) {
                return each->fault != DefinitionFault::none;
            });
            handle(slot);
        }
    }

    // Cleaning looks for every shape that a secret can have, and few files hold all definitions.
    const SafeText& cleaned(std::string_view text) {
        const auto found = cleaned_.find(text);
        if (found != cleaned_.end()) return found->second;
        return cleaned_.emplace(text, redactor_.clean(text)).first->second;
    }
    [[nodiscard]] report::CapabilityPlace place(const SourceRef& where) {
        return {cleaned(where.file), where.line, where.column};
    }
    CapabilityRow& add(const std::string& code, const std::string& id, std::string_view source,
                       const SourceRef& where) {
        tables_.capabilities.push_back(
            capability_row(code, redactor_.clean(id), cleaned(source), place(where), sources_.product_mode));
        return tables_.capabilities.back();
    }
    // What OpenCode passes over has a row of its own; false when nothing else is left of the slot.
    bool faulty(const Slot& slot, const std::string& code) {
        bool usable = false;
        seen_.insert(code.substr(0, code.find('.')) + " " + slot.name);
        for (const Definition* each : slot.all) {
            if (each->fault == DefinitionFault::none) {
                usable = true;
            } else {
                add(code, each->id, each->source, each->where);
            }
        }
        return usable;
    }
    CapabilityRow& row(const std::string& kind, std::string_view what, const Slot& slot,
                       const Definition& winner) {
        seen_.insert(kind + " " + slot.name);
        conflict(kind, slot, winner);
        return add(fmt::format("{}.{}", kind, what), winner.id, winner.source, winner.where);
    }
    void conflict(const std::string& kind, const Slot& slot, const Definition& winner) {
        report::ConflictRow made;
        for (auto at = slot.all.rbegin(); at != slot.all.rend(); ++at) {
            const Definition& each = **at;
            // The same model chosen twice is no conflict.
            const bool same = kind == "model" && each.id == winner.id;
            if (&each == &winner || same || each.fault != DefinitionFault::none) continue;
            made.losers.push_back({cleaned(each.source), place(each.where)});
        }
        if (made.losers.empty()) return;
        const ConflictReason* reason = find_conflict_reason(kind + ".layer-override");
        made.id = redactor_.clean(winner.id);
        made.kind = reason->kind;
        made.reason_code = reason->code;
        made.meaning = reason->meaning;
        made.winner = cleaned(winner.source);
        made.winner_place = place(winner.where);
        made.product_mode = sources_.product_mode;
        tables_.conflicts.push_back(std::move(made));
    }
    // A row for what only the server has; null when a file declares it too.
    CapabilityRow* undeclared(const std::string& kind, const std::string& name,
                              std::string_view source = "opencode") {
        if (!seen_.insert(kind + " " + name).second) return nullptr;
        return &add(kind + ".not-declared", name, source, {});
    }

    // A list of names at the top of the configuration; nothing when it is none.
    using NameSet = std::set<std::string, std::less<>>;
    [[nodiscard]] static std::optional<NameSet> name_set(const json& merged, const char* key) {
        const auto list = merged.find(key);
        if (list == merged.end() || !list->is_array()) return std::nullopt;
        NameSet names;
        for (const json& each : *list)
            if (each.is_string()) names.insert(each.get<std::string>());
        return names;
    }

    void provider(const Slot& slot) {
        const Definition& winner = *slot.all.back();
        if ((disabled_providers_ && disabled_providers_->contains(slot.name)) ||
            (enabled_providers_ && !enabled_providers_->contains(slot.name))) {
            row("provider", "disabled-by-configuration", slot, winner);
            return;
        }
        if (!live() || !live()->providers) {
            row("provider", "declared", slot, winner);
            return;
        }
        const auto found = live()->providers->find(slot.name);
        if (found == live()->providers->end()) {
            const bool offered = live()->known && live()->known->contains(slot.name);
            row("provider", offered ? "credential-missing" : "not-loaded", slot, winner);
            return;
        }
        CapabilityRow& made =
            row("provider", found->second.credential ? "loaded" : "credential-missing", slot, winner);
        made.evidence.emplace_back("models", static_cast<std::int64_t>(found->second.models));
    }
    void undeclared_providers() {
        if (!live() || !live()->providers) return;
        for (const auto& [name, provider] : *live()->providers)
            if (auto* row = undeclared("provider", name)) {
                row->evidence.emplace_back("origin", redactor_.clean(provider.source));
                row->evidence.emplace_back("models", static_cast<std::int64_t>(provider.models));
            }
    }

    void model(const Slot& slot) {
        const Definition& winner = *slot.all.back();
        std::string_view what = "declared";
        if (live() && live()->config && live()->providers) {
            const std::string& used = slot.name == "model" ? live()->model : live()->small_model;
            what = used != winner.id                    ? "not-loaded"
                   : live()->models.contains(winner.id) ? "loaded"
                                                        : "not-offered";
        }
        row("model", what, slot, winner).evidence.emplace_back("setting", redactor_.clean(slot.name));
        seen_.insert("model " + winner.id);
    }
    void undeclared_models() {
        if (!live() || !live()->config) return;
        for (const std::string& used : {live()->model, live()->small_model})
            if (!used.empty()) undeclared("model", used);
    }

    void mcp(const Slot& slot) {
        const Definition& winner = *slot.all.back();
        const McpJudgement judged = judge_opencode_mcp(sources_, slot.name, winner);
        CapabilityRow& made = row("mcp", judged.what, slot, winner);
        for (const auto& [key, value] : judged.evidence)
            made.evidence.emplace_back(key, redactor_.clean(value));
        if (!judged.failure.empty()) made.evidence.emplace_back("error", cleaned(judged.failure));
    }
    void undeclared_mcps() {
        if (!live() || !live()->mcps) return;
        for (const auto& [name, state] : *live()->mcps) {
            if (!seen_.insert("mcp " + name).second) continue;
            CapabilityRow& made = add(
                fmt::format("mcp.{}", state.status == "connected" ? "not-declared" : live_word(state.status)),
                name, "server", {});
            made.evidence.emplace_back("server", cleaned(state.status));
        }
    }

    void skill(const Slot& slot) {
        if (!faulty(slot, "skill.invalid")) return;
        const Definition* winner = slot.all.back();
        std::string_view what = "declared";
        if (live() && live()->skills) {
            const auto found = live()->skills->find(slot.name);
            what = found == live()->skills->end() ? "not-loaded" : "loaded";
            // OpenCode reads them side by side, so it alone knows which of several it kept.
            for (const Definition* each : slot.all)
                if (found != live()->skills->end() && each->where.file == found->second) winner = each;
        }
        row("skill", what, slot, *winner);
    }

    [[nodiscard]] bool disabled_agent(const std::string& name) const {
        for (const char* key : {"agent", "mode"}) {
            const auto all = merged_.find(key);
            if (all == merged_.end() || !all->is_object()) continue;
            const auto entry = all->find(name);
            if (entry != all->end() && entry->is_object() &&
                entry->value("disable", json(false)) == json(true))
                return true;
        }
        return false;
    }
    void agent(const Slot& slot) {
        if (!faulty(slot, "agent.invalid")) return;
        std::string_view what = "declared";
        if (disabled_agent(slot.name)) {
            what = "disabled-by-configuration";
        } else if (live() && live()->agents) {
            what = live()->agents->contains(slot.name) ? "loaded" : "not-loaded";
        }
        row("agent", what, slot, *slot.all.back());
    }

    [[nodiscard]] std::string tool_word(const std::string& tool, std::string_view otherwise) const {
        const std::string_view action = permission_for(sources_.configuration.permissions, tool);
        if (action == "deny") return "permission-denied";
        return action == "ask" ? "permission-ask" : std::string(otherwise);
    }
    void tool(const Slot& slot) {
        std::string what = "declared";
        if (live() && live()->tools) {
            // A file may hold several tools; their ids begin with its name.
            const auto of_file = [&](const std::string& id) {
                return id == slot.name || id.starts_with(slot.name + "_");
            };
            bool any = false;
            const auto& ids = *live()->tools;
            for (auto id = ids.lower_bound(slot.name); id != ids.end() && id->starts_with(slot.name); ++id)
                if (of_file(*id)) {
                    any = true;
                    seen_.insert("tool " + *id);
                }
            what = any ? tool_word(slot.name, "loaded") : "not-loaded";
        }
        row("tool", what, slot, *slot.all.back());
    }
    void undeclared_tools() {
        if (!live() || !live()->tools) return;
        for (const std::string& id : *live()->tools)
            if (seen_.insert("tool " + id).second)
                add(fmt::format("tool.{}", tool_word(id, "not-declared")), id, "opencode", {});
    }

    void workflow(const Slot& slot) {
        if (!faulty(slot, "workflow.invalid")) return;
        std::string_view what = "declared";
        if (live() && live()->commands)
            what = live()->commands->contains(slot.name) ? "loaded" : "not-loaded";
        row("workflow", what, slot, *slot.all.back());
    }
    void undeclared_workflows() {
        if (!live() || !live()->commands) return;
        // A skill is listed among the commands as well; it has a row of its own.
        for (const auto& [name, origin] : *live()->commands)
            if (origin != "skill") undeclared("workflow", name, origin == "mcp" ? "mcp" : "opencode");
    }

    void plugin(const Slot& slot) {
        if (!faulty(slot, "plugin.file-missing")) return;
        std::string_view what = "declared";
        if (sources_.places.on("OPENCODE_PURE")) {
            what = "disabled-by-configuration";
        } else if (live() && live()->config) {
            what = live()->plugins.contains(slot.name) ? "loaded" : "not-loaded";
        }
        row("plugin", what, slot, *slot.all.back());
    }

    const OpencodeSources& sources_;
    const json& merged_;
    const Redactor& redactor_;
    const std::optional<NameSet> disabled_providers_ = name_set(merged_, "disabled_providers");
    const std::optional<NameSet> enabled_providers_ = name_set(merged_, "enabled_providers");
    report::CapabilityTables tables_;
    std::map<std::string, SafeText, std::less<>> cleaned_;
    std::set<std::string> seen_;  // kind and slot of what has a row
};

}  // namespace

report::CapabilityTables opencode_capabilities(const OpencodeSources& sources, const Redactor& redactor) {
    return Composer(sources, redactor).run();
}

}  // namespace cowork::capabilities
