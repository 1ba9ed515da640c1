#pragma once
#include <functional>

#include "runtime/journal_reader.h"
#include "wire/message_type.h"

namespace trade {

struct CountOf {
  std::string name;
  std::uint64_t records{};
  FIELDS(CountOf, name, records)
};

// What lies in a journal, for people and for `--json`.
struct JournalStat {
  std::uint64_t records{}, bytes{};  // of records that count, and of their segments
  Place first{}, last{}, mark{};
  std::uint32_t epoch{};
  Time from, to;  // earliest and latest time of a record
  std::vector<CountOf> kinds, loops;
  std::vector<ScannedSegment> segments;
  std::vector<JournalSource> sources;
  std::string config_digest;   // SHA-256 of the effective configuration
  std::uint64_t tail_records{};  // behind the mark: good, perhaps not durable
  std::uint64_t cut_bytes{};
  std::string cut;  // where the journal was cut and why; empty when it ends cleanly
  std::vector<std::string> warnings;
  FIELDS(JournalStat, records, bytes, first, last, mark, epoch, from, to, kinds, loops, segments, sources, config_digest, tail_records,
         cut_bytes, cut, warnings)
};

// Reads and checks all of it; not_found when `dir` holds no journal. A damaged mark slot is a warning here.
Result<JournalStat> stat_journal(Files& files, const std::string& dir);
// The same, and anything a warning names is corruption. A cut tail is not: it is what a crash leaves.
Result<JournalStat> verify_journal(Files& files, const std::string& dir);

// Finds the message type that a record names; nullptr when unknown.
using TypeResolver = std::function<const MessageType*(std::uint32_t type_id)>;
// Gives each record from place `from` to `to` as one line of JSON, chain and opening records among them.
Result<void> dump_journal(Files& files, const std::string& dir, Place from, Place to, const TypeResolver& types,
                          const std::function<void(std::string_view line)>& line);

}  // namespace trade
