#include "support/httplib_config.hpp"
#include "support/smoke_gateway_parts.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <stdexcept>
#include <utility>

// What becomes of a message that was let in.
namespace cowork::test::smoke_gateway {
namespace {

constexpr long long stale_by = 900;  // seconds

std::string sha256_digits(const std::string& text, std::size_t count) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest.at(i));
    return hex.substr(0, count);
}

std::string prompt_id(const std::string& admission_id) {
    return "msg_" + sha256_digits(std::string("open-cowork-standalone-prompt") + '\0' + admission_id, 24);
}

httplib::Client client_of(const Gateway& gateway, const std::string& origin) {
    httplib::Client client(origin);
    client.set_read_timeout(gateway.options.execution_timeout);
    return client;
}

Json answer_of(const httplib::Result& result) {
    if (!result || result->status != 200) throw std::runtime_error("OpenCode SDK session failed");
    Json document = Json::parse(result->body, nullptr, false);
    if (!document.is_object() || !document.contains("data"))
        throw std::runtime_error("OpenCode answers oddly");
    return document["data"];
}

// Reads an event stream up to the end of a step that calls no tool.
class Transcript {
  public:
    std::vector<std::string> texts;
    std::string failure;
    bool ended = false;

    // False when nothing more is wanted.
    bool take(std::string_view bytes) {
        buffer_ += bytes;
        for (auto end = buffer_.find('\n'); end != std::string::npos && !ended; end = buffer_.find('\n')) {
            const std::string line = buffer_.substr(0, end);
            buffer_.erase(0, end + 1);
            if (line.starts_with("data: ")) event(Json::parse(line.substr(6), nullptr, false));
        }
        return !ended;
    }

  private:
    void event(const Json& event) {
        if (!event.is_object()) return;
        const std::string type = event.value("type", "");
        const Json data = event.value("data", Json::object());
        if (type == "session.next.text.ended" && !data.value("text", "").empty())
            texts.push_back(data.value("text", ""));
        if (type == "session.next.step.failed" || type == "session.error")
            failure = data.value("error", Json::object()).value("message", "OpenCode failed");
        ended = !failure.empty() ||
                (type == "session.next.step.ended" && data.value("finish", "") != "tool-calls");
    }

    std::string buffer_;
};

std::string merged(const std::vector<std::string>& texts) {
    std::string text;
    for (const std::string& one : texts) {
        if (text.find(one) != std::string::npos) continue;
        if (one.starts_with(text)) {
            text = one;
        } else {
            text.append("\n\n").append(one);
        }
    }
    return text;
}

void deny(Gateway& gateway, const Message& message, const std::optional<Identity>& identity) {
    if (gateway.faulty("denial-not-audited")) return;
    const char* const reason = !identity                      ? "identity_not_found"
                               : identity->status != "active" ? "identity_disabled"
                                                              : "role_not_allowed";
    gateway.store->audit({"standalone.prompt.denied",
                          message.user_id,
                          {{"provider", gateway.options.provider}, {"reason", reason}}});
}

// One prompt of one session, from the user's message to the reply.
class Prompt {
  public:
    Prompt(Gateway& gateway, const Message& message)
        : gateway_(gateway),
          message_(message),
          store_(gateway.faulty("session-not-stored") ? gateway.scratch : *gateway.store) {}

    void run() {
        const std::string& provider = gateway_.options.provider;
        session_ = store_.find_or_create({provider, message_.workspace, message_.chat_id,
                                          message_.thread_id.empty() ? message_.chat_id : message_.thread_id,
                                          message_.user_id, message_.text});
        store_.append(session_.id, "user.message",
                      {{"text", message_.text}, {"providerMessageId", message_.event_id}});
        try {
            execute();
        } catch (const std::exception& problem) {
            store_.append(session_.id, "session.error", {{"message", problem.what()}});
            store_.update(session_.id, session_.opencode_id, "failed");
            audit("standalone.prompt.failed", problem.what());
            throw;
        }
    }

  private:
    void execute() {
        if (session_.opencode_id.empty()) {
            session_.opencode_id = make_opencode_session(gateway_);
            store_.update(session_.id, session_.opencode_id, "running");
        }
        const int times = count_handling();
        const bool anew = times > 1 && gateway_.faulty("duplicate-executed");
        const auto texts =
            ask_opencode(gateway_, session_.opencode_id,
                         fmt::format("standalone:channel:{}:{}:{}{}", gateway_.options.provider,
                                     message_.workspace, message_.event_id, anew ? "+" : ""),
                         message_.text);
        for (const std::string& text : texts)
            if (!gateway_.faulty("answer-not-stored"))
                store_.append(session_.id, "assistant.message", {{"text", text}},
                              gateway_.faulty("sequence-gap") ? 1 : 0);
        store_.update(session_.id, session_.opencode_id, "idle");
        reply(merged(texts), times);
        audit("standalone.prompt", {});
    }

    void reply(const std::string& text, int times) {
        if (text.empty() || gateway_.faulty("delivery-dropped")) return;
        std::string id = fmt::format("standalone:{}:{}:reply", session_.id, message_.event_id);
        if (times > 1 && gateway_.faulty("duplicate-delivered-anew")) id += ":again";
        gateway_.count("outbound attempt");
        try {
            deliver(gateway_, message_, id, text);
            gateway_.count("outbound success");
        } catch (const std::exception& problem) {
            gateway_.count("outbound error");
            audit("standalone.reply.failed", problem.what());
        }
    }

