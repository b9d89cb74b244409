#include "support/certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <memory>
#include <stdexcept>

namespace cowork::test {
namespace {

template <auto free>
struct Deleter {
    template <typename T>
    void operator()(T* pointer) const {
        free(pointer);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;
using File = std::unique_ptr<std::FILE, Deleter<std::fclose>>;

void require(bool done, const char* what) {
    if (!done) throw std::runtime_error(std::string("certificate for the tests: ") + what);
}

Key make_key() {
    Key key(EVP_EC_gen("P-256"));
    require(key != nullptr, "key");
    return key;
}

void extend(X509* certificate, X509* issuer, int extension, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension made(X509V3_EXT_conf_nid(nullptr, &context, extension, value.c_str()));
    require(made != nullptr && X509_add_ext(certificate, made.get(), -1) == 1, value.c_str());
}

Certificate make_unsigned(const std::string& name, EVP_PKEY* key, long serial,
                          const CertificateOptions& options) {
    constexpr long day = 24L * 60 * 60;
    Certificate certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), options.valid_from_days * day);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), options.valid_to_days * day);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    return certificate;
}

std::string alternative_names(const CertificateOptions& options) {
    std::string value;
    for (const auto& name : options.names) value += (value.empty() ? "DNS:" : ",DNS:") + name;
    for (const auto& address : options.addresses) value += (value.empty() ? "IP:" : ",IP:") + address;
    return value;
}

std::string save(const std::string& path, const X509* certificate) {
    const File file(std::fopen(path.c_str(), "w"));
    require(file && PEM_write_X509(file.get(), certificate) == 1, path.c_str());
    return path;
}

std::string save(const std::string& path, const EVP_PKEY* key) {
    const File file(std::fopen(path.c_str(), "w"));
    require(file && fchmod(fileno(file.get()), 0600) == 0, path.c_str());
    require(PEM_write_PrivateKey(file.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, path.c_str());
    return path;
}

}  // namespace

CertificateFiles make_certificate(const TempDir& directory, const std::string& prefix,
                                  const CertificateOptions& options) {
    const Key ca_key = make_key();
    const Certificate ca = make_unsigned("cowork test authority " + prefix, ca_key.get(), 1, {});
    X509_set_issuer_name(ca.get(), X509_get_subject_name(ca.get()));
    extend(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE");
    extend(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    require(X509_sign(ca.get(), ca_key.get(), EVP_sha256()) > 0, "signing the authority");

    const Key key = make_key();
    const Certificate server = make_unsigned("cowork test server", key.get(), 2, options);
    X509* issuer = options.self_signed ? server.get() : ca.get();
    X509_set_issuer_name(server.get(), X509_get_subject_name(issuer));
    extend(server.get(), issuer, NID_subject_alt_name, alternative_names(options));
    require(X509_sign(server.get(), options.self_signed ? key.get() : ca_key.get(), EVP_sha256()) > 0,
            "signing the server");

    return {save(directory.file(prefix + "-ca.pem"), ca.get()),
            save(directory.file(prefix + "-cert.pem"), server.get()),
            save(directory.file(prefix + "-key.pem"), key.get())};
}

}  // namespace cowork::test
