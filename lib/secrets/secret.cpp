#include "secrets/secret.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <string>

namespace cowork {

Secret::Secret(std::string_view bytes)
    : bytes_(bytes.empty() ? nullptr : std::make_unique<char[]>(bytes.size())), size_(bytes.size()) {
    std::copy(bytes.begin(), bytes.end(), bytes_.get());
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        cleanse();
        bytes_ = std::move(other.bytes_);
        size_ = std::exchange(other.size_, 0);
    }
    return *this;
}

Secret::~Secret() { cleanse(); }

void Secret::cleanse() noexcept {
    if (bytes_) OPENSSL_cleanse(bytes_.get(), size_);
}

void cleanse(std::string& text) noexcept {
    if (text.empty()) return;
    OPENSSL_cleanse(text.data(), text.size());
    text.clear();
}

}  // namespace cowork
