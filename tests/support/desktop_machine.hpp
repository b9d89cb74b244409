#pragma once

#include "setup/answers.hpp"
#include "setup/plan.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace cowork::test {

// A machine with a Desktop on it, as far as its files and variables tell: nothing outside memory.
struct DesktopMachine {
    std::map<std::string, std::string> files;
    std::map<std::string, unsigned> modes;  // of files that have another mode than 0600
    std::map<std::string, std::string> variables{{"HOME", "/home/ada"}};

    static constexpr const char* user_layer = "/home/ada/.config/open-cowork/config.json";
    static constexpr const char* managed_layer = "/etc/open-cowork/config.json";
    static constexpr const char* root = "/home/ada/.config/Open Cowork";

    // Lives as long as this and is not changed after.
    [[nodiscard]] setup::Surroundings surroundings() {
        environment_.clear();
        for (const auto& [name, value] : variables) environment_.emplace_back(name, value);
        setup::Surroundings around;
        around.environment = &environment_;
        around.existing = [](const std::string&) { return config::Config{}; };
        around.read = [this](const std::string& path) { return read(path); };
        around.facts = [this](const std::string& path) { return facts(path); };
        return around;
    }

    [[nodiscard]] Result<std::string> read(const std::string& path) const {
        const auto file = files.find(path);
        if (file == files.end()) return fail(ErrorCode::not_found, path + " is not there");
        if (file->second == "(forbidden)")
            return fail(ErrorCode::permission, "cannot read " + path + ": Permission denied");
        return file->second;
    }

    [[nodiscard]] setup::PathFacts facts(const std::string& path) const {
        if (files.contains(path)) {
            const auto mode = modes.find(path);
            return {setup::PathKind::file, mode == modes.end() ? 0600U : mode->second};
        }
        const auto below = files.lower_bound(path + "/");
        const bool directory = below != files.end() && below->first.starts_with(path + "/");
        return {directory ? setup::PathKind::directory : setup::PathKind::absent, directory ? 0700U : 0U};
    }

  private:
    config::Environment environment_;
};

inline setup::Answers desktop_answers(const std::vector<std::pair<std::string, std::string>>& said) {
    setup::Answers answers;
    for (const auto& [flag, value] : said) answers.add(flag, Secret(value));
    return answers;
}

// The text of all notes, a line each; those that need attention begin with a `!`.
inline std::string notes_of(const setup::Plan& plan) {
    std::string text;
    for (const setup::Note& note : plan.notes) text += (note.ok ? "" : "!") + note.text + "\n";
    return text;
}

inline std::string steps_of(const setup::Plan& plan) {
    std::string text;
    for (const setup::Step& step : plan.steps) text += step.text + " " + step.command + "\n";
    return text;
}

// Message, remedy and place of every problem, a line each.
inline std::string problems_of(const setup::Planned& plan) {
    std::string text;
    if (plan) return "(none)";
    for (const Error& error : plan.error())
        text += error.where.place() + " | " + error.message + " | " + error.remedy + "\n";
    return text;
}

}  // namespace cowork::test
