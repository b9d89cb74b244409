#include "support/smoke_gateway_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <random>
#include <stdexcept>

namespace cowork::test::smoke_gateway {
namespace {

constexpr std::size_t snapshot_limit = 50;

long long unix_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

int in_snapshot(std::size_t count) { return static_cast<int>(std::min(count, snapshot_limit)); }

}  // namespace

std::string unique_id() {
    static const unsigned start = std::random_device{}();
    static std::atomic<unsigned> made{0};
    return fmt::format("{:08x}-0000-4000-8000-{:012x}", start, ++made);
}

MemoryStore::MemoryStore(const std::vector<SmokeGatewayOptions::Identity>& identities) {
    for (const auto& one : identities) identities_[one.user] = {unique_id(), one.role, one.status};
}

std::optional<Identity> MemoryStore::identity(const std::string&, const std::string& workspace,
                                              const std::string& user) {
    const std::lock_guard lock(mutex_);
    const auto found = identities_.find(user);
    if (found == identities_.end() || !workspace.empty()) return std::nullopt;
    return found->second;
}

Session MemoryStore::find_or_create(const NewSession& asked) {
    const std::lock_guard lock(mutex_);
    for (const Row& row : rows_)
        if (row.asked.provider == asked.provider && row.asked.workspace == asked.workspace &&
            row.asked.chat_id == asked.chat_id && row.asked.thread_id == asked.thread_id)
            return {row.id, row.opencode_id};
    Row row;
    row.asked = asked;
    row.id = unique_id();
    row.created = unix_ms();
    row.events.push_back(
        {++row.last_sequence, "session.created", {{"title", asked.text.substr(0, 80)}}, row.created});
    rows_.push_back(row);
    return {row.id, {}};
}

MemoryStore::Row* MemoryStore::find(const std::string& session_id) {
    const auto found =
        std::find_if(rows_.begin(), rows_.end(), [&](const Row& row) { return row.id == session_id; });
    if (found == rows_.end()) throw std::runtime_error("Unknown standalone gateway session");
    return &*found;
}

void MemoryStore::update(const std::string& session_id, const std::string& opencode_id,
                         const std::string& status) {
    const std::lock_guard lock(mutex_);
    Row& row = *find(session_id);
    if (row.opencode_id.empty()) row.opencode_id = opencode_id;
    row.status = status;
}

void MemoryStore::append(const std::string& session_id, const std::string& type, const Json& payload,
                         int skip) {
    const std::lock_guard lock(mutex_);
    Row& row = *find(session_id);
    row.last_sequence += 1 + skip;
    row.events.push_back({row.last_sequence, type, payload, unix_ms()});
}

void MemoryStore::audit(const Audit& entry) {
    const std::lock_guard lock(mutex_);
    audits_.push_back(entry);
}

Counts MemoryStore::counts() {
    const std::lock_guard lock(mutex_);
    return {in_snapshot(rows_.size()), 0, in_snapshot(audits_.size())};
}

std::vector<Audit> MemoryStore::newest_audits() {
    const std::lock_guard lock(mutex_);
    std::vector<Audit> newest(audits_.rbegin(), audits_.rend());
    newest.resize(std::min(newest.size(), snapshot_limit));
    return newest;
}

std::string MemoryStore::state() {
    const std::lock_guard lock(mutex_);
    std::string text;
    for (const Row& row : rows_) {
        text += fmt::format("session {} {} {} {} {} {}\n", row.id, row.opencode_id, row.status,
                            row.asked.chat_id, row.asked.thread_id, row.asked.user_id);
        for (const Row::Event& event : row.events)
            text += fmt::format("event {} {} {} {}\n", row.id, event.sequence, event.type,
                                event.payload.dump(-1, ' ', false, Json::error_handler_t::replace));
    }
    return text;
}

std::vector<MemoryStore::Row> MemoryStore::rows() const {
    const std::lock_guard lock(mutex_);
    return rows_;
}

std::vector<Audit> MemoryStore::all_audits() const {
    const std::lock_guard lock(mutex_);
    return audits_;
}

void MemoryStore::remove(const std::string& session_id) {
    const std::lock_guard lock(mutex_);
    std::erase_if(rows_, [&](const Row& row) { return row.id == session_id; });
}

}  // namespace cowork::test::smoke_gateway
