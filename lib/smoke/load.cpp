#include "smoke/load.hpp"

#include "core/pause.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <utility>

namespace cowork::smoke {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// The Cloud turns a source away after 600 requests in a minute.
constexpr double default_rate = 8;
constexpr std::chrono::seconds longest_wait{60};
constexpr int most_tries = 3;  // of one request that is answered with 429
constexpr std::size_t most_errors = 5;

struct Sample {
    const LoadOperation* operation = nullptr;
    int status = 0;
    bool ok = false;
    double milliseconds = 0;
    SafeText error;
};

// Nearest rank: the smallest of the values that at least so many percent of them do not exceed.
double percentile(const std::vector<double>& sorted, double percent) {
    if (sorted.empty()) return 0;
    const auto rank =
        static_cast<std::size_t>(std::ceil(percent / 100.0 * static_cast<double>(sorted.size())));
    return sorted[std::max<std::size_t>(rank, 1) - 1];
}

LoadSummary summary_of(const std::vector<const Sample*>& samples) {
    LoadSummary summary;
    std::vector<double> latencies;
    for (const Sample* sample : samples) {
        ++summary.count;
        ++summary.statuses[sample->status];
        latencies.push_back(sample->milliseconds);
        if (sample->ok) continue;
        ++summary.failures;
        if (summary.errors.size() < most_errors) summary.errors.push_back(sample->error);
    }
    std::sort(latencies.begin(), latencies.end());
    summary.p50 = percentile(latencies, 50);
    summary.p95 = percentile(latencies, 95);
    summary.p99 = percentile(latencies, 99);
    return summary;
}

std::chrono::seconds retry_after(const probes::HttpAnswer& answer) {
    const std::string text(answer.header("retry-after"));
    const long long seconds = std::strtoll(text.c_str(), nullptr, 10);
    return std::clamp<std::chrono::seconds>(std::chrono::seconds(seconds), 1s, longest_wait);
}

// The workers of one load check: they share what is still to be sent, the pace, and what came of it.
class Load {
  public:
    Load(Run& run, const std::vector<const LoadOperation*>& operations, const LoadWishes& wishes)
        : run_(run), interval_(std::chrono::duration_cast<Clock::duration>(1s / wishes.rate())) {
        // Round by round, so that a budget that ends early has some of each.
        for (std::size_t i = 0; i < wishes.repeat; ++i)
            todo_.insert(todo_.end(), operations.begin(), operations.end());
        for (const LoadOperation* operation : operations)
            if (auto target = load_target(operation->service, run))
                targets_.emplace(operation->service, std::move(*target));
        next_slot_ = Clock::now();
    }

    void work() {
        for (std::size_t index = 0; take(index);) {
            if (!wait_for_slot()) return;
            Sample sample = send(*todo_[index]);
            const std::lock_guard lock(mutex_);
            samples_.push_back(std::move(sample));
        }
    }

    [[nodiscard]] std::vector<Sample>& samples() { return samples_; }
    [[nodiscard]] std::size_t waits() const { return waits_; }

  private:
    bool take(std::size_t& index) {
        const std::lock_guard lock(mutex_);
        if (next_ == todo_.size() || run_.context.run.spent()) return false;
        index = next_++;
        return true;
    }

