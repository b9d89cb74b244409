#include "validators/fix/fix.hpp"

#include "config/env_file.hpp"
#include "core/line_index.hpp"
#include "envfile/writer.hpp"
#include "validators/fix/menders.hpp"
#include "validators/fix/write.hpp"
#include "validators/walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

namespace cowork::validators {
namespace {

constexpr mode_t private_mode = 0600;

bool may_mend(const Finding& finding, Kind kind, const FixOptions& options) {
    const Fix how = mendable(finding, kind);
    if (how == Fix::none || (how == Fix::generate && !options.generate)) return false;
    return options.rules.empty() || options.rules.contains(finding.rule->id);
}

// How often each rule is broken, and at which key: what a change must not add to.
using Tally = std::map<std::pair<std::string_view, std::string>, int>;

Tally tally_of(const std::vector<Finding>& found) {
    Tally tally;
    for (const Finding& finding : found) ++tally[{finding.rule->id, finding.key}];
    return tally;
}

int count_of(const Tally& tally, std::string_view rule) {
    int count = 0;
    for (const auto& [place, times] : tally)
        if (place.first == rule) count += times;
    return count;
}

bool adds_nothing(const Tally& before, const Tally& after) {
    return std::all_of(after.begin(), after.end(), [&](const auto& one) {
        const auto found = before.find(one.first);
        return found != before.end() && found->second >= one.second;
    });
}

// The value that each key ends up with, as that reader sees it, but for what a CR or a blank at its end was.
using Values = std::map<std::string, std::string, std::less<>>;

Values values_of(std::string_view text, const Input& input, config::Dialect reader) {
    Values values;
    for (const config::EnvEntry& entry : config::parse_env_file(text, input.path, reader).entries) {
        std::string value(entry.value.reveal());
        value.erase(value.find_last_not_of(" \t\r") + 1);
        values[entry.key] = std::move(value);
    }
    return values;
}

bool same(const Values& a, const Values& b, const std::string& key) {
    const auto in_a = a.find(key), in_b = b.find(key);
    return (in_a == a.end()) == (in_b == b.end()) && (in_a == a.end() || in_a->second == in_b->second);
}

// Whether every key says what it said to its reader; one of those that were mended may say instead what it
// says to the reader it was written for.
bool says_the_same(const Input& input, std::string_view text, config::Dialect reader,
                   const std::vector<const Finding*>& mended) {
    const Values before = values_of(input.text, input, reader), after = values_of(text, input, reader);
    const Values meant = values_of(input.text, input, written_for(reader));
    const Values still = values_of(text, input, written_for(reader));
    const auto is_mended = [&](const std::string& key) {
        return std::any_of(mended.begin(), mended.end(), [&](const Finding* one) { return one->key == key; });
    };
    const auto fine = [&](const auto& entry) {
        const std::string& key = entry.first;
        return same(before, after, key) || (is_mended(key) && same(meant, still, key));
    };
    return std::all_of(before.begin(), before.end(), fine) && std::all_of(after.begin(), after.end(), fine);
}

// One file on its way from what it is to what it is to be.
class FileFix {
  public:
    FileFix(const Checked& checked, const Request& request, const FixOptions& options, FreshSecrets& fresh)
        : request_(request), options_(options), fresh_(fresh), path_(checked.path.str()) {
        file_.path = checked.path;
        file_.kind = checked.kind;
        for (const Finding& finding : checked.findings)
            if (may_mend(finding, checked.kind, options)) wanted_.push_back(&finding);
    }

    [[nodiscard]] bool empty() const { return wanted_.empty(); }

    void plan() {
        if (path_ == "-") return leave_all("standard input is no file that could be mended");
        auto facts = walk({path_});
        auto text = envfile::read_existing(path_);
        if (!facts || facts->empty()) return leave_all("it cannot be read any more");
        if (!text || !text->found) return leave_all(text ? "it is not there any more" : text.error().message);
        facts_ = facts->front().facts;
        before_ = std::move(text->text);
        now_ = before_.clone();
        old_mode_ = text->mode;
        findings_ = examined(now_);
        lines_.resize(static_cast<std::size_t>(LineIndex(now_.reveal()).lines()) + 1);
        std::iota(lines_.begin(), lines_.end(), 0);
        for (const Rule* rule : rules_of_wanted()) mend(*rule);
        if (!changed()) file_.steps.clear();
    }