    void audit(const char* action, const std::string& error) {
        Json metadata{{"provider", gateway_.options.provider}, {"sessionId", session_.id}};
        if (!error.empty()) metadata["error"] = error;
        gateway_.store->audit({action, message_.user_id, metadata});
    }

    int count_handling() {
        const std::lock_guard lock(gateway_.mutex);
        return ++gateway_.handled[message_.event_id];
    }

    Gateway& gateway_;
    const Message& message_;
    Store& store_;
    Session session_;
};

void handle_in_turn(Gateway& gateway, const Message& message) {
    const auto identity =
        gateway.store->identity(gateway.options.provider, message.workspace, message.user_id);
    const bool executed = !identity && gateway.faulty("unknown-user-executed");
    if (!executed && (!identity || !identity->may_prompt())) return deny(gateway, message, identity);
    if (gateway.faulty("prompt-dropped")) return;
    {
        const std::lock_guard lock(gateway.mutex);
        if (gateway.handled.count(message.event_id) > 0 && gateway.faulty("duplicate-refused"))
            throw std::runtime_error("seen before");
    }
    Prompt(gateway, message).run();
}

}  // namespace

void handle(Gateway& gateway, const Message& message) {
    gateway.count("inbound attempt");
    if (message.text.empty()) return gateway.count("inbound ignored");
    std::mutex* conversation = nullptr;
    {
        const std::lock_guard lock(gateway.mutex);
        conversation =
            &gateway.conversation[message.workspace + '\0' + message.chat_id + '\0' + message.thread_id];
    }
    const std::lock_guard lock(*conversation);
    try {
        handle_in_turn(gateway, message);
    } catch (...) {
        gateway.count("inbound error");
        throw;
    }
    gateway.count("inbound success");
}

std::string make_opencode_session(const Gateway& gateway) {
    auto client = client_of(gateway, gateway.options.opencode_url);
    const Json body{{"location", {{"directory", gateway.options.runtime_root}}}};
    const Json made = answer_of(client.Post("/api/session", body.dump(), "application/json"));
    std::string id = made.value("id", "");
    if (id.empty()) throw std::runtime_error("OpenCode returned a session without an id.");
    return id;
}

// Beside this the product reads /api/event, for what an agent asks its user.
std::vector<std::string> ask_opencode(const Gateway& gateway, const std::string& session_id,
                                      const std::string& admission_id, const std::string& text) {
    auto client = client_of(gateway, gateway.options.opencode_url);
    const std::string path = "/api/session/" + session_id;
    const Json body{{"id", prompt_id(admission_id)},
                    {"prompt", {{"text", text}}},
                    {"delivery", "queue"},
                    {"resume", true}};
    const Json admitted = answer_of(client.Post(path + "/prompt", body.dump(), "application/json"));
    const long long sequence = admitted.value("admittedSeq", 0LL);
    Transcript transcript;
    // Ending the reading early is reported as an error.
    (void)client.Get(path + "/event" + (sequence > 0 ? fmt::format("?after={}", sequence - 1) : ""),
                     [&](const char* data, std::size_t size) {
                         return transcript.take({data, size});
                     });
    if (!transcript.failure.empty()) throw std::runtime_error(transcript.failure);
    if (!transcript.ended)
        throw std::runtime_error("OpenCode event stream ended before the session completed.");
    return transcript.texts;
}

void deliver(const Gateway& gateway, const Message& message, const std::string& delivery_id,
             const std::string& text) {
    const std::string& url = gateway.options.delivery_url;
    const auto slash = url.find('/', url.find("://") + 3);
    const std::string chat = gateway.faulty("delivery-other-chat") ? "another-chat" : message.chat_id;
    const std::string& provider = gateway.options.provider;
    const Json body{{"deliveryId", delivery_id},
                    {"idempotencyKey", delivery_id},
                    {"provider", provider},
                    {"providerInstanceId", provider},
                    {"providerKind", "webhook"},
                    {"type", "text"},
                    {"target",
                     {{"provider", provider},
                      {"providerKind", "webhook"},
                      {"chatId", chat},
                      {"isDirect", false},
                      {"threadId", message.thread_id.empty() ? Json(nullptr) : Json(message.thread_id)},
                      {"userId", message.user_id},
                      {"messageId", nullptr}}},
                    {"text", text},
                    {"options", {{"deliveryId", delivery_id}}}};
    const std::string bytes = body.dump();
    const std::string timestamp =
        std::to_string(unix_seconds() - (gateway.faulty("delivery-stale") ? stale_by : 0));
    const std::string secret =
        gateway.faulty("delivery-other-secret") ? "another secret" : gateway.options.webhook_secret;
    httplib::Headers headers;
    if (!gateway.faulty("delivery-without-id"))
        headers.emplace("x-open-cowork-gateway-delivery-id",
                        delivery_id + (gateway.faulty("delivery-other-id") ? ":other" : ""));
    if (!gateway.faulty("delivery-unsigned")) {
        headers.emplace("x-open-cowork-gateway-webhook-timestamp", timestamp);
        headers.emplace("x-open-cowork-gateway-webhook-signature", sign(secret, timestamp, bytes));
    }
    auto client = client_of(gateway, url.substr(0, slash));
    const auto answer =
        client.Post(slash == std::string::npos ? "/" : url.substr(slash), headers, bytes, "application/json");
    if (!answer || answer->status < 200 || answer->status >= 300)
        throw std::runtime_error("the delivery was not taken");
}

}  // namespace cowork::test::smoke_gateway
