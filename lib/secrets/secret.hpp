#pragma once

#include <fmt/core.h>

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace cowork {

// A value that must not reach any output. Move-only; its bytes live in one heap block that is cleansed
// on destruction (OPENSSL_cleanse), never in a small-string buffer that a move would leave behind.
// Formatting, streaming and serialising one do not compile. Use reveal() only at the edge that needs it:
// a request header, a database password, the private file being written.
class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string_view bytes);
    Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    [[nodiscard]] std::string_view reveal() const { return {bytes_.get(), size_}; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    // A deliberate second copy, for the few places that must own one.
    [[nodiscard]] Secret clone() const { return Secret(reveal()); }

  private:
    void cleanse() noexcept;

    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
};

// Cleanses the bytes of a string that held a secret for a moment, and empties it.
void cleanse(std::string& text) noexcept;

std::ostream& operator<<(std::ostream&, const Secret&) = delete;
template <typename Json>
void to_json(Json&, const Secret&) = delete;

}  // namespace cowork

template <>
struct fmt::formatter<cowork::Secret> {
    formatter() = delete;
};
