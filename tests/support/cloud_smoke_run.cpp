#include "support/cloud_smoke_run.hpp"

#include "rules/secret_names.hpp"
#include "smoke/mark.hpp"
#include "smoke/registry.hpp"
#include "support/httplib_config.hpp"
#include "support/s3_signature.hpp"

#include <algorithm>
#include <stdexcept>

namespace cowork::test {
namespace {

constexpr const char* bucket_secret = "wJalr/XUtn+FEMI=K7MDENG";

const std::vector<std::pair<std::string, std::string>> bucket_settings{
    {"OPEN_COWORK_CLOUD_OBJECT_STORE_KIND", "s3"},
    {"OPEN_COWORK_CLOUD_OBJECT_STORE_BUCKET", "cowork-artifacts"},
    {"OPEN_COWORK_CLOUD_OBJECT_STORE_ACCESS_KEY_ID", "AKIA7Q2M9ZP4RT8VXKYW"},
    {"OPEN_COWORK_CLOUD_OBJECT_STORE_SECRET_ACCESS_KEY", bucket_secret},
};

}  // namespace

FakeBucket::FakeBucket(std::string fault)
    : fault_(std::move(fault)),
      server_({}, [this](const auto& request, auto& response) { serve(request, response); }) {}

std::map<std::string, std::string> FakeBucket::objects() const {
    const std::lock_guard lock(server_.mutex());
    return objects_;
}

void FakeBucket::put(const std::string& key, const std::string& bytes) {
    const std::lock_guard lock(server_.mutex());
    objects_[key] = bytes;
}

void FakeBucket::serve(const httplib::Request& request, httplib::Response& response) {
    const std::string root = "/cowork-artifacts";
    response.status = 403;
    if (!signed_with(request, bucket_secret) || request.path.rfind(root, 0) != 0) return;
    const std::string key = request.path.size() > root.size() ? request.path.substr(root.size() + 1) : "";
    if (key.empty()) {
        std::string body = "<ListBucketResult><Name>cowork-artifacts</Name>";
        for (const auto& [name, bytes] : objects_)
            if (name.rfind(request.get_param_value("prefix"), 0) == 0)
                body += "<Contents><Key>" + name + "</Key></Contents>";
        response.status = 200;
        return response.set_content(body + "</ListBucketResult>", "application/xml");
    }
    if (request.method == "PUT") {
        if (fault_ == "put-denied") return;
        objects_[key] = request.body;
        response.status = 200;
    } else if (request.method == "DELETE") {
        if (fault_ != "delete-ignored") objects_.erase(key);
        response.status = 204;
    } else if (objects_.count(key) == 0) {
        response.status = 404;
    } else if (fault_ != "get-denied") {
        response.status = 200;
        response.set_content(fault_ == "changed" ? "other bytes" : objects_[key], "application/octet-stream");
    }
}

struct CloudSmokeRun::Inside {
    FakeWorld world;
    std::unique_ptr<probes::HttpProbe> http = probes::make_http_probe();
    std::unique_ptr<probes::HttpClient> client = probes::make_http_client();
    std::unique_ptr<smoke::Run> run;
};

CloudSmokeRun::CloudSmokeRun(const SmokeCloud& cloud, const FakeBucket* bucket)
    : token(SmokeCloudOptions{}.admin_token),
      cloud_url_(cloud.url()),
      bucket_url_(bucket == nullptr ? std::string{} : bucket->url()) {}

std::unique_ptr<CloudSmokeRun::Inside> CloudSmokeRun::inside() const {
    auto made = std::make_unique<Inside>();
    FakeWorld& world = made->world;
    const auto set = [&](const std::string& key, const std::string& value) {
        world.config.set(key, Secret(value), {"env", 1, 1, key});
    };
    set(std::string(checks::cloud_url_key), cloud_url_);
    if (!token.empty()) set(std::string(checks::cloud_token_key), token);
    world.present = {.standalone_gateway = false, .cloud = true};
    if (!bucket_url_.empty()) {
        world.present.cloud_server = true;
        for (const auto& [key, value] : bucket_settings) set(key, value);
        set("OPEN_COWORK_CLOUD_OBJECT_STORE_ENDPOINT", bucket_url_);
    }
    for (const auto& [key, value] : server_settings) {
        world.present.cloud_server = true;
        set(key, value);
    }
    rules::learn_secrets(world.redactor, world.config);
    checks::Context context{world.config,      world.redactor,  *made->http,
                            world.postgres,    world.files,     Budget::lasting(deadline),
                            timeout,           world.env_files, world.diagnostics,
                            world.environment, world.wishes,    world.present};
    made->run = std::make_unique<smoke::Run>(std::move(context), *made->client, world.redactor, wishes,
                                             id.empty() ? smoke::new_run_id() : id);
    return made;
}

smoke::Outcome CloudSmokeRun::run(const std::vector<std::string>& only) {
    const auto parts = inside();
    const auto choice = smoke::choose(smoke::steps_of(scenario), only, {}, false);
    if (!choice) throw std::invalid_argument(choice.error().message);
    return smoke::run_steps(*choice, *parts->run, {});
}

void CloudSmokeRun::killed_after(std::string_view last) {
    const auto parts = inside();
    for (const smoke::Step* step : smoke::steps_of(scenario)) {
        if (step->id.starts_with("gateway.")) continue;
        (void)step->run(*parts->run);
        if (step->id == last) return;
    }
}

std::vector<std::string_view> CloudSmokeRun::making_steps() const {
    std::vector<std::string_view> ids;
    for (const smoke::Step* step : smoke::steps_of(scenario))
        if (!step->id.starts_with("gateway.") && step->effect != smoke::Effect::reads)
            ids.push_back(step->id);
    return ids;
}

}  // namespace cowork::test
