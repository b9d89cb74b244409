#pragma once

#include <libpq-fe.h>

namespace cowork::probes {

// libpq's functions, each as <libpq-fe.h> has it, without the prefix PQ. Most commands open no database, and
// should not wait for libpq and what it needs.
struct LibPq {
    decltype(&::PQclear) clear{};
    decltype(&::PQconnectPoll) connectPoll{};
    decltype(&::PQconnectStartParams) connectStartParams{};
    decltype(&::PQconnectionNeedsPassword) connectionNeedsPassword{};
    decltype(&::PQconninfoFree) conninfoFree{};
    decltype(&::PQconninfoParse) conninfoParse{};
    decltype(&::PQconsumeInput) consumeInput{};
    decltype(&::PQerrorMessage) errorMessage{};
    decltype(&::PQfinish) finish{};
    decltype(&::PQflush) flush{};
    decltype(&::PQfreemem) freemem{};
    decltype(&::PQgetResult) getResult{};
    decltype(&::PQgetisnull) getisnull{};
    decltype(&::PQgetlength) getlength{};
    decltype(&::PQgetvalue) getvalue{};
    decltype(&::PQisBusy) isBusy{};
    decltype(&::PQnfields) nfields{};
    decltype(&::PQntuples) ntuples{};
    decltype(&::PQresultErrorField) resultErrorField{};
    decltype(&::PQresultStatus) resultStatus{};
    decltype(&::PQsendQueryParams) sendQueryParams{};
    decltype(&::PQserverVersion) serverVersion{};
    decltype(&::PQsetErrorVerbosity) setErrorVerbosity{};
    decltype(&::PQsetNoticeProcessor) setNoticeProcessor{};
    decltype(&::PQsetSingleRowMode) setSingleRowMode{};
    decltype(&::PQsetnonblocking) setnonblocking{};
    decltype(&::PQsocket) socket{};
    decltype(&::PQsslInUse) sslInUse{};
    decltype(&::PQstatus) status{};
    decltype(&::PQtransactionStatus) transactionStatus{};
};

// Loads libpq when first called, from any thread; throws std::runtime_error when this system has none.
[[nodiscard]] const LibPq& libpq();

}  // namespace cowork::probes
