#include "adapters/embedded/file_series.h"

#include <algorithm>

#include "core/bytes.h"

namespace trade {
namespace {

constexpr std::string_view suffix = ".series";
constexpr char head_kind = 'H', batch_kind = 'B';
constexpr std::uint8_t version = 1;
constexpr std::size_t frame_bytes = 8, most_body_bytes = std::size_t{256} << 20, most_stream_bytes = 128;

bool is_table_name(std::string_view name) {
  const auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'; };
  return !name.empty() && name.size() <= 64 && name.front() != '.' && std::ranges::all_of(name, good);
}

std::uint32_t frame_crc(std::uint32_t length, std::string_view body) {
  return crc32c(body.data(), body.size(), crc32c(&length, sizeof length));
}

std::string framed(std::string_view body) {
  ByteWriter w;
  const auto length = static_cast<std::uint32_t>(body.size());
  w.put(length);
  w.put(frame_crc(length, body));
  w.raw(body.data(), body.size());
  return w.take();
}

// Whether a good record begins at bytes[at].
bool good_record(std::string_view bytes, std::size_t at) {
  if (bytes.size() - at < frame_bytes + 1 || bytes[at + frame_bytes] != batch_kind) return false;
  ByteReader r(bytes.substr(at));
  const auto length = r.get<std::uint32_t>();
  const auto crc = r.get<std::uint32_t>();
  return length != 0 && length <= r.left() && crc == frame_crc(length, r.view(length));
}

std::string head_of(const MessageType& type) {
  std::string text(type.name);
  for (const auto& f : type.fields()) text.append("\n").append(f.name).append(": ").append(f.type);
  return text;
}

// A batch's body taken apart; the views point into it.
struct Body {
  std::string_view stream;
  std::uint32_t rows{};
  Time first, last;
  std::string_view sequences, times, lengths, bytes;

