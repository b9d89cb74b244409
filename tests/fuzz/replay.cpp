#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// replay_NAME CORPUS: every file of a corpus through the entry of fuzz_NAME, without a fuzzer. What traps or
// throws names the file on standard error before it ends.
int main(int count, char** arguments) {
    if (count != 2) return 2;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(arguments[1])) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
        std::fprintf(stderr, "%s\n", file.filename().c_str());
        std::ifstream in(file, std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        (void)LLVMFuzzerTestOneInput(static_cast<const std::uint8_t*>(static_cast<const void*>(text.data())),
                                     text.size());
    }
    return files.empty() ? 1 : 0;
}
