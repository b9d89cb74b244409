#include "core/directory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <memory>

namespace cowork {

std::vector<std::string> names_in(int directory, const std::function<bool(std::string_view)>& fits) {
    struct Close {
        void operator()(DIR* stream) const { (void)::closedir(stream); }
    };
    // Opened anew: a duplicate would share its place with the caller's descriptor.
    const int own = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (own < 0) return {};
    const std::unique_ptr<DIR, Close> stream(::fdopendir(own));
    if (!stream) {
        (void)::close(own);
        return {};
    }
    std::vector<std::string> names;
    while (const dirent* const entry = ::readdir(stream.get())) {
        if (fits(entry->d_name)) names.emplace_back(entry->d_name);
    }
    return names;
}

bool is_own_plain_file(const struct stat& facts) {
    return S_ISREG(facts.st_mode) && facts.st_uid == ::geteuid() && facts.st_nlink == 1;
}

}  // namespace cowork
