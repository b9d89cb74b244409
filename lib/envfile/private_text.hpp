#pragma once

#include "secrets/secret.hpp"

#include <string>
#include <string_view>

namespace cowork::envfile {

// Text with secrets in it while it is put together. Its capacity is fixed at the start, so that no
// reallocation leaves a copy behind, and its bytes are cleansed at the end.
class PrivateText {
  public:
    explicit PrivateText(std::size_t capacity) { bytes_.reserve(capacity); }
    // Takes over text that was read into a string.
    explicit PrivateText(std::string&& bytes) : bytes_(std::move(bytes)) {}
    PrivateText(const PrivateText&) = delete;
    PrivateText& operator=(const PrivateText&) = delete;
    ~PrivateText() { cleanse(bytes_); }

    PrivateText& append(std::string_view text) {
        bytes_.append(text);
        return *this;
    }
    PrivateText& append(char c) {
        bytes_.push_back(c);
        return *this;
    }
    [[nodiscard]] std::string_view view() const { return bytes_; }
    [[nodiscard]] Secret to_secret() const { return Secret(bytes_); }

  private:
    std::string bytes_;
};

}  // namespace cowork::envfile
