// bench_runner RUNS NAME COMMAND [ARG...] [:: NAME COMMAND [ARG...]]...
//
// Runs the commands in turn (A B C, A B C, ...), RUNS times each after one round that does not count, so that
// a drift of the machine falls on all of them alike. Prints one line a command: name, median ms, lowest ms,
// highest ms, peak resident kB, exit code. Their input is empty and their output is dropped. The peak cannot
// read lower than this program's own, some 3.5 MB.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <vector>

extern char** environ;  // NOLINT: POSIX names it so

namespace {

struct Command {
    const char* name = nullptr;
    std::vector<char*> arguments;  // ends with a null pointer once complete
    std::vector<double> milliseconds;
    long peak_kb = 0;
    int exit_code = 0;
};

// The commands, split at "::"; empty when one of them has no program.
std::vector<Command> read_commands(char** first, char** last) {
    std::vector<Command> commands;
    while (first != last) {
        char** end = std::find_if(first, last, [](const char* word) { return std::strcmp(word, "::") == 0; });
        if (end - first < 2) {
            return {};
        }
        Command command;
        command.name = *first;
        command.arguments.assign(first + 1, end);
        command.arguments.push_back(nullptr);
        commands.push_back(std::move(command));
        first = end == last ? last : end + 1;
    }
    return commands;
}

// The child's exit code, 128 + signal, or 127 when it could not be started.
int run_once(Command& command, const posix_spawn_file_actions_t& silence, bool counts) {
    const auto began = std::chrono::steady_clock::now();
    pid_t child = 0;
    if (posix_spawnp(&child, command.arguments[0], &silence, nullptr, command.arguments.data(), environ) !=
        0) {
        return 127;
    }
    int status = 0;
    rusage usage{};
    if (wait4(child, &status, 0, &usage) != child) {
        return 127;
    }
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
    if (counts) {
        command.milliseconds.push_back(took.count());
        command.peak_kb = std::max(command.peak_kb, usage.ru_maxrss);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

double median(std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

void print(Command& command) {
    const double middle = median(command.milliseconds);
    std::printf("%s\t%.3f\t%.3f\t%.3f\t%ld\t%d\n", command.name, middle, command.milliseconds.front(),
                command.milliseconds.back(), command.peak_kb, command.exit_code);
}

}  // namespace

int main(int count, char** arguments) {
    int runs = 0;
    if (count > 1) {
        const std::string_view text = arguments[1];
        std::from_chars(text.data(), text.data() + text.size(), runs);
    }
    std::vector<Command> commands =
        count > 2 ? read_commands(arguments + 2, arguments + count) : std::vector<Command>{};
    if (runs < 1 || commands.empty()) {
        std::fputs("usage: bench_runner RUNS NAME COMMAND [ARG...] [:: NAME COMMAND [ARG...]]...\n", stderr);
        return 2;
    }
    posix_spawn_file_actions_t silence;
    posix_spawn_file_actions_init(&silence);
    posix_spawn_file_actions_addopen(&silence, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&silence, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&silence, 2, "/dev/null", O_WRONLY, 0);
    for (int round = 0; round <= runs; ++round) {
        for (Command& command : commands) {
            const int code = run_once(command, silence, round > 0);
            // One bad run among many must not hide behind the good ones.
            if (code != 0) {
                command.exit_code = code;
            }
            if (code == 127) {
                std::fprintf(stderr, "bench_runner: cannot run %s\n", command.arguments[0]);
                return 1;
            }
        }
    }
    for (Command& command : commands) {
        print(command);
    }
    posix_spawn_file_actions_destroy(&silence);
}
