#include "validators/validate.hpp"

#include "validators/document.hpp"
#include "validators/json_rules.hpp"
#include "validators/leaks/leaks.hpp"
#include "validators/recognise.hpp"
#include "validators/registry.hpp"
#include "validators/suppressions/suppressions.hpp"
#include "validators/together/together.hpp"
#include "validators/walk.hpp"
#include "validators/yaml_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <utility>

namespace cowork::validators {
namespace {

// What could not be parsed at all.
void check_syntax(const Input& input, Findings& findings) {
    if (!input.fault) return;
    const Error& error = input.fault->error;
    const TextRange where = findings.index().rest_of_line(error.where.line, error.where.column);
    findings.add(input.fault->rule, where, {}, error.message, error.remedy);
}

void look_at(Document& document, std::string text, const Found& found, const Request& request) {
    auto input = std::make_unique<Input>();
    input->path = found.path;
    input->text = std::move(text);
    input->facts = found.facts;
    // A settings file is one whatever --kind says of the files that it is for.
    const bool settings = input->path.ends_with(settings_file_name);
    recognise(*input, settings ? std::nullopt : request.kind);
    document.input = std::move(input);
    document.findings = std::make_unique<Findings>(document.input->text);
    check_syntax(*document.input, *document.findings);
    check_yaml(*document.input, *document.findings);
    check_json(*document.input, *document.findings);
    validator_of(document.input->kind).run(*document.input, request.settings, *document.findings);
    find_leaks(*document.input, request.settings, *document.findings);
}

Document read(const Found& found, const Request& request) {
    Document document{nullptr, nullptr, found.path, found.named, found.left_out, {}, {}};
    if (!found.left_out.empty()) return document;
    if (found.path == "-") {
        look_at(document, request.standard_input, found, request);
    } else if (auto text = read_input(found.path)) {
        look_at(document, std::move(*text), found, request);
    } else {
        document.left_out = text.error().message;
    }
    return document;
}

// A defect of ours in one file must not cost the report of the others.
Document read_guarded(const Found& found, const Request& request) {
    try {
        return read(found, request);
    } catch (const std::exception& problem) {
        return {nullptr, nullptr, found.path, found.named, {}, problem.what(), {}};
    }
}

// Side by side: files do not depend on each other here.
std::vector<Document> read_all(const std::vector<Found>& found, const Request& request) {
    std::vector<Document> documents(found.size());
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (std::size_t i = next++; i < found.size(); i = next++)
            documents[i] = read_guarded(found[i], request);
    };
    constexpr std::size_t worth_a_thread = 16;
    const std::size_t workers = std::clamp<std::size_t>(found.size() / worth_a_thread, 1,
                                                        std::max(1U, std::thread::hardware_concurrency()));
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < workers; ++i) threads.emplace_back(work);
    work();
    return documents;
}

Checked checked_of(Document& document) {
    const Redactor redactor;
    Checked checked;
    checked.path = redactor.clean(document.path);
    checked.named = document.named;
    checked.findings = std::move(document.found);
    if (document.input) checked.kind = document.input->kind;
    const bool read = document.input && !document.input->fault;
    if (read && checked.kind != Kind::text) document.left_out = document.input->unread;
    if (read && checked.kind == Kind::text)
        document.left_out =
            fmt::format("{}: looked through for leaked secrets only",
                        document.input->unread.empty() ? "none of the kinds that validate knows"
                                                       : document.input->unread);
    checked.left_out = redactor.clean(document.left_out);
    checked.failure = redactor.clean(document.failure);
    return checked;
}

}  // namespace

Checked examine(const std::string& path, std::string text, const std::optional<FileFacts>& facts,
                const Request& request) {
    const Found found{path, true, {}, facts};
    Document document{nullptr, nullptr, path, true, {}, {}, {}};
    look_at(document, std::move(text), found, request);
    document.found = document.findings->take();
    return checked_of(document);
}

Result<Outcome> validate(const Request& request) {
    std::vector<std::string> paths;
    for (const std::string& path : request.paths)
        if (path != "-") paths.push_back(path);
    auto found = walk(paths);
    if (!found) return tl::unexpected(found.error());
    if (paths.size() < request.paths.size())
        found->insert(found->begin(), Found{"-", true, {}, std::nullopt});
    include_settings_files(*found, request.paths);
    std::vector<Document> documents = read_all(*found, request);
    check_together(documents, request.settings);
    for (Document& document : documents)
        if (document.findings) document.found = document.findings->take();
    apply_suppressions(documents, request.settings, request.paths);
    Outcome outcome;
    for (Document& document : documents) outcome.files.push_back(checked_of(document));
    return outcome;
}

}  // namespace cowork::validators
