#include "app/catalogue.h"

namespace trade {

extern const ServiceType config_service;
extern const ServiceType gateway_service;
extern const ServiceType wps_service;
extern const ServiceType normalizer_service;
extern const ServiceType signals_service;
extern const ServiceType oms_service;
extern const ServiceType risk_service;
extern const ServiceType exeq_service;
extern const ServiceType ptrc_service;
extern const ServiceType pnl_service;
// new services: declarations above

const Catalogue& catalogue() {
  static const Catalogue whole{{"guard", "trading", "books", "data", "lab", "desk"}, {
    // name, category, priority, lane, port, loop, type, stores, extra port
    {"config", "market_data", 1, Lane::backend, 8800, "guard", &config_service, {}, 0},
    {"gateway", "trading", 1, Lane::lowlatency, 8080, "trading", &gateway_service, {}, 0},
    {"wps", "backtesting", 2, Lane::backend, 7070, "trading", &wps_service, {"market.phase", "market.auction"}, 0},
    {"normalizer", "data", 1, Lane::backend, 8085, "trading", &normalizer_service,
     {"market.bar", "market.bar.activity", "market.bar.corrected"}, 0},
    {"signals", "market_data", 3, Lane::backend, 8801, "trading", &signals_service, {}, 0},
    {"oms", "trading", 1, Lane::lowlatency, 8099, "trading", &oms_service, {"fills", "orders.rejected"}, 0},
    {"risk", "trading", 1, Lane::lowlatency, 8098, "trading", &risk_service, {"risk.alert", "risk.limit"}, 0},
    {"exeq", "trading", 1, Lane::lowlatency, 8095, "trading", &exeq_service, {}, 0},
    {"ptrc", "trading", 2, Lane::backend, 8109, "books", &ptrc_service, {"ptrc.break"}, 9109},
    {"pnl", "trading", 2, Lane::backend, 8100, "books", &pnl_service, {}, 0},
    {"live_gateway", "trading", 3, Lane::lowlatency, 8081, "trading", nullptr, {}, 0},
    {"policy_gate", "security", 2, Lane::backend, 8301, "trading", nullptr, {}, 0},
    {"sink_ticks", "data", 2, Lane::backend, 8086, "data", nullptr, {}, 0},
    {"sink_alt", "data", 3, Lane::backend, 8087, "data", nullptr, {}, 0},
    {"hot_cache", "data", 2, Lane::backend, 8088, "data", nullptr, {}, 0},
    {"lake", "data", 3, Lane::backend, 8089, "data", nullptr, {}, 0},
    {"questdb_writer", "data", 2, Lane::backend, 8090, "data", nullptr, {}, 0},
    {"common_lake", "data", 3, Lane::backend, 0, "", nullptr, {}, 0},
    {"ml_training", "ml", 4, Lane::backend, 8200, "lab", nullptr, {}, 0},
    {"mlflow_server", "ml", 4, Lane::backend, 5000, "lab", nullptr, {}, 0},
    {"model_serving", "ml", 4, Lane::backend, 8201, "lab", nullptr, {}, 0},
    {"modelops", "ml", 4, Lane::backend, 8202, "lab", nullptr, {}, 0},
    {"scanner_ml", "ml", 4, Lane::backend, 8203, "lab", nullptr, {}, 0},
    {"vector_store", "ml", 4, Lane::backend, 8204, "lab", nullptr, {}, 0},
    {"feast", "ml", 4, Lane::backend, 6566, "lab", nullptr, {}, 0},
    {"authn", "security", 1, Lane::backend, 8114, "guard", nullptr, {}, 0},
    {"opa_authorizer", "security", 1, Lane::backend, 8181, "guard", nullptr, {}, 0},
    {"compliance", "security", 2, Lane::backend, 8300, "books", nullptr, {}, 0},
    {"budget_guard", "security", 3, Lane::backend, 8302, "books", nullptr, {}, 0},
    {"security_lib", "security", 2, Lane::backend, 0, "", nullptr, {}, 0},
    {"wallet_kms_adapters", "security", 3, Lane::backend, 8303, "guard", nullptr, {}, 0},
    {"obs", "observability", 1, Lane::backend, 8400, "guard", nullptr, {}, 0},
    {"obs_synthetic", "observability", 2, Lane::backend, 8401, "guard", nullptr, {}, 0},
    {"logging", "observability", 2, Lane::backend, 8402, "guard", nullptr, {}, 0},
    {"data_quality", "observability", 2, Lane::backend, 8403, "data", nullptr, {}, 0},
    {"datahub", "observability", 3, Lane::backend, 9002, "data", nullptr, {}, 0},
    {"tiering", "observability", 3, Lane::backend, 8404, "data", nullptr, {}, 0},
    {"bi_superset", "bi", 3, Lane::frontend, 8088, "desk", nullptr, {}, 0},
    {"console", "bi", 3, Lane::frontend, 3000, "desk", nullptr, {}, 0},
    {"treasury", "treasury", 2, Lane::backend, 8310, "books", nullptr, {}, 0},
    {"finops", "treasury", 3, Lane::backend, 8311, "books", nullptr, {}, 0},
    {"derivs", "treasury", 3, Lane::backend, 8312, "lab", nullptr, {}, 0},
    {"marketplace", "treasury", 4, Lane::backend, 8313, "desk", nullptr, {}, 0},
    {"backtester", "backtesting", 3, Lane::backend, 8600, "lab", nullptr, {}, 0},
    {"backtester_jesse", "backtesting", 3, Lane::backend, 8601, "lab", nullptr, {}, 0},
    {"backtester_lean", "backtesting", 3, Lane::backend, 8602, "lab", nullptr, {}, 0},
    {"altdata", "market_data", 3, Lane::backend, 8700, "data", nullptr, {}, 0},
    {"ui", "support", 5, Lane::frontend, 5173, "desk", nullptr, {}, 0},
    // new services: rows above
  }};
  return whole;
}

}  // namespace trade
