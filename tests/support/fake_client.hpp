#pragma once

#include "probes/http_client.hpp"
#include "support/fake_probes.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cowork::test {

// A client that answers by one function; nobody listens where it is not set.
class FakeClient : public probes::HttpClient {
  public:
    std::function<probes::HttpAnswer(const probes::HttpCall&)> answer;

    std::vector<probes::HttpAnswer> call(std::span<const probes::HttpCall> calls, const Budget&) override {
        const std::lock_guard lock(mutex_);
        std::vector<probes::HttpAnswer> answers;
        for (const probes::HttpCall& one : calls)
            answers.push_back(answer ? answer(one) : failed_answer(probes::HttpFailure::refused));
        return answers;
    }
    std::unique_ptr<probes::EventStream> follow(const probes::HttpCall&, const Budget&) override {
        return nullptr;
    }

  private:
    std::mutex mutex_;
};

}  // namespace cowork::test
