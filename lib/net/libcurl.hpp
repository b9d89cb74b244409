#pragma once

#include <curl/curl.h>

namespace cowork::net {

// libcurl's functions, each as <curl/curl.h> has it, without the prefix curl_. With the thirty libraries that
// libcurl needs, loading it takes longer than judging a file.
struct LibCurl {
    decltype(&::curl_free) free{};
    decltype(&::curl_getdate) getdate{};
    decltype(&::curl_global_init_mem) global_init_mem{};

    decltype(&::curl_url) url{};
    decltype(&::curl_url_cleanup) url_cleanup{};
    decltype(&::curl_url_get) url_get{};
    decltype(&::curl_url_set) url_set{};

    decltype(&::curl_easy_cleanup) easy_cleanup{};
    decltype(&::curl_easy_escape) easy_escape{};
    decltype(&::curl_easy_getinfo) easy_getinfo{};
    decltype(&::curl_easy_init) easy_init{};
    decltype(&::curl_easy_pause) easy_pause{};
    decltype(&::curl_easy_setopt) easy_setopt{};
    decltype(&::curl_easy_strerror) easy_strerror{};

    decltype(&::curl_multi_add_handle) multi_add_handle{};
    decltype(&::curl_multi_cleanup) multi_cleanup{};
    decltype(&::curl_multi_info_read) multi_info_read{};
    decltype(&::curl_multi_init) multi_init{};
    decltype(&::curl_multi_perform) multi_perform{};
    decltype(&::curl_multi_poll) multi_poll{};
    decltype(&::curl_multi_remove_handle) multi_remove_handle{};
    decltype(&::curl_multi_wakeup) multi_wakeup{};
};

// Loads libcurl when first called, from any thread; throws std::runtime_error when this system has none.
[[nodiscard]] const LibCurl& libcurl();

}  // namespace cowork::net
