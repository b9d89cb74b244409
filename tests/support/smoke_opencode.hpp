#pragma once

#include "support/fake_opencode.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::test {

// OpenCode's sessions, beside what FakeOpencode answers: a model that says "mock reply" at once. What smoke
// and the gateway rest on, each tried on 1.18.3 (tests/live/test_smoke_opencode_agrees.cpp):
//
//  - POST /api/session {location: {directory}} makes one: 200 {data: {id, projectID, cost, tokens, time,
//    title, location, subpath}}. It takes an `id` that begins with `ses`, else 400; the same id again answers
//    the session as it is. The directory need not exist. The title is "New session - TIME" and a prompt of
//    the newer API leaves it so.
//  - POST /api/session/ID/prompt {id: "msg_…", prompt: {text}, delivery, resume}: 200 {data: {admittedSeq,
//    id, sessionID, prompt, delivery, timeCreated}}. It is answered before anything runs. The same id and
//    text again: the same answer, nothing runs; the same id with another text: 409 ConflictError.
//  - GET /api/session/ID/event?after=SEQ streams the events behind that number, then what comes, for ever:
//    session.next.prompt.admitted, .prompted, .step.started, .text.started, .text.ended {text},
//    .step.ended {finish}. Lines of `data:` only, no id.
//  - GET /api/session/ID/message: {data, cursor}, newest first, the user's as {id, time, text, type: "user"},
//    the model's as {type: "assistant", content: [{type: "text", text}], …}.
//  - The older GET /session/ID/message answers [] for such a session, whatever was prompted.
//  - GET /session?directory=DIR: an array with that directory's sessions {id, directory, title, time}, newest
//    first, 100 of them unless limit= says more; GET /api/session?directory=DIR the same as {data, cursor},
//    50 of them. (The older list without directory is that of the server's project.)
//  - DELETE /session/ID: `true`, and again 404 {name: "NotFoundError"}; its directory is not compared. Then
//    GET /session/ID is 404 likewise, and GET /api/session/ID 404 {_tag: "SessionNotFoundError"}.
//    DELETE /api/session/ID does not exist: that is the web page.
//  - POST /session/ID/abort answers `true` for anything; POST /api/session/ID/interrupt 204.
struct SmokeOpencodeOptions {
    // In which ways it misbehaves: see known_faults().
    std::set<std::string> faults{};
    FakeOpencodeOptions server{};  // its `more` is taken
};

class SmokeOpencode {
  public:
    // Throws std::invalid_argument for a fault that is not known.
    explicit SmokeOpencode(SmokeOpencodeOptions options = {});
    SmokeOpencode(const SmokeOpencode&) = delete;
    SmokeOpencode& operator=(const SmokeOpencode&) = delete;
    ~SmokeOpencode();

    // Every way to misbehave, each of which exactly one thing is wrong with.
    [[nodiscard]] static const std::set<std::string_view>& known_faults();

    [[nodiscard]] std::string url(const std::string& path = {}) const;
    [[nodiscard]] std::vector<RecordedRequest> requests() const;
    // All sessions with their messages, one a line.
    [[nodiscard]] std::string state() const;

  private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace cowork::test