    // Writes, or makes every check of it.
    void apply() {
        if (!changed()) return;
        const bool text = now_.reveal() != before_.reveal();
        const mode_t mode = tighten_ || file_.kind == Kind::env ? old_mode_ & private_mode : old_mode_;
        auto backup = rewrite({path_, &before_, text ? &now_ : nullptr, mode, true}, options_.dry_run);
        if (!backup) {
            const Error& error = backup.error();
            file_.steps.clear();
            return leave_all(error.remedy.empty() ? error.message
                                                  : fmt::format("{}; {}", error.message, error.remedy));
        }
        file_.backup = redactor_.clean(*backup);
        applied_ = !options_.dry_run;
    }

    // After everything was validated once more: whether the file is worse than it was.
    [[nodiscard]] bool worse(const Outcome& before, const Outcome& after) const {
        return applied_ && !adds_nothing(tally_in(before), tally_in(after));
    }

    void take_back() {
        const bool text = now_.reveal() != before_.reveal();
        auto done = rewrite({path_, &now_, text ? &before_ : nullptr, old_mode_, false}, false);
        file_.steps.clear();
        leave_all(done ? "mending it broke something else, so it is as it was"
                       : fmt::format("mending it broke something else, and it could not be restored ({})",
                                     done.error().message));
    }

    FixedFile take() { return std::move(file_); }

  private:
    void leave_all(std::string_view why) {
        for (const Finding* finding : wanted_) leave(*finding->rule, finding->where.line, why);
    }

    void leave(const Rule& rule, int line, std::string_view why) {
        file_.left.push_back({&rule, line, redactor_.clean(why)});
    }

    [[nodiscard]] bool changed() const { return tighten_ || now_.reveal() != before_.reveal(); }

    [[nodiscard]] std::vector<Finding> examined(const Secret& text) const {
        return examine(path_, std::string(text.reveal()), facts_, request_).findings;
    }

    [[nodiscard]] std::vector<const Rule*> rules_of_wanted() const {
        std::vector<const Rule*> rules;
        for (const Finding* finding : wanted_)
            if (std::find(rules.begin(), rules.end(), finding->rule) == rules.end())
                rules.push_back(finding->rule);
        // New secrets last: what is left to spell is theirs.
        std::stable_partition(rules.begin(), rules.end(),
                              [](const Rule* rule) { return rule->mends == Fix::safe; });
        return rules;
    }

    // One rule: what mends it is taken over only when it is better and nothing else is worse.
    void mend(const Rule& rule) {
        const Fixer* const fixer = fix_for(rule.id);
        if (fixer == nullptr) return;
        Input input;
        input.path = path_;
        input.text = std::string(now_.reveal());
        input.kind = file_.kind;
        input.facts = facts_;
        MendInput what{input, request_.settings, {}, fresh_};
        for (const Finding& finding : findings_)
            if (finding.rule == &rule && is_wanted(finding)) what.findings.push_back(&finding);
        if (what.findings.empty()) return;
        MendLog log;
        auto text = fixer->mend(what, log);
        for (const MendLog::Entry& one : log.left) leave(rule, original(one.line), one.what);
        if (log.tighten) return tighten(rule, log);
        if (text && accept(what, rule, *text)) {
            for (const MendLog::Entry& one : log.done) step(rule, one);
            follow(log);
        } else if (text) {
            leave(rule, original(what.findings.front()->where.line),
                  "no spelling was found that mends it and breaks nothing else");
        }
        cleanse(input.text);
    }

    void tighten(const Rule& rule, const MendLog& log) {
        tighten_ = true;
        if (facts_) facts_->mode &= private_mode;
        findings_ = examined(now_);
        for (const MendLog::Entry& one : log.done) step(rule, one);
    }

