#pragma once

#include "checks/context.hpp"

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace cowork::test {

// Answers of a JSON API, of a web page, of a failure.
inline probes::HttpAnswer json_answer(std::string body, int status = 200) {
    probes::HttpAnswer answer;
    answer.status = status;
    answer.headers = {{"content-type", "application/json; charset=utf-8"}};
    answer.body = std::move(body);
    answer.remote_address = "127.0.0.1";
    return answer;
}
inline probes::HttpAnswer text_answer(std::string body, const std::string& type, int status = 200) {
    probes::HttpAnswer answer = json_answer(std::move(body), status);
    answer.headers = {{"content-type", type}};
    return answer;
}
inline probes::HttpAnswer failed_answer(probes::HttpFailure failure, std::string detail = {}) {
    probes::HttpAnswer answer;
    answer.failure = failure;
    answer.detail = std::move(detail);
    return answer;
}

// What a fake was asked; the credential in clear, to compare with.
struct AskedRequest {
    std::string url, path, bearer, basic;
    net::AddressRule addresses = net::AddressRule::not_forbidden;
};

// Answers by one function; nobody listens where it is not set.
class FakeHttp : public probes::HttpProbe {
  public:
    std::function<probes::HttpAnswer(const AskedRequest&)> answer;

    std::vector<probes::HttpAnswer> fetch(std::span<const probes::HttpRequest> requests,
                                          const Budget&) override {
        const std::lock_guard lock(mutex_);
        std::vector<probes::HttpAnswer> answers;
        for (const probes::HttpRequest& request : requests) {
            AskedRequest one;
            one.url = request.url;
            const auto host = request.url.find("://") + 3;
            const auto slash = request.url.find('/', host);
            one.path = slash == std::string::npos ? "/" : request.url.substr(slash);
            if (request.bearer != nullptr) one.bearer = request.bearer->reveal();
            if (request.basic_password != nullptr)
                one.basic = request.basic_user + ":" + std::string(request.basic_password->reveal());
            one.addresses = request.addresses;
            asked_.push_back(one);
            answers.push_back(answer ? answer(one) : failed_answer(probes::HttpFailure::refused));
        }
        return answers;
    }
    [[nodiscard]] std::vector<AskedRequest> asked() const {
        const std::lock_guard lock(mutex_);
        return asked_;
    }

  private:
    mutable std::mutex mutex_;
    std::vector<AskedRequest> asked_;
};

// Query results in the order in which they are asked for.
class FakePostgres : public probes::PostgresProbe {
  public:
    using Rows = probes::PostgresResult<std::vector<probes::PostgresRow>>;
    std::optional<probes::PostgresFailure> connect_failure;
    std::vector<Rows> results;
    int version = 150018;
    bool over_tls = false;
    std::vector<probes::PostgresTls> asked_tls;

    probes::PostgresResult<std::unique_ptr<probes::PostgresSession>> connect(
        const probes::PostgresTarget& target, const Budget&) override {
        asked_tls.push_back(target.tls);
        if (connect_failure) return tl::unexpected(*connect_failure);
        return std::make_unique<Session>(*this);
    }

  private:
    class Session : public probes::PostgresSession {
      public:
        explicit Session(const FakePostgres& fake) : fake_(fake) {}
        Rows query(const std::string&, const std::vector<std::string>&, const Budget&) override {
            if (next_ >= fake_.results.size())
                return tl::unexpected(
                    probes::PostgresFailure{probes::PostgresLayer::query, "XX000", "not told"});
            return fake_.results[next_++];
        }
        [[nodiscard]] int server_version() const override { return fake_.version; }
        [[nodiscard]] bool tls() const override { return fake_.over_tls; }
        [[nodiscard]] std::chrono::microseconds connect_time() const override { return {}; }

      private:
        const FakePostgres& fake_;
        std::size_t next_ = 0;
    };
};

// Files by path; what is not listed is not there.
class FakeFiles : public probes::FileProbe {
  public:
    std::map<std::string, probes::FileFacts> files;
    std::map<std::string, ErrorCode> errors;
    std::map<std::string, std::string> contents;  // of regular files
    std::vector<probes::ProcessFacts> running;
    bool writable = true;
    unsigned long long free = 1ULL << 40;
    std::vector<probes::ListeningSocket> sockets;
    uid_t user = 1000;

    Result<probes::FileFacts> facts(const std::string& path) override {
        if (const auto error = errors.find(path); error != errors.end())
            return fail(error->second, "made up");
        const auto found = files.find(path);
        if (found == files.end()) return fail(ErrorCode::not_found, "not there");
        return found->second;
    }
    Result<probes::FileFacts> target_facts(const std::string& path) override { return facts(path); }
    Result<std::string> read(const std::string& path, std::size_t limit, probes::Links) override {
        if (const auto error = errors.find(path); error != errors.end())
            return fail(error->second, "made up");
        const auto found = contents.find(path);
        if (found == contents.end()) return fail(ErrorCode::not_found, "not there");
        if (found->second.size() > limit) return fail(ErrorCode::invalid, "too large");
        return found->second;
    }
    // What lies below the path, as far as it is a file of this fake.
    Result<std::vector<std::string>> list(const std::string& path) override {
        if (const auto error = errors.find(path); error != errors.end())
            return fail(error->second, "made up");
        std::set<std::string> names;
        const auto add = [&](const std::string& file) {
            if (file.starts_with(path + "/"))
                names.insert(file.substr(path.size() + 1, file.find('/', path.size() + 1) - path.size() - 1));
        };
        for (const auto& each : files) add(each.first);
        for (const auto& each : contents) add(each.first);
        if (names.empty() && !files.contains(path)) return fail(ErrorCode::not_found, "not there");
        return std::vector<std::string>(names.begin(), names.end());
    }
    Result<std::vector<std::pair<std::string, std::string>>> process_variables(
        pid_t, std::span<const std::string_view>) override {
        return fail(ErrorCode::permission, "made up");
    }
    Result<probes::ProcessFacts> process(pid_t pid) override {
        for (const auto& process : running)
            if (process.pid == pid) return process;
        return fail(ErrorCode::not_found, "not there");
    }
    Result<std::vector<probes::ProcessFacts>> processes() override { return running; }
    Result<bool> can_write_directory(const std::string&) override { return writable; }
    Result<unsigned long long> free_bytes(const std::string&) override { return free; }
    Result<std::vector<probes::ListeningSocket>> listeners(int) override { return sockets; }
    bool is_local_address(const std::string& address) override { return address == "127.0.0.1"; }
    uid_t effective_user() override { return user; }
};

// Everything that a Context refers to. Outlives its contexts.
class FakeWorld {
  public:
    config::Config config;
    Redactor redactor;
    FakeHttp http;
    FakePostgres postgres;
    FakeFiles files;
    std::vector<config::EnvDiagnostic> diagnostics;
    std::vector<std::string> env_files;
    config::Environment environment;
    checks::Wishes wishes;
    checks::Presence present{.standalone_gateway = true};
    std::chrono::milliseconds timeout{1000};

    [[nodiscard]] std::shared_ptr<const checks::Context> context(
        std::chrono::milliseconds deadline = std::chrono::seconds(60), std::stop_token stop = {}) {
        return std::make_shared<const checks::Context>(checks::Context{
            config, redactor, http, postgres, files, Budget::lasting(deadline, std::move(stop)), timeout,
            env_files, diagnostics, environment, wishes, present});
    }
};

}  // namespace cowork::test
