#include "validators/suppressions/suppressions.hpp"

#include "core/names.hpp"
#include "validators/suppressions/inline.hpp"
#include "validators/suppressions/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace cowork::validators {
namespace {

constexpr std::array rules{
    Rule{"suppression.settings", Severity::error, "a settings file of validate that is not understood",
         "What it was to allow is not allowed, and what it says of it is not believed.",
         "Correct it after docs/schemas/cowork-validate.schema.json."},
    Rule{"suppression.malformed", Severity::warning, "a permission that is not understood",
         "It permits nothing, though whoever wrote it counts on it.",
         "Write # cowork: allow RULE because <your reason>."},
    Rule{"suppression.no-reason", Severity::warning, "a permission without a reason",
         "It permits nothing: nobody can tell later whether it still holds.",
         "Say after because why the rule may be broken here."},
    Rule{"suppression.unknown-rule", Severity::warning, "a permission for a rule that does not exist",
         "It permits nothing; mostly the rule's id is mistyped.",
         "Take the id from the finding, or from cowork validate --list."},
    Rule{"suppression.expired", Severity::warning, "a permission past its date",
         "It permits nothing any more: the day that was set for mending is over.",
         "Mend what it allowed, or decide anew and set another date."},
    Rule{"suppression.unused", Severity::warning, "a permission that allows nothing",
         "What it allowed is mended or has moved; left in place it would hide the next mistake.",
         "Remove it."},
};

void sort(std::vector<Finding>& found) {
    const auto place = [](const Finding& one) { return std::tie(one.where.line, one.where.column); };
    std::stable_sort(found.begin(), found.end(),
                     [&](const Finding& a, const Finding& b) { return place(a) < place(b); });
}

// Findings about permissions, in one file.
class Complaints {
  public:
    explicit Complaints(Document& document) : document_(document), findings_(document.input->text) {}

    void about(const Permit& permit, const TextRange& where) {
        findings_.add(permit.fault, where, permit.rule, permit.message, permit.remedy);
    }
    void unused(const Permit& permit, const TextRange& where, std::string_view why) {
        findings_.add("suppression.unused", where, permit.rule,
                      fmt::format("{} is allowed, but {}", permit.rule, why));
    }
    void put() {
        auto more = findings_.take();
        if (more.empty()) return;
        std::move(more.begin(), more.end(), std::back_inserter(document_.found));
        sort(document_.found);
    }

  private:
    Document& document_;
    Findings findings_;
};

void allow(Document& document, Finding& finding, const Permit& permit) {
    finding.allowed_because = document.findings->redactor().clean(permit.reason);
}

// The findings of each rule and line, so that many permissions do not cost many walks.
using Places = std::multimap<std::pair<std::string_view, int>, Finding*>;

bool allow_at(Document& document, const Places& places, const Permit& permit, int line) {
    const auto [begin, end] = places.equal_range({permit.rule, line});
    for (auto one = begin; one != end; ++one) {
        allow(document, *one->second, permit);
        one->second->allowed_in_file = true;
    }
    return begin != end;
}

void apply_directives(Document& document, const Settings& settings) {
    if (document.input->text.find("owork:") == std::string::npos) return;
    auto directives = directives_in(*document.input, document.findings->index());
    if (directives.empty()) return;
    Places places;
    for (Finding& finding : document.found)
        places.emplace(std::pair(finding.rule->id, finding.where.line), &finding);
    std::vector<std::pair<const Directive*, bool>> verdicts;
    for (Directive& one : directives) {
        judge_permit(one.permit, settings.now);
        if (!one.permit.fault.empty()) {
            verdicts.emplace_back(&one, false);
            continue;
        }
        bool used = one.line > 0 && allow_at(document, places, one.permit, one.line);
        if (one.own) used = allow_at(document, places, one.permit, 0) || used;
        if (!used) verdicts.emplace_back(&one, true);
    }
    Complaints complaints(document);
    for (const auto& [one, unused] : verdicts) {
        if (unused) {
            complaints.unused(one->permit, one->where, "nothing on the line it is for breaks it");
        } else {
            complaints.about(one->permit, one->where);
        }
    }
    complaints.put();
}

// One settings file, and what it comes to.
class FileSuppressions {
  public:
    FileSuppressions(Document& document, const Settings& settings)
        : document_(document),
          directory_(SettingsPlaces::absolute(document.path)),
          file_(document.input->json ? read_settings(*document.input->json, document.findings->index())
                                     : SettingsFile{}) {
        directory_.resize(directory_.rfind('/') + 1);
        for (FilePermit& one : file_.permits) judge_permit(one.permit, settings.now);
        uses_.resize(file_.permits.size());
    }

