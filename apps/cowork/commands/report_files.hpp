#pragma once

#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "cowork/command_line.hpp"

#include <string>
#include <vector>

namespace cowork::app {

// The files of --report, begun before anything runs, so that one which cannot be written is a refusal and
// not a surprise at the end.
struct PendingReport {
    const ReportFile* wish;
    AtomicFile file;
};

[[nodiscard]] Result<std::vector<PendingReport>> begin_reports(const std::vector<ReportFile>& wishes,
                                                               const std::vector<std::string>& env_files);
[[nodiscard]] Result<void> write_report(PendingReport& pending, const std::string& text);

}  // namespace cowork::app
