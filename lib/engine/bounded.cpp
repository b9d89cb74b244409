#include "engine/bounded.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace cowork::engine {
namespace {

struct Desk {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::optional<Ended> ended;
    std::function<void()> work;
};

Ended guarded(const std::function<void()>& work) {
    try {
        work();
        return Ended::done;
    } catch (...) {
        return Ended::failed;
    }
}

}  // namespace

Ended run_bounded(const Budget& budget, std::function<void()> work) {
    const auto desk = std::make_shared<Desk>();
    desk->work = std::move(work);
    std::thread worker([desk] {
        const Ended ended = guarded(desk->work);
        const std::lock_guard lock(desk->mutex);
        desk->ended = ended;
        desk->changed.notify_all();
    });
    std::unique_lock lock(desk->mutex);
    const auto is_over = [&] { return desk->ended.has_value(); };
    (void)desk->changed.wait_until(lock, budget.stop(), budget.deadline(), is_over);
    (void)desk->changed.wait_for(lock, grace, is_over);
    const std::optional<Ended> ended = desk->ended;
    lock.unlock();
    if (ended) {
        worker.join();
    } else {
        worker.detach();
    }
    return ended.value_or(Ended::straggling);
}

}  // namespace cowork::engine