    void apply(Document& document) {
        const std::string path = document.path == "-" ? "-" : SettingsPlaces::absolute(document.path);
        const std::string_view relative =
            path.starts_with(directory_) ? std::string_view(path).substr(directory_.size()) : path;
        for (std::size_t i = 0; i < file_.permits.size(); ++i) {
            const FilePermit& one = file_.permits[i];
            for (const std::string& glob : one.files) {
                if (!path_matches(glob, relative)) continue;
                uses_[i].files.insert(glob);
                uses_[i].left_out = uses_[i].left_out || !document.input;
            }
            if (one.permit.fault.empty() && !uses_[i].files.empty() && matches(one, relative))
                mark(document, one, uses_[i]);
        }
    }

    void complain(const SettingsPlaces& places) {
        Complaints complaints(document_);
        std::string directory = directory_;
        if (directory.size() > 1) directory.pop_back();
        for (std::size_t i = 0; i < file_.permits.size(); ++i) {
            const FilePermit& one = file_.permits[i];
            // An unknown rule, no reason, a date: validate_settings_file() told.
            if (!one.permit.fault.empty() || uses_[i].findings > 0 || uses_[i].left_out) continue;
            const bool each = uses_[i].files.size() == one.files.size() &&
                              std::none_of(one.files.begin(), one.files.end(), [](const std::string& glob) {
                                  return glob.find_first_of("*?") != std::string::npos;
                              });
            if (each || places.covers(directory))
                complaints.unused(one.permit, one.where,
                                  uses_[i].files.empty() ? "no file that was looked at is meant"
                                                         : "nothing in the files that are meant breaks it");
        }
        complaints.put();
    }

  private:
    struct Uses {
        std::set<std::string> files;  // the globs that meant some file
        std::size_t findings = 0;
        bool left_out = false;  // some of it was not looked at
    };

    static bool matches(const FilePermit& one, std::string_view path) {
        return std::any_of(one.files.begin(), one.files.end(),
                           [&](const std::string& glob) { return path_matches(glob, path); });
    }

    static void mark(Document& document, const FilePermit& one, Uses& uses) {
        for (Finding& finding : document.found) {
            if (finding.rule->id != one.permit.rule) continue;
            if (!one.key.empty() && !glob_match(one.key, finding.key)) continue;
            if (!finding.allowed_because) allow(document, finding, one.permit);
            ++uses.findings;
        }
    }

    Document& document_;
    std::string directory_;  // with a slash at its end
    SettingsFile file_;
    std::vector<Uses> uses_;  // parallel to its permits
};

}  // namespace

std::span<const Rule> suppression_rules() { return rules; }

void validate_settings_file(const Input& input, const Settings& settings, Findings& findings) {
    if (!input.json) return;
    SettingsFile file = read_settings(*input.json, findings.index());
    for (const SettingsProblem& problem : file.problems)
        findings.add("suppression.settings", problem.where, problem.key, problem.message, problem.remedy);
    for (FilePermit& one : file.permits) {
        judge_permit(one.permit, settings.now);
        if (!one.permit.fault.empty())
            findings.add(one.permit.fault, one.where, config::dotted(one.pointer), one.permit.message,
                         one.permit.remedy);
    }
}

void include_settings_files(std::vector<Found>& found, const std::vector<std::string>& named) {
    SettingsPlaces places(named);
    std::map<std::string, Found*> there;
    std::set<std::string> wanted;
    for (Found& one : found) {
        if (one.path.ends_with(settings_file_name)) there.emplace(SettingsPlaces::absolute(one.path), &one);
        if (const std::string& file = places.of(one.path); !file.empty()) wanted.insert(file);
    }
    std::vector<std::string> missing;
    for (const std::string& file : wanted) {
        const auto known = there.find(file);
        if (known == there.end()) {
            missing.push_back(file);
        } else {
            known->second->left_out.clear();
        }
    }
    for (std::string& file : missing) found.push_back({std::move(file), false, {}, FileFacts{}});
}

void apply_suppressions(std::vector<Document>& documents, const Settings& settings,
                        const std::vector<std::string>& named) {
    std::map<std::string, FileSuppressions> files;
    for (Document& document : documents)
        if (document.input && document.input->kind == Kind::settings)
            files.emplace(SettingsPlaces::absolute(document.path), FileSuppressions(document, settings));
    SettingsPlaces places(named);
    for (Document& document : documents) {
        if (document.input) apply_directives(document, settings);
        if (files.empty()) continue;
        const auto found = files.find(places.of(document.path));
        if (found != files.end()) found->second.apply(document);
    }
    for (auto& [path, one] : files) one.complain(places);
}

}  // namespace cowork::validators
