#pragma once

#include "core/error.hpp"
#include "core/status.hpp"
#include "report/model.hpp"
#include "secrets/redactor.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cowork::report {

// A result of an earlier report, as far as a later one is compared with it.
struct EarlierRow {
    std::string id;
    Status status = Status::unknown;
    std::string reason_code;  // from outside
};
using EarlierReport = std::vector<EarlierRow>;

// Reads what render_json() wrote, of this version or another with the same schemaVersion. ErrorCode::invalid
// for anything else; no text of the file is in the message.
[[nodiscard]] Result<EarlierReport> read_earlier(std::string_view text);

// Marks each row that is not ready as new or still so, and each that has become ready as fixed. What one of
// the two runs was told to leave out is not compared. Troubles of the earlier report whose checks this run
// does not have are told in a note.
void compare(Report& report, const EarlierReport& earlier, const Redactor& redactor);

}  // namespace cowork::report