    // One request each interval over all workers; after a 429 none before the wait is over.
    bool wait_for_slot() {
        Clock::time_point slot;
        {
            const std::lock_guard lock(mutex_);
            slot = std::max(next_slot_, held_until_);
            next_slot_ = slot + interval_;
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(slot - Clock::now());
        return left <= 0ms ? !run_.context.run.spent() : pause_within(run_.context.run, left);
    }

    void hold(std::chrono::seconds duration) {
        const std::lock_guard lock(mutex_);
        held_until_ = std::max(held_until_, Clock::now() + duration);
        ++waits_;
    }

    Sample send(const LoadOperation& operation) {
        Sample sample{.operation = &operation, .error = {}};
        for (int tries = 1;; ++tries) {
            const auto answer = ask(operation);
            sample.status = answer.status;
            sample.milliseconds = std::chrono::duration<double, std::milli>(answer.timing.total).count();
            sample.ok = holds(operation, answer);
            if (!sample.ok) sample.error = error_of(answer);
            if (answer.status != 429 || tries == most_tries) return sample;
            hold(retry_after(answer));
            if (!wait_for_slot()) return sample;
        }
    }

    probes::HttpAnswer ask(const LoadOperation& operation) {
        const auto target = targets_.find(operation.service);
        if (target == targets_.end()) return {};
        probes::HttpCall call;
        call.url = target->second.base + std::string(operation.path);
        call.ca_file = run_.context.wishes.ca_file;
        if (operation.auth == LoadAuth::token) {
            call.bearer = &target->second.token;
            if (call.url.starts_with("http://")) call.addresses = net::AddressRule::private_only;
        }
        return run_.client.call_one(call, run_.context.probe());
    }

    static bool holds(const LoadOperation& operation, const probes::HttpAnswer& answer) {
        if (!answer.ok() || answer.status < 200 || answer.status > 299) return false;
        // Whoever answers everything with a page answers nothing.
        return operation.path == "/" || answer.media_type() != "text/html";
    }

    [[nodiscard]] SafeText error_of(const probes::HttpAnswer& answer) const {
        if (answer.ok()) return run_.context.redactor.text("status {}", answer.status);
        return run_.context.redactor.clean(answer.detail.empty() ? "not sent" : answer.detail);
    }

    Run& run_;
    Clock::duration interval_;
    std::vector<const LoadOperation*> todo_;
    std::map<LoadService, LoadTarget> targets_;
    std::mutex mutex_;
    std::size_t next_ = 0;  // guarded by mutex_, as all that follows
    Clock::time_point next_slot_, held_until_;
    std::vector<Sample> samples_;
    std::size_t waits_ = 0;
};

// The samples of the metrics that the product's gates read, added up over their labels.
void read_metrics(std::string_view text, std::map<std::string, double>& metrics) {
    constexpr std::array names{"open_cowork_cloud_command_queue_depth_estimate",
                               "open_cowork_cloud_command_oldest_age_ms",
                               "open_cowork_cloud_projection_lag_events",
                               "open_cowork_cloud_sse_connections",
                               "open_cowork_cloud_quota_rejections_total",
                               "open_cowork_cloud_worker_stale_owner_rejections_total",
                               "open_cowork_gateway_delivery_retries_total",
                               "open_cowork_gateway_delivery_dead_letters_total",
                               "open_cowork_gateway_stream_reconnects_total",
                               "open_cowork_gateway_session_streams"};
    while (!text.empty()) {
        const auto end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        const std::string_view name = line.substr(0, line.find_first_of(" {"));
        const auto space = line.rfind(' ');
        if (space != std::string_view::npos && std::find(names.begin(), names.end(), name) != names.end()) {
            const std::string number(line.substr(space + 1));
            char* stopped = nullptr;
            const double value = std::strtod(number.c_str(), &stopped);
            if (stopped != number.c_str() && std::isfinite(value)) metrics[std::string(name)] += value;
        }
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
}

std::map<std::string, double> collect_metrics(Run& run, const std::vector<const LoadOperation*>& operations) {
    std::map<std::string, double> metrics;
    std::map<LoadService, std::string_view> paths;
    for (const LoadOperation* operation : operations)
        paths[operation->service] = operation->service == LoadService::cloud ? "/api/metrics" : "/metrics";
    for (const auto& [service, path] : paths) {
        const auto target = load_target(service, run);
        if (!target || target->token.empty()) continue;
        probes::HttpCall call;
        call.url = target->base + std::string(path);
        call.bearer = &target->token;
        call.ca_file = run.context.wishes.ca_file;
        if (call.url.starts_with("http://")) call.addresses = net::AddressRule::private_only;
        const auto answer = run.client.call_one(call, run.context.probe());
        if (answer.ok() && answer.status == 200) read_metrics(answer.body, metrics);
    }
    return metrics;
}

void summarise(const std::vector<Sample>& samples, const std::vector<const LoadOperation*>& operations,
               LoadResult& result) {
    std::map<const LoadOperation*, std::vector<const Sample*>> by_operation;
    std::map<LoadCategory, std::vector<const Sample*>> by_category;
    std::vector<const Sample*> all;
    for (const Sample& sample : samples) {
        by_operation[sample.operation].push_back(&sample);
        by_category[sample.operation->category].push_back(&sample);
        all.push_back(&sample);
    }
    for (const LoadOperation* operation : operations)
        result.operations.emplace_back(operation, summary_of(by_operation[operation]));
    for (const auto& [category, of_category] : by_category)
        result.categories.emplace(category, summary_of(of_category));
    result.overall = summary_of(all);
}

}  // namespace

double LoadWishes::rate() const { return profile != nullptr ? profile->requests_per_second : default_rate; }

double LoadSummary::error_rate() const {
    return count == 0 ? 0 : static_cast<double>(failures) / static_cast<double>(count);
}

std::chrono::milliseconds LoadResult::duration() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(finished - started);
}

LoadResult run_load(Run& run, const std::vector<const LoadOperation*>& operations, const LoadWishes& wishes) {
    LoadResult result;
    result.metrics_before = collect_metrics(run, operations);
    result.started = std::chrono::system_clock::now();
    Load load(run, operations, wishes);
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < wishes.concurrency; ++i) workers.emplace_back([&load] { load.work(); });
    workers.clear();
    result.finished = std::chrono::system_clock::now();
    result.metrics_after = collect_metrics(run, operations);
    result.waits = load.waits();
    summarise(load.samples(), operations, result);
    return result;
}

}  // namespace cowork::smoke
