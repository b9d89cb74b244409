# Every library the product links, all from Debian 12. docs/dependencies.md says what each is for.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(pugixml REQUIRED)
find_library(COWORK_LIBYAML yaml REQUIRED)
find_library(COWORK_URIPARSER uriparser REQUIRED)
find_path(COWORK_MICROHTTPD_INCLUDE microhttpd.h REQUIRED)
find_path(COWORK_EXPECTED_INCLUDE tl/expected.hpp REQUIRED)

# Loaded when first needed (lib/core/shared_library.hpp), so that only the headers are wanted here.
add_library(cowork_loaded INTERFACE)
target_include_directories(cowork_loaded SYSTEM INTERFACE ${CURL_INCLUDE_DIRS} ${PostgreSQL_INCLUDE_DIRS}
  ${COWORK_MICROHTTPD_INCLUDE})
target_link_libraries(cowork_loaded INTERFACE ${CMAKE_DL_LIBS})
