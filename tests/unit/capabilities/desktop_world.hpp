#pragma once

#include "capabilities/desktop_rows.hpp"
#include "capabilities/reasons.hpp"
#include "support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace cowork::test {

// A machine with a Desktop on it, in a directory of its own. Paths are relative to that directory: `home`,
// `data` (Desktop's data), `resources` (the application), `project`, `bin` (all of PATH).
class DesktopOnDisk {
  public:
    DesktopOnDisk() {
        for (const char* name : {"home", "data", "resources", "project", "bin"})
            std::filesystem::create_directories(dir_.path() / name);
        set("HOME", dir_.file("home"));
        set("PATH", dir_.file("bin") + ":relative:");
        set("OPEN_COWORK_USER_DATA_DIR", dir_.file("data"));
    }

    // `DIR` in the content stands for the machine's directory.
    DesktopOnDisk& file(const std::string& name, std::string content) {
        for (auto at = content.find("DIR"); at != std::string::npos; at = content.find("DIR", at))
            content.replace(at, 3, dir_.path().string());
        dir_.write(name, content);
        return *this;
    }
    DesktopOnDisk& program(const std::string& name) {
        namespace fs = std::filesystem;
        fs::permissions(dir_.write(name, "#!"), fs::perms::owner_exec, fs::perm_options::add);
        return *this;
    }
    DesktopOnDisk& set(const std::string& name, const std::string& value) {
        variables_[name] = value;
        return *this;
    }
    DesktopOnDisk& without_resources() {
        resources_ = false;
        return *this;
    }
    DesktopOnDisk& with_project() {
        project_ = true;
        return *this;
    }
    [[nodiscard]] std::string path(const std::string& name) const { return dir_.file(name); }

    [[nodiscard]] capabilities::DesktopCapabilities look(Redactor& redactor) const {
        config::Environment environment;
        for (const auto& [name, value] : variables_) environment.emplace_back(name, value);
        const auto files = probes::make_file_probe();
        const auto read = [&](const std::string& path) {
            auto text = files->read(path, 1UL << 25, probes::Links::follow);
            return !text && text.error().code == ErrorCode::refused ? std::string{} : text;
        };
        const auto layers = rules::read_desktop_layers(environment, read, rules::Platform::linux_desktop);
        REQUIRE(layers);
        return capabilities::desktop_capabilities({*layers, path("data"), resources_ ? path("resources") : "",
                                                   project_ ? path("project") : "", environment, *files, 0},
                                                  redactor);
    }
    [[nodiscard]] capabilities::DesktopCapabilities look() const {
        Redactor redactor;
        return look(redactor);
    }

  private:
    TempDir dir_;
    std::map<std::string, std::string> variables_;
    bool resources_ = true, project_ = false;
};

inline std::string shown(const report::CapabilityEvidenceValue& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* text = std::get_if<SafeText>(&value)) return text->str();
    std::string list;
    for (const SafeText& text : std::get<std::vector<SafeText>>(value))
        list += (list.empty() ? "" : ",") + text.str();
    return list;
}

inline std::string shown(const report::CapabilityPlace& place) {
    return place.file.str() + ":" + std::to_string(place.line);
}

// A row on one line: everything that leaves the process.
inline std::string shown(const report::CapabilityRow& row) {
    std::string text = row.id.str() + " " + std::string(to_string(row.kind)) + " " +
                       std::string(to_string(row.status)) + " " + std::string(row.reason_code) + " " +
                       row.source.str() + " " + shown(row.place) + " " + std::string(row.product_mode);
    for (const auto& [key, value] : row.evidence) text += " " + std::string(key) + "=" + shown(value);
    return text;
}

inline std::string shown(const report::ConflictRow& row) {
    std::string text = row.id.str() + " " + std::string(to_string(row.kind)) + " " +
                       std::string(row.reason_code) + " " + row.winner.str() + "@" + shown(row.winner_place);
    for (const auto& loser : row.losers) text += " > " + loser.source.str() + "@" + shown(loser.place);
    return text;
}

inline std::string shown(const report::CapabilityTables& tables) {
    std::string text;
    for (const auto& row : tables.capabilities) text += shown(row) + "\n";
    for (const auto& row : tables.conflicts) text += shown(row) + "\n";
    return text;
}

// The row with that id and kind; fails the test without one.
inline const report::CapabilityRow& row_of(const capabilities::DesktopCapabilities& found,
                                           report::CapabilityKind kind, const std::string& id) {
    const auto& rows = found.tables.capabilities;
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const report::CapabilityRow& each) {
        return each.kind == kind && each.id.str() == id;
    });
    CAPTURE(id, shown(found.tables));
    REQUIRE(row != rows.end());
    return *row;
}

inline std::string evidence_of(const report::CapabilityRow& row, std::string_view key) {
    for (const auto& [name, value] : row.evidence)
        if (name == key) return shown(value);
    return "(none)";
}

// One world and one row of it.
struct DesktopRow {
    std::string name;
    std::vector<std::pair<std::string, std::string>> files;
    report::CapabilityKind kind;
    std::string id;
    std::string code;
    std::string source;
    std::string place;  // `file:line`, relative to the machine; empty: none
    std::vector<std::pair<std::string, std::string>> evidence = {};
};

inline void check_rows(const std::vector<DesktopRow>& rows) {
    for (const DesktopRow& row : rows) {
        CAPTURE(row.name);
        DesktopOnDisk machine;
        for (const auto& [name, content] : row.files) machine.file(name, content);
        const auto found = machine.look();
        CAPTURE(shown(found.tables));
        const report::CapabilityRow& told = row_of(found, row.kind, row.id);
        CHECK(told.reason_code == row.code);
        const auto* reason = capabilities::find_capability_reason(row.code);
        REQUIRE(reason != nullptr);
        CHECK(told.status == reason->status);
        CHECK(told.source.str() == row.source);
        const std::string place = shown(told.place);
        CHECK(place == (row.place.empty() ? ":0" : machine.path(row.place)));
        for (const auto& [key, value] : row.evidence) {
            CAPTURE(key);
            CHECK(evidence_of(told, key) == value);
        }
    }
}

}  // namespace cowork::test
