#include "probes/proc_list.hpp"

#include "secrets/secret.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace cowork::probes {
namespace {

using Clock = std::chrono::system_clock;

// Enough for any command line that is looked for.
std::string first_bytes(const std::string& path) {
    std::string text(16384, '\0');
    std::ifstream file(path, std::ios::binary);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    return text;
}

std::vector<std::string> arguments(std::string_view text) {
    std::vector<std::string> all;
    while (!text.empty()) {
        const auto end = std::min(text.find('\0'), text.size());
        all.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

std::optional<Clock::time_point> boot_time() {
    std::ifstream file("/proc/stat");
    for (std::string line; std::getline(file, line);)
        if (std::istringstream words(line); line.starts_with("btime ")) {
            std::string name;
            long long seconds = 0;
            if (words >> name >> seconds) return Clock::from_time_t(static_cast<std::time_t>(seconds));
        }
    return std::nullopt;
}

// Field 22 of /proc/PID/stat, in ticks since the boot (proc_pid_stat(5)). The second field is a name that may
// hold anything, so the count starts after its last bracket.
std::optional<Clock::time_point> start_of(const std::string& stat) {
    constexpr int after_name = 20;
    const auto bracket = stat.rfind(')');
    if (bracket == std::string::npos) return std::nullopt;
    std::istringstream words(stat.substr(bracket + 1));
    std::string word;
    for (int i = 0; i < after_name; ++i)
        if (!(words >> word)) return std::nullopt;
    long long ticks = 0;
    if (std::from_chars(word.data(), word.data() + word.size(), ticks).ec != std::errc{}) return std::nullopt;
    const auto boot = boot_time();
    const long per_second = ::sysconf(_SC_CLK_TCK);
    if (!boot || per_second <= 0) return std::nullopt;
    return *boot + std::chrono::seconds(ticks / per_second);
}

// More than the kernel lets a process start with.
constexpr std::size_t largest_environment = 4UL * 1024 * 1024;

}  // namespace

Result<std::vector<std::pair<std::string, std::string>>> read_process_variables(
    pid_t pid, std::span<const std::string_view> names) {
    const std::string path = fmt::format("/proc/{}/environ", pid);
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return errno == ENOENT ? fail(ErrorCode::not_found, fmt::format("process {} is not there", pid))
                               : fail(ErrorCode::permission, fmt::format("{} cannot be read", path));
    std::vector<std::pair<std::string, std::string>> found;
    std::size_t seen = 0;
    for (std::string entry; std::getline(file, entry, '\0');) {
        seen += entry.size() + 1;
        const auto equals = entry.find('=');
        const auto name = std::string_view(entry).substr(0, equals);
        if (equals != std::string::npos && std::find(names.begin(), names.end(), name) != names.end())
            found.emplace_back(name, entry.substr(equals + 1));
        cleanse(entry);
        if (seen > largest_environment) break;
    }
    return found;
}

Result<ProcessFacts> read_process(pid_t pid) {
    const std::string directory = fmt::format("/proc/{}", pid);
    struct stat found {};
    if (::stat("/proc/self", &found) != 0) return fail(ErrorCode::io, "/proc cannot be read");
    if (::stat(directory.c_str(), &found) != 0)
        return fail(ErrorCode::not_found, fmt::format("process {} is not there", pid));
    const std::string stat = first_bytes(directory + "/stat");
    // A zombie has ended; only its parent has not noticed.
    if (const auto bracket = stat.rfind(')');
        bracket != std::string::npos &&
        (stat.substr(bracket + 1).starts_with(" Z") || stat.substr(bracket + 1).starts_with(" X")))
        return fail(ErrorCode::not_found, fmt::format("process {} has ended", pid));
    return ProcessFacts{pid, found.st_uid, arguments(first_bytes(directory + "/cmdline")), start_of(stat)};
}

Result<std::vector<ProcessFacts>> list_processes() {
    std::error_code error;
    std::filesystem::directory_iterator entries("/proc", error);
    if (error) return fail(ErrorCode::io, "/proc cannot be read");
    std::vector<ProcessFacts> all;
    for (; entries != std::filesystem::directory_iterator(); entries.increment(error)) {
        if (error) break;
        const std::string name = entries->path().filename().string();
        pid_t pid = 0;
        const auto [end, bad] = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (bad != std::errc{} || end != name.data() + name.size()) continue;
        if (auto process = read_process(pid)) all.push_back(std::move(*process));
    }
    return all;
}

}  // namespace cowork::probes
