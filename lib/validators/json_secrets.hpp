#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace cowork::validators {

// `{env:NAME}` and `{file:PATH}`, as OpenCode and Open Cowork read them in the texts of their configuration.

// Whether a text holds `{env:` or `{file:`.
[[nodiscard]] bool has_reference(std::string_view text);

// Whether a text that stands under that name is a secret itself: the name says that it is one, and the text
// is no reference, no path, no switch, no number, no prose and no word that stands for none.
[[nodiscard]] bool is_clear_secret(std::string_view name, std::string_view text);

// Why a text that looks like a reference is none, as the end of a sentence; nothing when all is well.
// `capitals`: the reader knows variables in capitals only, as Open Cowork does.
[[nodiscard]] std::optional<std::string_view> reference_problem(std::string_view text, bool capitals = false);
// Whether the whole text is a variable as a shell writes it: `$NAME` or `${NAME}`.
[[nodiscard]] bool is_shell_variable(std::string_view text);

// The paths of all `{file:PATH}` in a text.
[[nodiscard]] std::vector<std::string_view> referenced_files(std::string_view text);
// The path of the first `{file:PATH}` that leads out of the configuration's own directory; empty without.
[[nodiscard]] std::string_view outside_file(std::string_view text);

}  // namespace cowork::validators
