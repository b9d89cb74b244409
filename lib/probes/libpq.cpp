#include "probes/libpq.hpp"

#include "core/shared_library.hpp"

namespace cowork::probes {
namespace {

LibPq load() {
    const SharedLibrary library("libpq.so.5");
    LibPq pq;
    library.find(pq.clear, "PQclear");
    library.find(pq.connectPoll, "PQconnectPoll");
    library.find(pq.connectStartParams, "PQconnectStartParams");
    library.find(pq.connectionNeedsPassword, "PQconnectionNeedsPassword");
    library.find(pq.conninfoFree, "PQconninfoFree");
    library.find(pq.conninfoParse, "PQconninfoParse");
    library.find(pq.consumeInput, "PQconsumeInput");
    library.find(pq.errorMessage, "PQerrorMessage");
    library.find(pq.finish, "PQfinish");
    library.find(pq.flush, "PQflush");
    library.find(pq.freemem, "PQfreemem");
    library.find(pq.getResult, "PQgetResult");
    library.find(pq.getisnull, "PQgetisnull");
    library.find(pq.getlength, "PQgetlength");
    library.find(pq.getvalue, "PQgetvalue");
    library.find(pq.isBusy, "PQisBusy");
    library.find(pq.nfields, "PQnfields");
    library.find(pq.ntuples, "PQntuples");
    library.find(pq.resultErrorField, "PQresultErrorField");
    library.find(pq.resultStatus, "PQresultStatus");
    library.find(pq.sendQueryParams, "PQsendQueryParams");
    library.find(pq.serverVersion, "PQserverVersion");
    library.find(pq.setErrorVerbosity, "PQsetErrorVerbosity");
    library.find(pq.setNoticeProcessor, "PQsetNoticeProcessor");
    library.find(pq.setSingleRowMode, "PQsetSingleRowMode");
    library.find(pq.setnonblocking, "PQsetnonblocking");
    library.find(pq.socket, "PQsocket");
    library.find(pq.sslInUse, "PQsslInUse");
    library.find(pq.status, "PQstatus");
    library.find(pq.transactionStatus, "PQtransactionStatus");
    return pq;
}

}  // namespace

const LibPq& libpq() {
    static const LibPq loaded = load();
    return loaded;
}

}  // namespace cowork::probes
