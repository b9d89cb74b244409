#include "setup/full_hybrid.hpp"

#include "core/text.hpp"
#include "rules/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <utility>
#include <vector>

namespace cowork::setup {
namespace {

constexpr const Option& without = without_option;

// Whether another part has an option of that name that means something else there.
bool ambiguous(const Path& part, const Option& option) {
    const auto all = parts();
    return !option.shared && std::any_of(all.begin(), all.end(), [&](const Path& other) {
        return other.intent != part.intent && find_option(other, option.flag) != nullptr;
    });
}

std::string_view id_of(const Path& part) { return catalogue::row(part.intent).id; }

// The options' names that had to be made, kept for as long as the program runs.
struct Table {
    std::deque<std::string> flags;
    std::vector<Option> options;
};

Table make_table() {
    Table table;
    table.options.push_back(without);
    for (const Path& part : parts()) {
        for (const Option& option : part.options) {
            const bool known = std::any_of(table.options.begin(), table.options.end(),
                                           [&](const Option& o) { return o.flag == option.flag; });
            if (known && option.shared) continue;
            Option added = option;
            added.flag = table.flags.emplace_back(hybrid_flag(part, option.flag));
            table.options.push_back(added);
        }
    }
    return table;
}

bool knows(const Path& part, std::string_view key) {
    return std::any_of(part.services.begin(), part.services.end(),
                       [&](const rules::Service* service) { return service->find(key) != nullptr; });
}

// What was said, as the part calls it. A trial is of the services that this machine runs.
Answers answers_for(const Path& part, const Answers& answers) {
    Answers own;
    own.evaluate = answers.evaluate && !part.services.empty() &&
                   (part.intent != catalogue::Intent::cloud_connect || answers.has("--server"));
    for (const Answer& answer : answers.given())
        for (const Option& option : part.options)
            if (hybrid_flag(part, option.flag) == answer.flag)
                own.add(std::string(option.flag), answer.value.clone());
    for (const Answer& answer : answers.sets())
        if (knows(part, answer.flag)) own.set(answer.flag, answer.value.clone());
    for (const std::string& key : answers.unsets())
        if (knows(part, key)) own.unset(key);
    return own;
}

// The same sentence with the part's options under the names that they have here.
std::string renamed(const Path& part, std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto start = text.find("--");
        out += text.substr(0, start);
        if (start == std::string_view::npos) break;
        text.remove_prefix(start);
        const auto end =
            std::min(text.find_first_not_of("-abcdefghijklmnopqrstuvwxyz0123456789"), text.size());
        const auto flag = text.substr(0, end);
        out += find_option(part, flag) == nullptr ? std::string(flag) : hybrid_flag(part, flag);
        text.remove_prefix(end);
    }
    return out;
}

// A value that two parts must not share, and why.
struct Apart {
    std::string_view a, b;  // full key names
    std::string_view why;
    std::string_view remedy;
};
constexpr std::array kept_apart{
    Apart{"OPEN_COWORK_STANDALONE_GATEWAY_TELEGRAM_BOT_TOKEN", "OPEN_COWORK_GATEWAY_TELEGRAM_BOT_TOKEN",
          "Telegram delivers a bot's messages to one program only", "make a second bot with @BotFather"},
    Apart{"OPEN_COWORK_STANDALONE_GATEWAY_DATABASE_URL", "OPEN_COWORK_CLOUD_CONTROL_PLANE_URL",
          "each control plane owns its state alone", "give each a database of its own"},
    Apart{"OPEN_COWORK_STANDALONE_GATEWAY_PORT", "OPEN_COWORK_GATEWAY_PORT",
          "two services cannot listen on one port", "change one of the two"},
    Apart{"OPEN_COWORK_STANDALONE_GATEWAY_PORT", "OPEN_COWORK_CLOUD_PORT",
          "two services cannot listen on one port", "change one of the two"},
    Apart{"OPEN_COWORK_GATEWAY_PORT", "OPEN_COWORK_CLOUD_PORT", "two services cannot listen on one port",
          "change one of the two"},
};

class HybridPlanner {
  public:
    HybridPlanner(const Answers& answers, const Surroundings& surroundings)
        : answers_(answers), surroundings_(surroundings) {
        plan_.intent = catalogue::Intent::full_hybrid;
        // A part sees the layers as the parts before it leave them.
        overlay_ = surroundings;
        overlay_.read = [this](const std::string& path) -> Result<std::string> {
            const auto planned = layers_.find(path);
            return planned == layers_.end() ? surroundings_.read(path) : Result<std::string>(planned->second);
        };
    }

