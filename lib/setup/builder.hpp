#pragma once

#include "core/error.hpp"
#include "setup/answers.hpp"
#include "setup/plan.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::setup {

// Puts one env file together, key by key. The first source that has a value wins: option or --set, the
// environment (secrets only), the file that is there, preset. A path's planner makes one, presets what the
// service needs, names what is missing, and takes the file if no rule of the service is broken.
class EnvBuilder {
  public:
    // `options` are those of the path whose `key` is one of the service's.
    EnvBuilder(const rules::Service& service, std::span<const Option> options, const Answers& answers,
               const Surroundings& surroundings, std::string path);

    // Names of keys are those of the service's table.
    [[nodiscard]] bool has(std::string_view name) const { return !text(name).empty(); }
    [[nodiscard]] std::string_view text(std::string_view name) const;  // trimmed; empty when not planned
    // What the service will use: the planned value, else its fallback.
    [[nodiscard]] std::string_view effective(std::string_view name) const;
    [[nodiscard]] bool said(std::string_view name) const;  // by an option or --set
    [[nodiscard]] bool fresh() const { return existing_.settings().empty(); }

    void put(std::string_view name, Secret value, Origin origin);
    // A value that the service needs and nobody said.
    void preset(std::string_view name, std::string_view value);
    // The service's own default, spelled out for the reader of a new file; a file that is there is left as
    // its owner wrote it.
    void spell_out(std::string_view name);
    void generate(std::string_view name);  // a strong secret, unless there is a value
    void drop(std::string_view name);      // the key is not to be in the file

    // Something that only the operator can say: the option, and why it is needed. `name` is the key that
    // stays without a value, where it is not the option's own.
    void miss(std::string_view flag, std::string_view why, std::string_view name = {});
    void refuse(std::string_view flag, std::string message, std::string remedy);

    // The file, judged by the service's rules; nothing when problems were found. Notes hold what the file
    // that is there has and the service does not know.
    [[nodiscard]] std::optional<EnvFile> finish();
    [[nodiscard]] std::vector<Error> take_problems() { return std::move(problems_); }
    [[nodiscard]] std::vector<Note> take_notes() { return std::move(notes_); }

  private:
    void put_full(const std::string& key, Secret value, Origin origin);
    void gather();
    void keep_foreign();
    void in_file_order();
    void judge();
    [[nodiscard]] const Option* option_for(const std::string& key) const;
    [[nodiscard]] std::string source_of(const std::string& key) const;

    const rules::Service& service_;
    std::span<const Option> options_;
    const Answers& answers_;
    const Surroundings& surroundings_;
    config::Config existing_;
    EnvFile file_;
    std::vector<Error> problems_;
    std::vector<std::string> missed_;  // keys whose option miss() has named
    std::vector<Note> notes_;
};

}  // namespace cowork::setup
