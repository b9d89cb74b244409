#include "cowork/commands/report_files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

namespace cowork::app {
namespace {

bool same_file(const struct stat& facts, const std::string& path) {
    struct stat other {};
    return stat(path.c_str(), &other) == 0 && other.st_dev == facts.st_dev && other.st_ino == facts.st_ino;
}

}  // namespace

Result<std::vector<PendingReport>> begin_reports(const std::vector<ReportFile>& wishes,
                                                 const std::vector<std::string>& env_files) {
    std::vector<PendingReport> pending;
    for (const ReportFile& wish : wishes) {
        struct stat facts {};
        // A rename would put a file in the place of /dev/null, or of a link that others follow.
        if (lstat(wish.path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode))
            return fail(ErrorCode::refused, fmt::format("--report: {} is not a regular file", wish.path),
                        "name a regular file, or use --format for standard output");
        if (std::any_of(env_files.begin(), env_files.end(),
                        [&](const std::string& path) { return facts.st_ino != 0 && same_file(facts, path); }))
            return fail(ErrorCode::refused, fmt::format("--report: {} is the env file", wish.path),
                        "name another file");
        auto file = AtomicFile::create(wish.path);
        if (!file)
            return fail(file.error().code, fmt::format("--report: {}", file.error().message),
                        file.error().remedy);
        pending.push_back({&wish, std::move(*file)});
    }
    return pending;
}

Result<void> write_report(PendingReport& pending, const std::string& text) {
    if (auto written = pending.file.write(text); !written) return written;
    return pending.file.commit();
}

}  // namespace cowork::app
