#include "smoke/cloud_store.hpp"

#include "core/shell_quote.hpp"
#include "net/url.hpp"
#include "rules/cloud_server.hpp"

#include <algorithm>
#include <utility>

namespace cowork::smoke {
namespace {

using checks::StoreKind;

bool taken(int status) { return status >= 200 && status < 300; }

}  // namespace

StorePlace find_store(checks::Layers& layers, const Run& run) {
    StorePlace place;
    if (!run.context.present.cloud_server) {
        place.absence = StoreAbsence::no_settings;
        return place;
    }
    const rules::CloudView view = rules::view_cloud(run.context.config);
    if (view.object_store == "filesystem") {
        place.absence = view.configuration_file ? StoreAbsence::no_settings : StoreAbsence::filesystem;
        return place;
    }
    // The bucket is the deployment's own, wherever it is: to use it is what smoke is asked for.
    checks::Context context = run.context;
    context.wishes.online = true;
    place.store = checks::store_credentials(context, view.object_store);
    if (place.store.bucket.empty()) {
        place.absence = StoreAbsence::no_settings;
    } else if (!place.store.has_credentials()) {
        place.absence = StoreAbsence::no_credentials;
    } else if (auto refusal = checks::store_place(layers, context, place.store)) {
        place.absence = StoreAbsence::refused;
        place.refusal = std::move(refusal);
    }
    return place;
}

probes::HttpAnswer BucketApi::ask(std::string_view method, const std::string& url, const Budget& budget,
                                  std::string body) {
    probes::HttpCall call;
    // As the listing of doctor is opened.
    static_cast<probes::HttpRequest&>(call) = checks::store_requests(store_, run_.context).front();
    call.method = method;
    call.url = url;
    call.body = std::move(body);
    call.content_type = "application/octet-stream";
    if (store_.kind == StoreKind::azure && method == "PUT")
        call.headers.emplace_back("x-ms-blob-type", "BlockBlob");
    return run_.client.call_one(call, budget);
}

std::string BucketApi::url_of(const std::string& key) const {
    if (store_.kind != StoreKind::gcs) return store_.base + "/" + key;  // nothing in a key needs encoding
    return store_.base + "/storage/v1/b/" + net::percent_encode(store_.bucket) + "/o/" +
           net::percent_encode(key);
}

probes::HttpAnswer BucketApi::put(const std::string& key, std::string bytes, const Budget& budget) {
    if (store_.kind != StoreKind::gcs) return ask("PUT", url_of(key), budget, std::move(bytes));
    return ask("POST",
               store_.base + "/upload/storage/v1/b/" + net::percent_encode(store_.bucket) +
                   "/o?uploadType=media&name=" + net::percent_encode(key),
               budget, std::move(bytes));
}

probes::HttpAnswer BucketApi::get(const std::string& key, const Budget& budget) {
    return ask("GET", url_of(key) + (store_.kind == StoreKind::gcs ? "?alt=media" : ""), budget);
}

bool BucketApi::remove(const std::string& key, const Budget& budget) {
    const auto answer = ask("DELETE", url_of(key), budget);
    return taken(answer.status) || answer.status == 404;
}

std::optional<std::vector<std::string>> BucketApi::marked(const Budget& budget) {
    const std::string prefix = net::percent_encode(object_prefix);
    std::string url = store_.base;
    switch (store_.kind) {
        case StoreKind::s3:
            url += "?list-type=2&max-keys=100&prefix=" + prefix;
            break;
        case StoreKind::gcs:
            url +=
                "/storage/v1/b/" + net::percent_encode(store_.bucket) + "/o?maxResults=100&prefix=" + prefix;
            break;
        case StoreKind::azure:
            url += "?restype=container&comp=list&maxresults=100&prefix=" + prefix;
            break;
    }
    const auto answer = ask("GET", url, budget);
    if (answer.status != 200) return std::nullopt;
    // A key of ours is the prefix and a mark, in whatever document it stands.
    std::vector<std::string> keys;
    std::string_view rest = answer.body;
    for (auto at = rest.find(object_prefix); at != std::string_view::npos; at = rest.find(object_prefix)) {
        rest.remove_prefix(at + object_prefix.size());
        std::string key(object_prefix);
        if (!rest.starts_with(mark_prefix)) continue;
        key += mark_in(rest);
        if (key.size() > object_prefix.size() && std::find(keys.begin(), keys.end(), key) == keys.end())
            keys.push_back(std::move(key));
    }
    return keys;
}

std::string object_key(const Run& run) { return std::string(object_prefix) + run.mark(); }

SafeText object_by_hand(const Run& run, const checks::ObjectStore& store, const std::string& key) {
    const Redactor& redactor = run.context.redactor;
    const std::string bucket = shell_word(store.bucket);
    switch (store.kind) {
        case StoreKind::s3:
            return redactor.text("aws s3api delete-object --endpoint-url {} --bucket {} --key {}",
                                 store.where, bucket, key);
        case StoreKind::gcs:
            return redactor.text("gcloud storage rm gs://{}/{}", store.bucket, key);
        case StoreKind::azure:
            return redactor.text("az storage blob delete --container-name {} --name {}", bucket, key);
    }
    return {};
}

}  // namespace cowork::smoke