    void step(const Rule& rule, const MendLog::Entry& one) {
        file_.steps.push_back({&rule, original(one.line), redactor_.clean(one.what)});
    }

    // The line in the file as it was.
    [[nodiscard]] int original(int line) const {
        const auto at = static_cast<std::size_t>(line);
        return line > 0 && at < lines_.size() ? lines_[at] : line;
    }

    // Lines moved: each keeps the number that it had in the file as it was.
    void follow(const MendLog& log) {
        std::vector<int> moved{0};
        for (std::size_t i = 1; i < lines_.size(); ++i) {
            const int line = static_cast<int>(i);
            if (log.parted.contains(line)) moved.push_back(lines_[i]);
            if (!log.removed.contains(line)) moved.push_back(lines_[i]);
        }
        lines_ = std::move(moved);
    }

    // Only findings that the operator does not allow: told by rule and key, since lines move.
    [[nodiscard]] bool is_wanted(const Finding& finding) const {
        return std::any_of(wanted_.begin(), wanted_.end(), [&](const Finding* one) {
            return one->rule == finding.rule && one->key == finding.key;
        });
    }

    bool accept(const MendInput& mend, const Rule& rule, Secret& text) {
        std::vector<Finding> after = examined(text);
        const Tally then = tally_of(findings_);
        const Tally now = tally_of(after);
        if (count_of(now, rule.id) >= count_of(then, rule.id) || !adds_nothing(then, now)) return false;
        if (file_.kind == Kind::env && rule.mends == Fix::safe &&
            !says_the_same(mend.input, text.reveal(), intended_reader(mend.input.text, request_.settings),
                           mend.findings))
            return false;
        findings_ = std::move(after);
        now_ = std::move(text);
        return true;
    }

    [[nodiscard]] Tally tally_in(const Outcome& outcome) const {
        for (const Checked& checked : outcome.files)
            if (checked.path == file_.path) return tally_of(checked.findings);
        return {};
    }

    const Request& request_;
    const FixOptions& options_;
    FreshSecrets& fresh_;
    Redactor redactor_;
    std::string path_;
    FixedFile file_;
    std::vector<const Finding*> wanted_;
    std::optional<FileFacts> facts_;
    Secret before_, now_;
    mode_t old_mode_ = 0;
    std::vector<Finding> findings_;  // in the text as it is now
    std::vector<int> lines_;         // of each line of that text, the number it had in the file as it was
    bool tighten_ = false;
    bool applied_ = false;
};

}  // namespace

Fix mendable(const Finding& finding, Kind kind) {
    if (finding.allowed_because || kind != Kind::env) return Fix::none;
    const bool given = finding.rule->mends == Fix::generate && !operator_chooses(finding.key);
    return given ? Fix::none : finding.rule->mends;
}

Result<FixOutcome> fix(const Request& request, const FixOptions& options) {
    auto before = validate(request);
    if (!before) return tl::unexpected(std::move(before.error()));
    FreshSecrets fresh;
    std::vector<FileFix> files;
    for (const Checked& checked : before->files) {
        FileFix one(checked, request, options, fresh);
        if (!one.empty()) files.push_back(std::move(one));
    }
    for (FileFix& one : files) one.plan();
    for (FileFix& one : files) one.apply();
    FixOutcome outcome;
    if (!options.dry_run && !files.empty()) {
        auto after = validate(request);
        if (!after) return tl::unexpected(std::move(after.error()));
        bool restored = false;
        for (FileFix& one : files) {
            if (!one.worse(*before, *after)) continue;
            one.take_back();
            restored = true;
        }
        if (restored) after = validate(request);
        if (!after) return tl::unexpected(std::move(after.error()));
        outcome.after = std::move(*after);
    }
    for (FileFix& one : files) outcome.files.push_back(one.take());
    if (options.dry_run || files.empty()) outcome.after = std::move(*before);
    return outcome;
}

}  // namespace cowork::validators
