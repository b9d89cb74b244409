#pragma once

#include "checks/layers.hpp"
#include "probes/http_client.hpp"
#include "smoke/run.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::smoke {

// OpenCode's sessions, as its server tells of them (contract/standalone-gateway.md section 7; the paths of
// sessions were tried on 1.18.3). It answers an unknown path with its web page and status 200, so an answer
// counts by its shape.
struct OpencodePlace {
    std::string origin;     // empty when it may not be asked
    std::string directory;  // the runtime root
    SafeText where;
};
[[nodiscard]] OpencodePlace opencode_place(const Run& run);

struct OpencodeSession {
    std::string id, title;
    std::chrono::seconds age{};
};

// What became of a request.
enum class OpencodeEnd { done, not_found, no_answer, locked, odd };

struct OpencodeSessions {
    OpencodeEnd end = OpencodeEnd::odd;
    std::vector<OpencodeSession> list;
};

class OpencodeApi {
  public:
    OpencodeApi(Run& run, Budget budget);

    [[nodiscard]] const OpencodePlace& place() const { return place_; }
    // Asks for a session of that id in the runtime root, the way in which the gateway does. The server keeps
    // an id that begins with `ses`.
    [[nodiscard]] OpencodeEnd create(const std::string& id);
    [[nodiscard]] OpencodeEnd find(const std::string& id);
    // Stops what the session is doing, deletes it, and looks whether it is gone.
    [[nodiscard]] OpencodeEnd remove(const std::string& id);
    // Of the runtime root, newest first.
    [[nodiscard]] OpencodeSessions list();
    // The mark of each message of the user in that session; nothing without an answer. One without a mark is
    // left out.
    [[nodiscard]] std::optional<std::vector<std::string>> user_marks(const std::string& id);
    // The last answer that came to nothing.
    [[nodiscard]] const probes::HttpAnswer& answer() const { return answer_; }

    // What deletes it by hand.
    [[nodiscard]] std::string remove_command(std::string_view id) const;

  private:
    [[nodiscard]] OpencodeEnd ask(std::string_view method, const std::string& path, std::string body = {});
    [[nodiscard]] std::string in_directory(const std::string& path) const;

    Run& run_;
    Budget budget_;
    OpencodePlace place_;
    probes::HttpAnswer answer_;
};

}  // namespace cowork::smoke
