#include "runtime/journal_report.h"

#include <algorithm>

#include "wire/json.h"

namespace trade {
namespace {

constexpr std::size_t kind_count = enum_names(RecordKind{}).size();

// Counts what the reader gives.
struct Counts {
  std::uint64_t records = 0, kinds[kind_count] = {}, loops[256] = {};
  Place first = 0;
  Time from{INT64_MAX}, to{INT64_MIN};

  void add(const Record& r) {
    ++records;
    ++kinds[static_cast<std::size_t>(r.kind)];
    if (!has_place(r.kind)) return;
    if (first == 0) first = r.place;
    ++loops[r.loop];
    from = std::min(from, r.time);
    to = std::max(to, r.time);
  }
};

JournalStat make_stat(const Counts& counts, const Scan& scan) {
  JournalStat s;
  s.records = counts.records;
  for (const auto& segment : scan.segments) s.bytes += segment.bytes;
  s.first = counts.first;
  s.last = scan.end;
  s.mark = scan.mark.place;
  s.epoch = scan.epoch;
  if (counts.first != 0) {
    s.from = counts.from;
    s.to = counts.to;
  }
  for (std::size_t i = 0; i < kind_count; ++i)
    if (counts.kinds[i] != 0) s.kinds.push_back({std::string(enum_names(RecordKind{})[i]), counts.kinds[i]});
  for (std::size_t i = 0; i < 256; ++i)
    if (counts.loops[i] != 0) s.loops.push_back({std::to_string(i), counts.loops[i]});
  s.segments = scan.segments;
  s.sources = scan.identity.sources;
  s.config_digest = to_hex(sha256(scan.identity.config));
  s.tail_records = scan.end - scan.mark.place;
  s.cut_bytes = scan.cut_bytes;
  s.cut = scan.cut;
  s.warnings = scan.warnings;
  return s;
}

// The payload's members, each with a leading comma.
Result<void> write_payload_json(std::string& out, const Record& r, const TypeResolver& types) {
  const auto number = [&](std::string_view name, std::uint64_t v) {
    out.append(",\"").append(name).append("\":");
    wire::write_unsigned(out, v);
  };
  switch (r.kind) {
    case RecordKind::row: {
      const auto p = row_payload(r);
      if (!p) return p.error();
      number("source", p->source);
      number("row", p->row);
      return {};
    }
    case RecordKind::timer: {
      const auto p = timer_payload(r);
      if (!p) return p.error();
      number("timer", p->id);
      number("service", p->service);
      number("token", p->token);
      return {};
    }
    case RecordKind::recovered: {
      const auto p = epoch_payload(r);
      if (!p) return p.error();
      number("recovered", *p);
      return {};
    }
    case RecordKind::command:
    case RecordKind::answer: {
      const auto p = message_payload(r);
      if (!p) return p.error();
      const MessageType* type = types ? types(p->type_id) : nullptr;
      const auto message = type == nullptr ? Result<FlatMessage>(Error{}) : type->decode(p->bytes);
      out += ",\"type\":";
      wire::write_text(out, type == nullptr ? "unknown " + std::to_string(p->type_id) : std::string(type->name));
      out += ",\"message\":";
      if (message) type->to_json(out, message->data());
      else wire::write_hex(out, p->bytes);
      return {};
    }
    default:
      out += ",\"payload\":";
      if (r.kind == RecordKind::opened) {
        Opened o;
        ByteReader in(r.payload);
        wire::read_binary(in, o);
        wire::write_json(out, o);
      } else {
        wire::write_hex(out, r.payload);
      }
      return {};
  }
}

Result<void> write_record_json(std::string& out, const Record& r, const TypeResolver& types) {
  const auto number = [&](std::string_view name, std::uint64_t v) {
    out.append(",\"").append(name).append("\":");
    wire::write_unsigned(out, v);
  };
  out = "{\"place\":" + std::to_string(r.place);
  out.append(",\"kind\":\"").append(name_of(r.kind)).append("\"");
  number("epoch", r.epoch);
  if (has_place(r.kind)) {
    number("loop", r.loop);
    number("lane", r.lane);
    out += ",\"origin\":";
    wire::write_json(out, r.origin);
    out += ",\"time\":";
    wire::write_json(out, r.time);
  }
  auto written = write_payload_json(out, r, types);
  out += "}";
  return written;
}

Result<JournalReader> open_existing(Files& files, const std::string& dir) {
  auto reader = JournalReader::open(files, dir);
  if (reader && !reader->scan().has_mark_file)
    return Error{Failure::not_found, dir, "there is no journal in this folder",
                 "name the data folder of `up` or the --journal-dir of a backtest"};
  return reader;
}

}  // namespace

Result<JournalStat> stat_journal(Files& files, const std::string& dir) {
  auto reader = open_existing(files, dir);
  if (!reader) return reader.error();
  Counts counts;
  Record r;
  for (;;) {
    const auto more = reader->next_of_any_kind(r);
    if (!more) return more.error();
    if (!*more) return make_stat(counts, reader->scan());
    counts.add(r);
  }
}

Result<JournalStat> verify_journal(Files& files, const std::string& dir) {
  auto stat = stat_journal(files, dir);
  if (stat && !stat->warnings.empty())
    return Error{Failure::corruption, {}, stat->warnings.front(), {}};
  return stat;
}

Result<void> dump_journal(Files& files, const std::string& dir, Place from, Place to, const TypeResolver& types,
                          const std::function<void(std::string_view line)>& line) {
  auto reader = open_existing(files, dir);
  if (!reader) return reader.error();
  std::string text;
  Record r;
  for (;;) {
    const auto more = reader->next_of_any_kind(r);
    if (!more) return more.error();
    if (!*more) return {};
    if (r.place < from || r.place > to) continue;
    if (auto written = write_record_json(text, r, types); !written) return written;
    line(text);
  }
}

}  // namespace trade