  static std::optional<Body> parse(std::string_view body) {
    ByteReader r(body);
    Body b;
    if (r.get<char>() != batch_kind) return std::nullopt;
    b.stream = r.get_text();
    b.rows = r.get<std::uint32_t>();
    b.first.ns = r.get<std::int64_t>();
    b.last.ns = r.get<std::int64_t>();
    b.sequences = r.view(std::size_t{8} * b.rows);
    b.times = r.view(std::size_t{8} * b.rows);
    b.lengths = r.view(std::size_t{4} * b.rows);
    b.bytes = r.view(r.left());
    std::uint64_t total = 0;
    for (std::uint32_t i = 0; r.ok() && i < b.rows; ++i) total += b.length(i);
    if (!r.ok() || b.rows == 0 || total != b.bytes.size()) return std::nullopt;
    return b;
  }
  template <class T>
  static T at(std::string_view column, std::uint32_t i) {
    T v;
    std::memcpy(&v, column.data() + i * sizeof(T), sizeof(T));
    return v;
  }
  std::uint32_t length(std::uint32_t i) const { return at<std::uint32_t>(lengths, i); }
  // visit(StoredRow) for every row in order of sequence.
  template <class F>
  void each(F&& visit) const {
    std::size_t offset = 0;
    for (std::uint32_t i = 0; i < rows; ++i) {
      visit(StoredRow{stream, {at<std::uint64_t>(sequences, i), {at<std::int64_t>(times, i)}, bytes.substr(offset, length(i))}});
      offset += length(i);
    }
  }
};

std::string body_of(std::string_view stream, std::span<const SeriesRow> rows, Time first, Time last) {
  ByteWriter w;
  w.put(batch_kind);
  w.put_text(stream);
  w.put(static_cast<std::uint32_t>(rows.size()));
  w.put(first.ns);
  w.put(last.ns);
  for (const auto& r : rows) w.put(r.sequence);
  for (const auto& r : rows) w.put(r.time.ns);
  for (const auto& r : rows) w.put(static_cast<std::uint32_t>(r.bytes.size()));
  for (const auto& r : rows) w.raw(r.bytes.data(), r.bytes.size());
  return w.take();
}

Error damaged(const std::string& path, std::uint64_t offset, std::string what) {
  return {Failure::corruption, path + " at byte " + std::to_string(offset), std::move(what),
          "drop the table and rebuild it from the journal, or import the file again"};
}

}  // namespace

Result<std::unique_ptr<FileSeries>> FileSeries::open(std::shared_ptr<Files> files, const std::string& root) {
  std::unique_ptr<FileSeries> s(new FileSeries(std::move(files), root));
  if (auto made = s->files_->make_dir(root); !made) return made.error();
  auto lock = s->files_->lock(root);
  if (!lock) return lock.error();
  s->lock_ = std::move(lock).value();
  auto names = s->files_->list(root);
  if (!names) return names.error();
  for (const auto& n : *names) {
    if (!n.ends_with(suffix)) continue;
    const auto table = n.substr(0, n.size() - suffix.size());
    const auto loaded = s->load(table);
    if (loaded) continue;
    if (loaded.error().kind != Failure::corruption) return loaded.error();
    Table& damaged = s->tables_[table];
    damaged.path = s->path(table);
    damaged.damage = loaded.error();
  }
  return s;
}

Result<void> FileSeries::load(const std::string& name) {
  Table t;
  t.path = path(name);
  auto file = files_->open(t.path);
  if (!file) return file.error();
  t.file = std::move(file).value();
  const auto size = t.file->size();
  if (!size) return size.error();
  for (;;) {
    auto more = load_record(t, *size);
    if (!more) return more.error();
    if (!*more) break;
  }
  if (t.end == 0) return damaged(t.path, 0, "its head is not whole");
  if (t.end != *size)
    if (auto done = cut(t, *size); !done) return done;
  tables_.insert_or_assign(name, std::move(t));
  return {};
}

// False: at t.end no good record begins.
Result<bool> FileSeries::load_record(Table& t, std::uint64_t size) {
  char frame[frame_bytes];
  auto got = t.file->pread(t.end, frame, frame_bytes);
  if (!got) return got.error();
  ByteReader r(std::string_view(frame, *got));
  const auto length = r.get<std::uint32_t>();
  const auto crc = r.get<std::uint32_t>();
  if (!r.ok() || length == 0 || length > most_body_bytes || length > size - t.end - frame_bytes) return false;
  std::string body(length, '\0');
  got = t.file->pread(t.end + frame_bytes, body.data(), length);
  if (!got) return got.error();
  if (*got != length || crc != frame_crc(length, body)) return false;
  if (t.end == 0) {
    if (length < 2 || body[0] != head_kind || body[1] != static_cast<char>(version))
      return damaged(t.path, 0, "its head is of another version");
    t.head = body.substr(2);
  } else {
    const auto batch = Body::parse(body);
    if (!batch) return damaged(t.path, t.end, "a record with a good CRC is not a batch of rows");
    t.batches.push_back({t.end, length, batch->first, batch->last});
    t.rows += batch->rows;
    t.last[std::string(batch->stream)] = Body::at<std::uint64_t>(batch->sequences, batch->rows - 1);
  }
  t.end += frame_bytes + length;
  return true;
}

Result<void> FileSeries::cut(Table& t, std::uint64_t size) {
  std::string rest(size - t.end, '\0');
  auto got = t.file->pread(t.end, rest.data(), rest.size());
  if (!got) return got.error();
  for (std::size_t at = 1; at < rest.size(); ++at)
    if (good_record(rest, at)) return damaged(t.path, t.end, "a damaged record with a good one behind it");
  if (auto done = t.file->truncate(t.end); !done) return done;
  if (auto done = t.file->sync(); !done) return done;
  warnings_.push_back(t.path + ": cut " + std::to_string(rest.size()) + " bytes at byte " + std::to_string(t.end) +
                      ": an append that did not end");
  return {};
}

Result<FileSeries::Table*> FileSeries::find(const std::string& table) {
  const auto at = tables_.find(table);
  if (at == tables_.end()) return Error{Failure::not_found, root_, "has no table " + table, {}};
  if (at->second.damage) return *at->second.damage;
  return &at->second;
}

Result<void> FileSeries::make_table(const std::string& table, const MessageType& type) {
  if (!is_table_name(table)) return Error{Failure::usage, "table \"" + table + "\"", "is not a name of [a-z0-9_.]", {}};
  const auto head = head_of(type);
  if (const auto at = tables_.find(table); at != tables_.end()) {
    if (at->second.damage) return *at->second.damage;
    if (at->second.head == head) return {};
    return Error{Failure::config, at->second.path, "holds rows with other columns than this program's " + std::string(type.name),
                 "drop the table and rebuild it, or import its files again"};
  }
  ByteWriter body;
  body.put(head_kind);
  body.put(version);
  body.raw(head.data(), head.size());
  if (auto put = replace_file(*files_, path(table), framed(body.bytes())); !put) return put;
  return load(table);
}

Result<Appended> FileSeries::append(const std::string& table, std::string_view stream, std::span<const SeriesRow> rows) {
  auto found = find(table);
  if (!found) return found.error();
  Table& t = **found;
  if (t.failed) return *t.failed;
  if (stream.size() > most_stream_bytes) return Error{Failure::usage, "stream of table " + table, "is longer than 128 bytes", {}};
  std::uint64_t bytes = 0, before = 0;
  for (const auto& r : rows) {
    if (r.sequence <= before) return Error{Failure::usage, "rows of table " + table, "are not in order of sequence, from 1", {}};
    before = r.sequence;
    bytes += r.bytes.size() + 20;
  }
  const auto at = t.last.find(stream);
  const auto last = at == t.last.end() ? 0 : at->second;
  const auto fresh = std::ranges::upper_bound(rows, last, {}, &SeriesRow::sequence);
  const auto unknown = rows.subspan(static_cast<std::size_t>(fresh - rows.begin()));
  const Appended done{unknown.size(), rows.size() - unknown.size()};
  if (unknown.empty()) return done;
  if (bytes + most_stream_bytes + 64 > most_body_bytes)
    return Error{Failure::usage, "rows of table " + table, "exceed 256 MiB in one append", {}};
  const auto [first, latest] = std::ranges::minmax(unknown, {}, &SeriesRow::time);
  const auto record = framed(body_of(stream, unknown, first.time, latest.time));
  const Batch batch{t.end, static_cast<std::uint32_t>(record.size() - frame_bytes), first.time, latest.time};
  if (auto written = write(t, batch, record); !written) {
    t.failed = written.error();
    return written.error();
  }
  t.rows += unknown.size();
  t.last.insert_or_assign(std::string(stream), unknown.back().sequence);
  return done;
}

Result<void> FileSeries::write(Table& t, const Batch& batch, std::string_view record) {
  if (auto written = t.file->pwrite(t.end, record); !written) return written;
  if (auto synced = t.file->sync(); !synced) return synced;
  t.batches.push_back(batch);
  t.end += record.size();
  return {};
}

Result<std::uint64_t> FileSeries::last_sequence(const std::string& table, std::string_view stream) {
  auto t = find(table);
  if (!t) return t.error();
  const auto at = (*t)->last.find(stream);
  return at == (*t)->last.end() ? 0 : at->second;
}

Result<std::uint64_t> FileSeries::count(const std::string& table) {
  auto t = find(table);
  if (!t) return t.error();
  return (*t)->rows;
}

Result<void> FileSeries::read_body(Table& t, const Batch& batch, std::string& body) {
  std::string record(frame_bytes + batch.bytes, '\0');
  auto got = t.file->pread(batch.offset, record.data(), record.size());
  if (!got) return got.error();
  if (*got != record.size() || !good_record(record, 0))
    return damaged(t.path, batch.offset, "the record has changed since the store was opened");
  body = record.substr(frame_bytes);
  return {};
}

Result<void> FileSeries::read(const std::string& table, Time from, Time to, const std::function<void(const StoredRow&)>& visit) {
  auto found = find(table);
  if (!found) return found.error();
  std::vector<Batch> wanted;
  for (const auto& b : (*found)->batches)
    if (b.last >= from && b.first < to) wanted.push_back(b);
  std::ranges::stable_sort(wanted, {}, &Batch::first);
  for (std::size_t i = 0; i < wanted.size();) {
    // Batches whose times overlap are put in order together.
    std::vector<std::string> bodies;
    std::vector<StoredRow> rows;
    const auto begin = i;
    for (Time last = wanted[i].last; i < wanted.size() && (i == begin || wanted[i].first <= last); ++i) {
      last = std::max(last, wanted[i].last);
      if (auto got = read_body(**found, wanted[i], bodies.emplace_back()); !got) return got;
    }
    for (const auto& body : bodies) {
      const auto b = Body::parse(body);
      if (!b) return damaged((*found)->path, wanted[begin].offset, "a record is not a batch of rows");
      b->each([&](const StoredRow& r) { if (r.row.time >= from && r.row.time < to) rows.push_back(r); });
    }
    const auto key = [](const StoredRow& r) { return std::tuple(r.row.time, r.stream, r.row.sequence); };
    if (!std::ranges::is_sorted(rows, {}, key)) std::ranges::stable_sort(rows, {}, key);
    for (const auto& r : rows) visit(r);
  }
  return {};
}

Result<std::vector<DayDigest>> FileSeries::digests(const std::string& table) {
  auto found = find(table);
  if (!found) return found.error();
  SeriesDigests digests;
  std::string body;
  for (const auto& batch : (*found)->batches) {
    if (auto got = read_body(**found, batch, body); !got) return got.error();
    const auto b = Body::parse(body);
    if (!b) return damaged((*found)->path, batch.offset, "a record is not a batch of rows");
    b->each([&](const StoredRow& r) { digests.add(r.stream, r.row); });
  }
  return digests.finish();
}

Result<std::vector<std::string>> FileSeries::tables() {
  std::vector<std::string> names;
  for (const auto& [name, t] : tables_) names.push_back(name);
  return names;
}

Result<void> FileSeries::drop(const std::string& table) {
  if (auto t = find(table); !t && t.error().kind == Failure::not_found) return t.error();
  tables_.erase(table);
  if (auto removed = files_->remove(path(table)); !removed) return removed;
  return files_->sync_dir(root_);
}

}  // namespace trade
