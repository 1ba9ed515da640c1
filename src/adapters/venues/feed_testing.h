#pragma once
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "adapters/venues/open_feed.h"
#include "wire/json.h"

// What the tests of sources share: files in a folder of their own, packed by hand, and rows as text. Tests only.
namespace trade::feed_testing {

inline Instrument instrument(std::uint32_t id, std::string_view symbol, std::string_view tick) {
  Instrument i;
  i.id = {id};
  i.symbol = Symbol(symbol);
  i.tick = parse_scaled<Price>(tick).value();
  return i;
}

// A folder that goes when the test ends.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "trade_feed_XXXXXX").string();
    CHECK(::mkdtemp(name.data()) != nullptr);
    root_ = name;
  }
  ~Folder() { std::filesystem::remove_all(root_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string write(const std::string& name, std::string_view bytes) const {
    const auto path = root_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path.string();
  }

 private:
  std::filesystem::path root_;
};

// 31: gzip; -15: bare deflate.
inline std::string deflate_bytes(std::string_view bytes, int window) {
  z_stream z{};
  CHECK(deflateInit2(&z, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&z, static_cast<uLong>(bytes.size())) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  CHECK(deflate(&z, Z_FINISH) == Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}
inline std::string gzip(std::string_view bytes) { return deflate_bytes(bytes, 31); }

// A zip of deflated files.
inline std::string zip(const std::vector<std::pair<std::string, std::string>>& files) {
  ByteWriter out, directory;
  for (const auto& [name, bytes] : files) {
    const auto packed = deflate_bytes(bytes, -15);
    const auto crc = static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
    const auto offset = static_cast<std::uint32_t>(out.size());
    const auto common = [&](ByteWriter& w) {
      for (const int v : {20, 0, 8, 0, 0}) w.put(static_cast<std::uint16_t>(v));
      w.put(crc);
      w.put(static_cast<std::uint32_t>(packed.size()));
      w.put(static_cast<std::uint32_t>(bytes.size()));
      w.put(static_cast<std::uint16_t>(name.size()));
      w.put(std::uint16_t{0});
    };
    out.put(std::uint32_t{0x04034b50});
    common(out);
    out.raw(name.data(), name.size());
    out.raw(packed.data(), packed.size());
    directory.put(std::uint32_t{0x02014b50});
    directory.put(std::uint16_t{20});
    common(directory);
    for (int i = 0; i < 3; ++i) directory.put(std::uint16_t{0});
    directory.put(std::uint32_t{0});
    directory.put(offset);
    directory.raw(name.data(), name.size());
  }
  const auto at = static_cast<std::uint32_t>(out.size()), count = static_cast<std::uint32_t>(files.size());
  out.raw(directory.bytes().data(), directory.size());
  out.put(std::uint32_t{0x06054b50});
  out.put(std::uint32_t{0});
  out.put(static_cast<std::uint16_t>(count));
  out.put(static_cast<std::uint16_t>(count));
  out.put(static_cast<std::uint32_t>(directory.size()));
  out.put(at);
  out.put(std::uint16_t{0});
  return out.take();
}

// "3 2024-08-08T23:54:15Z {...}": a row in full, to compare.
inline std::string print_row(const FeedRow& r) {
  std::string s = std::to_string(r.row) + " " + print(r.time) + " " + std::to_string(r.fact.index()) + " ";
  std::visit([&](const auto& f) { wire::write_json(s, f); }, r.fact);
  return s;
}
inline std::vector<std::string> all_rows(Feed& feed) {
  std::vector<std::string> rows;
  FeedRow r;
  for (;;) {
    const auto more = feed.next(r);
    EXPECT_TRUE(more.ok()) << more.error().text();
    if (!more || !*more) return rows;
    EXPECT_EQ(r.row, rows.size());
    rows.push_back(print_row(r));
  }
}
inline std::vector<VenueFault> faults_of(Feed& feed) {
  std::vector<VenueFault> faults;
  FeedRow r;
  for (;;) {
    const auto more = feed.next(r);
    EXPECT_TRUE(more.ok());
    if (!more || !*more) return faults;
    if (const auto* f = std::get_if<VenueFault>(&r.fact)) faults.push_back(*f);
  }
}

}  // namespace trade::feed_testing
