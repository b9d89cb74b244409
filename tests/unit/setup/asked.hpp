#pragma once

#include "rules/standalone_gateway.hpp"
#include "setup/wizard.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace cowork::setup::test {

using Pairs = std::vector<std::pair<std::string, std::string>>;

inline const std::string telegram = "123456:Zq8WnR4vYx2BkM7cUj5H";
inline const std::string database = "postgres://gateway:hunter2-hunter2@127.0.0.1:5432/gateway";

// A wizard in surroundings of its own.
struct Asked {
    config::Environment environment{{"HOME", "/home/me"}};
    Pairs file;        // keys of the path's service, as they are in the file that is there
    Pairs texts;       // other files that are there, by path
    Error unreadable;  // with a message: why the env file cannot be used
    std::string output = {};
    std::string_view prefix = rules::gateway_prefix;
    std::unique_ptr<Wizard> wizard = {};

    Wizard& start(catalogue::Intent intent = catalogue::Intent::gateway_only) {
        Surroundings where{&environment, false, output, {}, {}, {}};
        where.existing = [this](const std::string&) -> Result<config::Config> {
            if (!unreadable.message.empty()) return tl::unexpected(unreadable);
            config::Config config;
            int line = 0;
            for (const auto& [name, value] : file)
                config.set(full(name), Secret(value), {"old.env", ++line, 1, full(name)});
            return config;
        };
        where.read = [this](const std::string& path) -> Result<std::string> {
            for (const auto& [name, text] : texts)
                if (name == path) return text;
            return fail(ErrorCode::not_found, path + " is not there");
        };
        wizard = std::make_unique<Wizard>(*find_path(intent), std::move(where));
        return *wizard;
    }
    [[nodiscard]] std::string full(const std::string& name) const { return std::string(prefix) + name; }
    [[nodiscard]] std::string next() const {
        const Question* question = wizard->next();
        return question == nullptr ? std::string{} : wizard->flag(*question);
    }
    // The error's message; empty when the answer is taken.
    std::string say(const std::string& text) {
        const auto taken = wizard->accept(Secret(text));
        return taken ? std::string{} : taken.error().message;
    }
    // Every answer has to be taken, and to be one to that option.
    void say_all(const Pairs& answers) {
        for (const auto& [flag, text] : answers) {
            CAPTURE(flag);
            REQUIRE(next() == flag);
            const std::string why = say(text);
            CAPTURE(why);
            REQUIRE(why.empty());
        }
    }
    [[nodiscard]] std::string planned(const std::string& name, std::size_t file_index = 0) const {
        const auto plan = wizard->plan();
        if (!plan) return "(no plan)";
        const PlannedValue* value = plan->env_files.at(file_index).find(full(name));
        return value == nullptr ? "(none)" : std::string(value->value.reveal());
    }
};

// The answers to gateway-only with a Telegram bot that polls.
inline const Pairs telegram_polling{
    {"--store", ""},          {"--database-url", database}, {"--telegram-bot-token", telegram},
    {"--telegram-mode", ""},  {"--opencode-url", ""},       {"--runtime-root", ""},
    {"--deployment-mode", ""}};

}  // namespace cowork::setup::test
