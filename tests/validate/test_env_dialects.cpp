#include "config/env_file.hpp"
#include "support/documented_readers.hpp"
#include "support/env_readers.hpp"
#include "support/scratch_directory.hpp"
#include "validate/rule_case.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>

// What the rules of env files say of a reader is what that reader does: each reads the file that breaks the
// rule, and gets something else than what is meant, or just that.
namespace {

using namespace cowork;
using namespace cowork::test;

struct Proof {
    const char* rule;
    const char* key;  // without the service's prefix
    const char* meant;
    std::vector<std::string> misread;  // beginnings of readers' names
    std::vector<std::string> right;
};

const std::vector<Proof>& proofs() {
    static const std::vector<std::string> shells{"sh", "dash", "bash", "busybox"};
    static const std::vector<Proof> table{
        {"env.expansion",
         "BRAND_NAME",
         "pay$HOME-less",
         {"sh", "dash", "bash", "busybox", "Compose as documented"},
         {"docker", "systemd", "node"}},
        {"env.comment-in-value",
         "BRAND_NAME",
         "Workshop",
         {"docker as documented", "docker", "systemd"},
         {"sh", "dash", "bash", "busybox", "docker-compose", "Compose as documented", "node"}},
        {"env.hash-in-value",
         "BRAND_NAME",
         "Workshop#4",
         {"node"},
         {"sh", "dash", "bash", "busybox", "docker as documented", "docker", "Compose as documented",
          "systemd"}},
        {"env.blank-before-equals",
         "BRAND_NAME",
         "Workshop",
         {"sh", "dash", "bash", "busybox", "docker as documented", "docker"},
         {"docker-compose", "systemd", "node"}},
        {"env.quotes-kept",
         "BRAND_NAME",
         "Workshop",
         {"docker as documented", "docker"},
         {"sh", "dash", "bash", "busybox", "docker-compose", "Compose as documented", "systemd", "node"}},
        {"env.backslash",
         "BRAND_NAME",
         "Work\\shop",
         {"sh", "dash", "bash", "busybox", "systemd"},
         {"docker as documented", "docker", "Compose as documented", "node"}},
        {"env.stray-quote",
         "BRAND_NAME",
         "Bob's",
         {"sh", "dash", "bash", "busybox"},
         {"systemd", "docker as documented", "docker", "Compose as documented", "node"}},
        {"env.blank-before-value",
         "BRAND_NAME",
         "Workshop",
         {"sh", "dash", "bash", "busybox", "docker as documented", "docker"},
         {"Compose as documented", "systemd", "node"}},
        {"env.unquoted-blank",
         "BRAND_NAME",
         "Our Workshop",
         {"sh", "dash", "bash", "busybox"},
         {"docker as documented", "docker", "Compose as documented", "systemd", "node"}},
        {"env.shell-syntax",
         "LEGAL_URL",
         "https://example.com/?a=1&b=2",
         {"sh", "dash", "bash", "busybox"},
         {"docker as documented", "docker", "Compose as documented", "systemd", "node"}},
        {"env.trailing-blank",
         "BRAND_NAME",
         "Workshop",
         {"docker as documented", "docker"},
         {"sh", "dash", "bash", "busybox", "Compose as documented", "systemd", "node"}},
        {"env.several-lines",
         "BRAND_NAME",
         "Our\nWorkshop",
         {"docker as documented", "docker"},
         {"sh", "dash", "bash", "busybox", "Compose as documented", "systemd", "node"}},
        {"env.export",
         "BRAND_NAME",
         "Workshop",
         {"docker as documented", "docker", "systemd"},
         {"sh", "dash", "bash", "busybox", "docker-compose", "node"}},
        {"env.invalid-key",
         "BRAND_NAME",
         "Workshop",
         {"sh", "dash", "bash", "busybox", "docker as documented", "docker"},
         {}},
        {"env.unterminated-quote",
         "BRAND_NAME",
         "Workshop",
         {"sh", "dash", "bash", "busybox", "systemd"},
         {}},
        {"env.carriage-return",
         "PORT",
         "8790",
         {"sh", "dash", "bash", "busybox"},
         {"docker as documented", "docker", "docker-compose", "Compose as documented", "systemd", "node"}},
        {"env.byte-order-mark",
         "",
         "https://cloud.example.com",
         {"sh", "dash", "bash", "busybox", "systemd", "node"},
         {"docker as documented", "docker", "docker-compose"}},
        {"env.duplicate-key",
         "PORT",
         "8790",
         {"sh", "dash", "bash", "busybox", "docker", "docker-compose", "systemd", "node"},
         {}},
    };
    return table;
}

bool is_among(const std::string& name, const std::vector<std::string>& names) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& one) {
        return name == one || name.starts_with(one + " ") ||
               (one == "docker-compose" && name.starts_with(one));
    });
}

std::vector<EnvReader> all_readers() {
    std::vector<EnvReader> readers = real_env_readers();
    for (EnvReader& reader : documented_env_readers()) readers.push_back(std::move(reader));
    return readers;
}

std::string full_name(const Proof& proof) {
    return *proof.key == '\0' ? "OPEN_COWORK_CLOUD_BASE_URL"
                              : std::string("OPEN_COWORK_GATEWAY_") + proof.key;
}

}  // namespace

TEST_CASE("env dialects: what a rule says of a reader is what the reader does") {
    const ScratchDirectory scratch;
    for (const EnvReader& reader : all_readers()) {
        if (!reader.present) {
            WARN("NOT TESTED: " << reader.name << " is missing on this machine");
            CHECK_FALSE((reader.needed_in_ci && in_ci()));
            continue;
        }
        for (const Proof& proof : proofs()) {
            const bool misread = is_among(reader.name, proof.misread);
            if (!misread && !is_among(reader.name, proof.right)) continue;
            const std::string text =
                content_of((cases_directory() / proof.rule / "bad/channel.conf").string());
            const auto read = reader.read(scratch.file("env", text));
            const auto value = read ? read->find(full_name(proof)) : decltype(read->find(""))();
            const bool as_meant = read && value != read->end() && value->second == proof.meant;
            INFO(proof.rule << ", " << reader.name << (read ? "" : " refuses the file"));
            if (read && value != read->end()) INFO("reads '" << value->second << "'");
            CHECK(as_meant == !misread);
        }
    }
}

TEST_CASE("env dialects: the repaired files are read as meant by every reader") {
    const ScratchDirectory scratch;
    for (const EnvReader& reader : all_readers()) {
        if (!reader.present) continue;
        for (const Proof& proof : proofs()) {
            const std::string text =
                content_of((cases_directory() / proof.rule / "good/channel.conf").string());
            const auto read = reader.read(scratch.file("env", text));
            INFO(proof.rule << ", " << reader.name);
            REQUIRE(read);
            for (const auto& entry : config::parse_env_file(text, {}, config::Dialect::portable).entries) {
                INFO(entry.key);
                REQUIRE(read->contains(entry.key));
                CHECK(read->at(entry.key) == entry.value.reveal());
            }
        }
    }
}
