#pragma once
#include <zlib.h>

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

// The slow, obvious reading of a Binance capture: nlohmann JSON, std::map, the rule as Binance's page tells it. Shares nothing with the
// product.
namespace raw {

using Json = nlohmann::json;

// "61800.20" as 1e-8 units.
inline std::int64_t units(const std::string& text) {
  const auto dot = text.find('.');
  auto digits = text.substr(0, dot);
  auto part = dot == std::string::npos ? std::string() : text.substr(dot + 1);
  part.resize(8, '0');
  return std::stoll(digits + part);
}

class Lines {
 public:
  explicit Lines(const std::string& path) : file_(gzopen(path.c_str(), "rb")), buffer_(4u << 20) {
    if (file_ == nullptr) throw std::runtime_error("cannot open " + path);
  }
  ~Lines() { gzclose(file_); }
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;
  bool next(std::int64_t& local, Json& json) {
    if (gzgets(file_, buffer_.data(), static_cast<int>(buffer_.size())) == nullptr) return false;
    std::size_t used = 0;
    local = std::stoll(buffer_.data(), &used);
    json = Json::parse(std::string(buffer_.data() + used));
    if (json.contains("data")) json = Json(json["data"]);
    return true;
  }

 private:
  gzFile file_;
  std::vector<char> buffer_;
};

struct Fold {
  std::map<std::int64_t, std::int64_t> bids, asks;
  std::uint64_t last = 0;
  bool live = false;
  std::uint64_t rows = 0, depth = 0, trades = 0, quotes = 0, snapshots = 0, levels = 0, gaps = 0, stale = 0;
  std::vector<Json> waiting;

  void take(const Json& j) {
    ++rows;
    if (j.contains("lastUpdateId")) {
      ++snapshots;
      start(j);
    } else if (j.value("e", "") == "depthUpdate") {
      ++depth;
      levels += j["b"].size() + j["a"].size();
      if (live) step(j);
      else waiting.push_back(j);
    } else if (j.value("e", "") == "trade") {
      ++trades;
    } else {
      ++quotes;
    }
  }

 private:
  static void set(std::map<std::int64_t, std::int64_t>& side, const Json& levels) {
    for (const auto& l : levels) {
      const auto q = units(l[1].get<std::string>());
      if (q == 0) side.erase(units(l[0].get<std::string>()));
      else side[units(l[0].get<std::string>())] = q;
    }
  }
  void apply(const Json& j) {
    set(bids, j["b"]);
    set(asks, j["a"]);
    last = j["u"].get<std::uint64_t>();
  }
  void start(const Json& j) {
    const auto id = j["lastUpdateId"].get<std::uint64_t>();
    bids.clear();
    asks.clear();
    set(bids, j["bids"]);
    set(asks, j["asks"]);
    last = id;
    live = true;
    bool first = true;
    for (const auto& d : waiting) {
      const bool futures = d.contains("pu");
      const auto u = d["u"].get<std::uint64_t>(), from = d["U"].get<std::uint64_t>();
      if (futures ? u < id : u <= id) {
        ++stale;
        continue;
      }
      if (first && !(from <= id + (futures ? 0 : 1))) ++gaps;
      if (first) apply(d);
      else step(d);
      first = false;
    }
    waiting.clear();
  }
  void step(const Json& j) {
    const bool follows = j.contains("pu") ? j["pu"].get<std::uint64_t>() == last : j["U"].get<std::uint64_t>() == last + 1;
    if (!follows && !first_after_snapshot(j)) ++gaps;
    apply(j);
  }
  // Captures whose snapshot came before every diff.
  bool first_after_snapshot(const Json& j) const { return depth == 1 && j["U"].get<std::uint64_t>() <= last + 1; }
};

}  // namespace raw
