#pragma once

#include "secrets/secret.hpp"
#include "validators/findings.hpp"
#include "validators/input.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cowork::validators {

// New secrets of one run: a key that held the same placeholder in several files gets the same secret in all,
// because its services share it.
class FreshSecrets {
  public:
    [[nodiscard]] const Secret& for_key(const std::string& key, std::string_view placeholder);

  private:
    std::map<std::pair<std::string, std::string>, Secret> made_;
};

// What a mender says of its work; sentences without values.
struct MendLog {
    struct Entry {
        int line = 0;
        std::string what;
    };
    std::vector<Entry> done, left;  // lines of the text that was given
    std::set<int> removed, parted;  // lines that went, and those that became two
    bool tighten = false;           // the file's mode becomes 0600
};

// One rule's findings in one file.
struct MendInput {
    const Input& input;
    const Settings& settings;
    std::vector<const Finding*> findings;  // none that is allowed
    FreshSecrets& fresh;
};

// The new text; nothing when it stays. To its reader it says what it said before, but for the keys with
// findings, which may say what was meant.
using Mender = std::optional<Secret> (*)(const MendInput& mend, MendLog& log);

// What mends a rule.
struct Fixer {
    std::string_view rule;
    Mender mend;
};
[[nodiscard]] std::span<const Fixer> fixers();
// Null for a rule that nothing mends.
[[nodiscard]] const Fixer* fix_for(std::string_view rule);

// Who is taken to read an env file: whom --reader names, else the header of cowork's own files, else Compose,
// which is the most forgiving and so reads what was meant.
[[nodiscard]] config::Dialect intended_reader(std::string_view text, const Settings& settings);

// Whose way of writing an env file is in, when it is for that reader: one that knows neither quotes nor
// comments finds them in what was written for another, and what was meant is what that other reads.
[[nodiscard]] config::Dialect written_for(config::Dialect reader);

// The menders.
[[nodiscard]] std::optional<Secret> make_private(const MendInput& mend, MendLog& log);
[[nodiscard]] std::optional<Secret> drop_byte_order_mark(const MendInput& mend, MendLog& log);
[[nodiscard]] std::optional<Secret> unix_line_ends(const MendInput& mend, MendLog& log);
[[nodiscard]] std::optional<Secret> drop_trailing_blanks(const MendInput& mend, MendLog& log);
// Lines that repeat an assignment to the letter of its value; those with another value are left.
[[nodiscard]] std::optional<Secret> drop_identical_duplicates(const MendInput& mend, MendLog& log);
// A comment behind a value goes on a line of its own before it.
[[nodiscard]] std::optional<Secret> move_comments(const MendInput& mend, MendLog& log);
[[nodiscard]] std::optional<Secret> drop_blank_before_value(const MendInput& mend, MendLog& log);
// Spells a value so that every common reader reads what its reader reads, where there is such a spelling.
[[nodiscard]] std::optional<Secret> respell_values(const MendInput& mend, MendLog& log);
// Takes `export` away, unless a shell is said to read the file.
[[nodiscard]] std::optional<Secret> drop_export(const MendInput& mend, MendLog& log);
// A new secret in place of a placeholder, for keys whose value the operator chooses.
[[nodiscard]] std::optional<Secret> generate_secrets(const MendInput& mend, MendLog& log);
// Whether the operator chooses the value of a key, not a provider: Telegram gives out bot tokens.
[[nodiscard]] bool operator_chooses(std::string_view full_name);

}  // namespace cowork::validators
