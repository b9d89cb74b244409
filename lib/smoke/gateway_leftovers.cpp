#include "smoke/gateway_leftovers.hpp"

#include "rules/standalone_gateway.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace cowork::smoke {
namespace {

using namespace std::chrono_literals;
using Chosen = std::function<bool(std::string_view, std::chrono::seconds)>;

// A session of OpenCode that the gateway's records do not name is known by what the user wrote in it. Only so
// many of the newest are read: of the last hour, and of two days where there are no records.
constexpr std::size_t most_read = 40;
constexpr std::chrono::hours oldest_read{48};

bool gone(OpencodeEnd end) { return end == OpencodeEnd::done || end == OpencodeEnd::not_found; }

bool remove_from_opencode(OpencodeApi& opencode, const std::string& id, const Redactor& redactor,
                          Sweep& sweep) {
    if (gone(opencode.remove(id))) {
        ++sweep.removed;
        return true;
    }
    sweep.failed.push_back(redactor.text("the session {} of OpenCode could not be deleted", id));
    sweep.by_hand.push_back(opencode.remove_command(id));
    return false;
}

void sweep_records(Run& run, const Budget& budget, const Chosen& chosen, OpencodeApi& opencode,
                   Sweep& sweep) {
    const Records records = open_records(run, budget);
    sweep.records_read = records.absence == RecordsAbsence::none;
    if (!sweep.records_read) return;
    const auto sessions = marked_sessions(*records.session, budget);
    if (!sessions) {
        sweep.records_read = false;
        return;
    }
    for (const ChatSession& session : *sessions) {
        if (!chosen(session.chat_id, session.age)) continue;
        // As long as OpenCode has its session, this row is what leads a later run to it.
        if (!session.opencode_id.empty() &&
            !remove_from_opencode(opencode, session.opencode_id, run.context.redactor, sweep))
            continue;
        if (!remove_session(*records.session, session.id, budget)) {
            ++sweep.removed;
            continue;
        }
        sweep.failed.push_back(run.context.redactor.text(
            "the session of chat {} could not be deleted from the gateway's database", session.chat_id));
        sweep.by_hand.push_back(remove_command(mark_in(session.chat_id)));
    }
}

// The sessions that smoke made itself have the mark in their id; those that the gateway made for it, in what
// the user wrote.
void sweep_opencode(Run& run, const Chosen& chosen, OpencodeApi& opencode, Sweep& sweep) {
    const OpencodeSessions sessions = opencode.list();
    sweep.opencode_read = sessions.end == OpencodeEnd::done;
    std::size_t read = 0;
    for (const OpencodeSession& session : sessions.list) {
        bool ours = chosen(session.id, session.age) || chosen(session.title, session.age);
        const auto oldest = sweep.records_read ? longest_run : oldest_read;
        if (!ours && session.age <= oldest && read++ < most_read) {
            const auto marks = opencode.user_marks(session.id);
            ours = marks && std::any_of(marks->begin(), marks->end(),
                                        [&](const std::string& mark) { return chosen(mark, session.age); });
        }
        if (ours) (void)remove_from_opencode(opencode, session.id, run.context.redactor, sweep);
    }
}

}  // namespace

Sweep sweep(Run& run, const Budget& budget, const Chosen& chosen) {
    Sweep result;
    OpencodeApi opencode(run, budget);
    sweep_records(run, budget, chosen, opencode, result);
    sweep_opencode(run, chosen, opencode, result);
    return result;
}

Undo undo_of_chat(Run& run, const std::string& chat_id) {
    const Redactor& redactor = run.context.redactor;
    Undo undo;
    undo.what = redactor.text("what the gateway and OpenCode keep of chat {}", chat_id);
    undo.command = redactor.text("{}", remove_command(mark_in(chat_id)));
    undo.stays = redactor.text(
        "the gateway's audit trail keeps that chat {} was tried, until its retention removes it", chat_id);
    undo.remove = [&run, chat_id](const Budget& budget) -> std::optional<SafeText> {
        const std::string mark(mark_in(chat_id));
        const Sweep swept = sweep(
            run, budget, [&](std::string_view text, std::chrono::seconds) { return mark_in(text) == mark; });
        if (!swept.failed.empty()) return swept.failed.front();
        const rules::GatewayView view = rules::view_gateway(run.context.config);
        if (!swept.records_read && !view.memory_store)
            return "the gateway's database could not be asked"_safe;
        if (!swept.opencode_read) return "OpenCode could not be asked"_safe;
        return std::nullopt;
    };
    return undo;
}

}  // namespace cowork::smoke
