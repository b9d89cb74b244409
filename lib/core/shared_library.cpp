#include "core/shared_library.hpp"

#include <dlfcn.h>

#include <stdexcept>
#include <string>

namespace cowork {
namespace {

std::runtime_error unusable(const char* soname) {
    const char* why = dlerror();
    return std::runtime_error(std::string(soname) +
                              " cannot be used: " + (why != nullptr ? why : "no reason given") +
                              "; install or mend the package that this system has it in");
}

}  // namespace

// RTLD_NOW: what is missing shows here, not in the middle of a request.
SharedLibrary::SharedLibrary(const char* soname)
    : soname_(soname), handle_(dlopen(soname, RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) throw unusable(soname);
}

void* SharedLibrary::symbol(const char* name) const {
    void* found = dlsym(handle_, name);
    if (found == nullptr) throw unusable(soname_);
    return found;
}

}  // namespace cowork
