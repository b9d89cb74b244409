#include "engine/bounded.hpp"

#include <catch2/catch.hpp>

#include <future>
#include <memory>
#include <stdexcept>
#include <stop_token>

using namespace cowork;
using namespace std::chrono_literals;
using engine::Ended;
using engine::run_bounded;

TEST_CASE("bounded work: done, or failed by whatever it throws") {
    const auto made = std::make_shared<int>(0);
    CHECK(run_bounded(Budget::lasting(1min), [made] { *made = 7; }) == Ended::done);
    CHECK(*made == 7);
    CHECK(run_bounded(Budget::lasting(1min), [] { throw std::runtime_error("no"); }) == Ended::failed);
    CHECK(run_bounded(Budget::lasting(1min), [] { throw 3; }) == Ended::failed);
}

TEST_CASE("bounded work: the deadline and a stop end the wait, not the work") {
    const auto endless = [](const Budget& budget) {
        const auto release = std::make_shared<std::promise<void>>();
        const auto left = std::make_shared<std::promise<void>>();
        const auto outcome = run_bounded(budget, [until = release->get_future().share(), left] {
            until.wait();
            left->set_value();
        });
        release->set_value();
        left->get_future().wait();
        return outcome;
    };
    CHECK(endless(Budget::lasting(0ms)) == Ended::straggling);
    std::stop_source stop;
    stop.request_stop();
    CHECK(endless(Budget::lasting(1h, stop.get_token())) == Ended::straggling);
}