    Planned plan() {
        check_options();
        for (const Path& part : parts()) {
            if (left_out(part)) continue;
            auto planned = part.plan(answers_for(part, answers_), overlay_);
            if (planned) {
                take(part, std::move(*planned));
            } else {
                take_problems(part, std::move(planned.error()));
            }
        }
        keep_apart();
        if (!problems_.empty()) return tl::unexpected(std::move(problems_));
        return std::move(plan_);
    }

  private:
    [[nodiscard]] bool left_out(const Path& part) const {
        const auto names = answers_.all(without.flag);
        return std::find(names.begin(), names.end(), id_of(part)) != names.end();
    }

    void check_options() {
        if (!surroundings_.output.empty())
            problem("--output", "--output names one file, and full-hybrid writes several",
                    "name a directory with --directory");
        std::size_t left = 0;
        for (const std::string& name : answers_.all(without.flag)) {
            const auto all = parts();
            const bool known =
                std::any_of(all.begin(), all.end(), [&](const Path& p) { return id_of(p) == name; });
            left += known ? 1 : 0;
            if (!known)
                problem(std::string(without.flag),
                        fmt::format("--without: '{}' is no part of full-hybrid", name),
                        "the parts are " + part_names());
        }
        if (left == parts().size())
            problem(std::string(without.flag), "--without leaves nothing to set up", "leave out less");
    }

    static std::string part_names() {
        std::string names;
        for (const Path& part : parts()) names += fmt::format("{}{}", names.empty() ? "" : ", ", id_of(part));
        return names;
    }

    void problem(std::string where, std::string message, std::string remedy) {
        problems_.push_back(
            {ErrorCode::usage, std::move(message), std::move(remedy), {std::move(where), 0, 0, {}}});
    }

    void take(const Path& part, Plan planned) {
        for (EnvFile& file : planned.env_files) plan_.env_files.push_back(std::move(file));
        for (LayerFile& layer : planned.layers) take_layer(std::move(layer));
        for (NewDirectory& directory : planned.directories) plan_.directories.push_back(std::move(directory));
        for (Note& note : planned.notes) {
            note.text = fmt::format("{}: {}", id_of(part), renamed(part, note.text));
            note.remedy = renamed(part, note.remedy);
            plan_.notes.push_back(std::move(note));
        }
        for (Step& step : planned.steps) {
            step.text = fmt::format("{}: {}", id_of(part), renamed(part, step.text));
            plan_.steps.push_back(std::move(step));
        }
    }

    void take_layer(LayerFile layer) {
        layers_[layer.path] = layer.text;
        const auto earlier = std::find_if(plan_.layers.begin(), plan_.layers.end(),
                                          [&](const LayerFile& l) { return l.path == layer.path; });
        if (earlier == plan_.layers.end()) {
            plan_.layers.push_back(std::move(layer));
        } else {
            earlier->text = std::move(layer.text);
            for (std::string& edit : layer.edits) earlier->edits.push_back(std::move(edit));
        }
    }

    void take_problems(const Path& part, std::vector<Error> found) {
        for (Error& error : found) {
            error.message = renamed(part, error.message);
            error.remedy = renamed(part, error.remedy);
            error.where.file = renamed(part, error.where.file);
            const bool said = std::any_of(problems_.begin(), problems_.end(), [&](const Error& earlier) {
                return earlier.message == error.message;
            });
            if (!said) problems_.push_back(std::move(error));
        }
    }

    // What the service will use for a key; empty when no planned file is of that service, or it has none.
    [[nodiscard]] std::string_view effective(std::string_view key) const {
        for (const EnvFile& file : plan_.env_files) {
            const rules::Key* row = file.service->find(key);
            if (row == nullptr) continue;
            const auto value = trimmed(file.text(key));
            return value.empty() ? row->fallback : value;
        }
        return {};
    }

    void keep_apart() {
        for (const Apart& pair : kept_apart) {
            const auto a = effective(pair.a), b = effective(pair.b);
            if (a.empty() || a != b) continue;
            problem(std::string(pair.b), fmt::format("{} and {} are the same: {}", pair.a, pair.b, pair.why),
                    std::string(pair.remedy));
        }
    }

    const Answers& answers_;
    const Surroundings& surroundings_;
    Surroundings overlay_;
    std::map<std::string, std::string> layers_;
    Plan plan_;
    std::vector<Error> problems_;
};

}  // namespace

std::string hybrid_flag(const Path& part, std::string_view flag) {
    const Option* option = find_option(part, flag);
    if (option == nullptr || !ambiguous(part, *option)) return std::string(flag);
    return fmt::format("--{}-{}", id_of(part), flag.substr(2));
}

std::span<const Option> full_hybrid_options() {
    static const Table table = make_table();
    return table.options;
}

Planned plan_full_hybrid(const Answers& answers, const Surroundings& surroundings) {
    return HybridPlanner(answers, surroundings).plan();
}

}  // namespace cowork::setup
