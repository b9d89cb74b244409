# Flags that every target of the project shares: warnings are errors, release is hardened.
find_program(COWORK_CCACHE ccache)
if(COWORK_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${COWORK_CCACHE}")
endif()

add_library(cowork_options INTERFACE)
target_include_directories(cowork_options INTERFACE "${CMAKE_SOURCE_DIR}/lib" "${CMAKE_SOURCE_DIR}/apps")
target_compile_options(cowork_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wnull-dereference -Wswitch-enum -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(cowork_options INTERFACE -Wduplicated-cond -Wlogical-op -Wuseless-cast)
  # g++ 12 reports these two on correct standard-library code once it optimises.
  target_compile_options(cowork_options INTERFACE -Wno-null-dereference -Wno-restrict)
endif()

# -O2 rather than CMake's -O3: the program waits for answers, and -O3 only makes the build slower.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(cowork_options INTERFACE
    -fstack-protector-strong -fstack-clash-protection -fcf-protection)
  target_compile_definitions(cowork_options INTERFACE _FORTIFY_SOURCE=2 _GLIBCXX_ASSERTIONS)
  target_link_options(cowork_options INTERFACE -Wl,-z,relro,-z,now -Wl,-z,noexecstack -Wl,--as-needed)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(COWORK_SANITIZE)
  target_compile_options(cowork_options INTERFACE -fsanitize=${COWORK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(cowork_options INTERFACE -fsanitize=${COWORK_SANITIZE})
endif()
if(COWORK_FUZZ)
  # As libFuzzer's authors advise: little to compile, and still a line for each frame.
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -gline-tables-only -DNDEBUG")
  target_compile_options(cowork_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
