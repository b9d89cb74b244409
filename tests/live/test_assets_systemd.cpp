#include "support/asset_context.hpp"
#include "support/process.hpp"
#include "support/require_service.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>

using namespace cowork;
using catalogue::Intent;

namespace {

constexpr const char* analyze = "/usr/bin/systemd-analyze";
const std::string gateway = "OPEN_COWORK_STANDALONE_GATEWAY_";

bool available() { return test::require_service(std::filesystem::exists(analyze), "systemd"); }

// The units of an env file in a directory, and fake programs for them to start.
class Units {
  public:
    explicit Units(const test::AssetCase& made) {
        for (const char* program : {"node", "opencode"}) (void)programs_.file(program, "#!/bin/sh\n", 0755);
        for (const auto& asset : test::assets_of(made)) {
            if (!asset.name.ends_with(".service") && !asset.name.ends_with(".timer")) continue;
            names_.push_back(asset.name);
            (void)units_.file(asset.name, with_programs(asset.text), 0644);
        }
    }
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
    [[nodiscard]] std::string path(const std::string& name) const { return units_ / name; }

    // What systemd has to say about the units; nothing when all is well.
    [[nodiscard]] std::string complaints() const {
        std::vector<std::string> argv{analyze, "verify"};
        for (const auto& name : names_) argv.push_back(path(name));
        const auto result = test::run_process({.argv = argv});
        return result.exit_code == 0 ? result.out + result.err : "failed: " + result.out + result.err;
    }
    // Tenths of systemd's exposure level: 0 (safe) to 100.
    [[nodiscard]] bool exposed_at_most(const std::string& name, int tenths) const {
        return test::run_process({.argv = {analyze, "security", "--offline=true", "--no-pager",
                                           "--threshold=" + std::to_string(tenths), path(name)}})
                   .exit_code == 0;
    }

  private:
    // systemd-analyze looks for a program without a path in the machine's own directories.
    [[nodiscard]] std::string with_programs(std::string text) const {
        for (const std::string program : {"node", "opencode"})
            if (const auto at = text.find("ExecStart=" + program + " "); at != std::string::npos)
                text.insert(at + std::string_view("ExecStart=").size(), programs_.path() + "/");
        return text;
    }

    test::ScratchDirectory programs_, units_;
    std::vector<std::string> names_;
};

test::AssetCase with_program(Intent intent, const std::string& program, const test::Pairs& more = {}) {
    auto made = test::asset_case(intent, more);
    made.program = program;
    return made;
}

}  // namespace

TEST_CASE("assets: systemd takes every unit without a word and exposes little") {
    if (!available()) return;
    const test::ScratchDirectory bin;
    const std::string program = bin.file("cowork", "#!/bin/sh\n", 0755);
    const auto [intent, more] = GENERATE(table<Intent, test::Pairs>({
        {Intent::gateway_only, {}},
        {Intent::gateway_only, {{gateway + "RUNTIME_ROOT", "/home/me/agents"}, {gateway + "PORT", "443"}}},
        {Intent::gateway_only, {{gateway + "RUNTIME_ROOT", "/srv/a\"b'c\\d e%n$HOME;{f}"}}},
        {Intent::gateway_only, {{gateway + "RUNTIME_ROOT", "/var/lib/a\"b'c\\d e%n$HOME;{f}"}}},
        {Intent::gateway_only, {{gateway + "RUNTIME_ROOT", "/home/a\"b'c\\d e%n$HOME;{f}"}}},
        {Intent::gateway_only, {{gateway + "OPENCODE_URL", "http://10.0.0.7:4096"}}},
        {Intent::cloud_gateway, {}},
        {Intent::cloud_connect, {}},
        {Intent::cloud_connect, {{"OPEN_COWORK_CLOUD_ROLE", "worker"}}},
    }));
    const Units units(with_program(intent, program, more));
    {
        const std::string complaints = units.complaints();
        INFO(complaints);
        CHECK(complaints.empty());
    }
    for (const auto& name : units.names()) {
        if (!name.ends_with(".service")) continue;
        CAPTURE(name);
        CHECK(units.exposed_at_most(name, 30));
        CHECK_FALSE(units.exposed_at_most(name, 1));  // the measure does measure
    }
}

TEST_CASE("assets: systemd finds a program whatever its path is made of") {
    if (!available()) return;
    const test::ScratchDirectory bin;
    const std::string folder =
        GENERATE(as<std::string>{}, "plain", "a b", "a%nb", "a$HOME", "a;b", "a{b}", "a#b", "%%");
    (void)bin.directory(folder);
    const std::string program = bin.file(folder + "/cowork", "#!/bin/sh\n", 0755);
    auto made = with_program(Intent::gateway_only, program, {{gateway + "RUNTIME_ROOT", "/srv/" + folder}});
    made.env_file = "/etc/" + folder + "/gateway.env";
    const Units units(made);
    CAPTURE(folder);
    {
        const std::string complaints = units.complaints();
        INFO(complaints);
        CHECK(complaints.empty());
    }
    // Only the file under exactly that path counts.
    std::filesystem::remove(program);
    CHECK(units.complaints().find("not executable") != std::string::npos);
}

TEST_CASE("assets: sysusers and tmpfiles make the users and the directory they name") {
    if (!available()) return;
    const test::ScratchDirectory root;
    const std::string folder =
        GENERATE(as<std::string>{}, "agents", "a b", "a%nb", "a$HOME", "a\"b", "a'b", "a\\b");
    const auto assets = test::assets_of(
        test::asset_case(Intent::gateway_only, {{gateway + "RUNTIME_ROOT", "/srv/" + folder}}));
    (void)root.directory("etc", 0755);
    const auto users = root.file("users", test::asset_text(assets, "sysusers.d/open-cowork.conf"), 0644);
    const auto files = root.file("files", test::asset_text(assets, "tmpfiles.d/open-cowork.conf"), 0644);
    const auto made = test::run_process({.argv = {"systemd-sysusers", "--root=" + root.path(), users}});
    INFO(made.err);
    REQUIRE(made.exit_code == 0);
    const auto passwd = test::content_of(root / "etc/passwd");
    CHECK(passwd.find("open-cowork:x:") != std::string::npos);
    CHECK(passwd.find("open-cowork-agent:x:") != std::string::npos);
    if (!test::is_root()) return;  // nobody else can give a directory away
    const auto created =
        test::run_process({.argv = {"systemd-tmpfiles", "--create", "--root=" + root.path(), files}});
    INFO(created.err);
    CHECK(created.exit_code == 0);
    CAPTURE(folder);
    CHECK(std::filesystem::is_directory(root / "srv/" + folder));
    CHECK(test::mode_of(root / "srv/" + folder) == 0770);
}
