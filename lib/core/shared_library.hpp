#pragma once

#include <bit>

namespace cowork {

// A shared library that is loaded when something first needs it, and stays. For those that bring many others
// along: a command that asks no server should not wait for them.
class SharedLibrary {
  public:
    // As the linker names it, "libcurl.so.4"; throws std::runtime_error, with the remedy, when it is not
    // there.
    explicit SharedLibrary(const char* soname);

    // Throws std::runtime_error when the library has no such function.
    template <class Function>
    void find(Function*& function, const char* name) const {
        function = std::bit_cast<Function*>(symbol(name));
    }

  private:
    [[nodiscard]] void* symbol(const char* name) const;

    const char* soname_;
    void* handle_;  // never closed: functions of it may run as long as the process does
};

}  // namespace cowork
