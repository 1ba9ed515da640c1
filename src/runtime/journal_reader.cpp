#include "runtime/journal_reader.h"

#include <algorithm>

namespace trade {
namespace {

constexpr std::string_view mend_damage = "restore the file from a backup; nothing of a journal is ever skipped";

Error corruption(std::string where, std::string what, std::string_view mend = mend_damage) {
  return {Failure::corruption, std::move(where), std::move(what), std::string(mend)};
}

}  // namespace

Result<JournalReader> JournalReader::open(Files& files, const std::string& dir) {
  JournalReader reader(files, dir);
  if (auto planned = reader.plan(); !planned) return planned.error();
  return reader;
}

Result<void> JournalReader::plan() {
  std::vector<SegmentName> names;
  if (files_->exists(dir_)) {
    const auto listed = files_->list(dir_);
    if (!listed) return listed.error();
    for (const auto& n : *listed) {
      if (const auto name = parse_segment_name(n)) names.push_back(*name);
      else if (n.starts_with("journal-")) scan_.warnings.push_back(dir_ + "/" + n + ": is not a segment's name; ignored");
    }
  }
  std::sort(names.begin(), names.end());
  if (!names.empty()) scan_.epoch = names.back().epoch;
  const std::string mark_path = dir_ + "/" + std::string(mark_file_name);
  if (!files_->exists(mark_path)) {
    if (names.empty()) return {};
    return corruption(mark_path, "the commit mark is missing, but there are segments", "restore it from a backup taken with this journal");
  }
  const auto bytes = files_->read_all(mark_path);
  if (!bytes) return bytes.error();
  const auto marks = decode_marks(*bytes, mark_path);
  if (!marks) return marks.error();
  scan_.has_mark_file = true;
  scan_.mark = marks->newest;
  scan_.mark_slot = marks->slot;
  scan_.warnings.insert(scan_.warnings.end(), marks->damaged.begin(), marks->damaged.end());
  scan_.epoch = std::max(scan_.epoch, scan_.mark.segment.epoch);
  scan_.at_mark = {scan_.mark.segment, scan_.mark.offset, scan_.mark.position, {}, scan_.mark.place};
  scan_.at_end = scan_.at_mark;
  scan_.end = scan_.mark.place;
  if (auto planned = plan_covered(names); !planned) return planned;
  return plan_ahead(names);
}

// From the mark's segment back to the first: each names the one before it.
Result<void> JournalReader::plan_covered(std::vector<SegmentName>& names) {
  std::string wanted_by = dir_ + "/" + std::string(mark_file_name);
  for (SegmentName name = scan_.mark.segment; name;) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return corruption(path(name), "this segment is missing; " + wanted_by + " continues it");
    names.erase(found);
    const auto opened = read_opened(name);
    if (!opened) return opened.error();
    order_.insert(order_.begin(), {name, *opened});
    wanted_by = path(name);
    name = opened->previous;
  }
  covered_segments_ = order_.size();
  return {};
}

// Segments behind the mark: of a later epoch, which supersedes everything from mark + 1, or else those the mark's epoch went on with.
Result<void> JournalReader::plan_ahead(const std::vector<SegmentName>& names) {
  const auto& mark = scan_.mark;
  std::uint32_t epoch = mark.segment.epoch;
  for (const auto& name : names) {
    if (name.epoch > mark.segment.epoch && name.first <= mark.place)
      return corruption(path(name), "a foreign segment: of a later epoch than the mark, but begins below it (place " +
                                        std::to_string(mark.place) + ")", "remove the file if it was put here by mistake");
    if (name.epoch > epoch && name.first == mark.place + 1) epoch = name.epoch;
  }
  tail_superseded_ = epoch != mark.segment.epoch;
  for (const auto& name : names) {
    if (name.epoch == epoch && name.first > mark.place) {
      const auto opened = read_opened(name);
      if (!opened && opened.error().kind != Failure::corruption) return opened.error();
      order_.push_back({name, opened ? std::optional(*opened) : std::nullopt});
    } else if (name.first > mark.place) {
      scan_.superseded.push_back(name);
    } else {
      scan_.warnings.push_back(path(name) + ": is not a part of this journal; ignored");
    }
  }
  return {};
}

Result<Opened> JournalReader::read_opened(SegmentName name) {
  auto file = files_->open(path(name));
  if (!file) return file.error();
  const auto size = (*file)->size();
  if (!size) return size.error();
  std::uint32_t length = 0;
  std::string bytes(sizeof length, '\0');
  const auto read = [&](std::size_t n) {
    bytes.resize(n);
    auto got = (*file)->pread(0, bytes.data(), n);
    if (got) bytes.resize(*got);
    return got;
  };
  if (auto got = read(sizeof length); !got) return got.error();
  if (bytes.size() == sizeof length) std::memcpy(&length, bytes.data(), sizeof length);
  if (auto got = read(std::min<std::size_t>(std::max<std::size_t>(length, 8), *size)); !got) return got.error();
  SegmentCursor cursor(name, bytes);
  const auto is = cursor.next();
  if (is == Is::good) return cursor.opened();
  const std::string rule = is == Is::end ? "a segment begins with a record that opens it" : std::string(cursor.rule());
  Error e = corruption(path(name), "offset 0, after place " + std::to_string(name.first - 1) + ": breaks the rule \"" + rule + "\"");
  if (is == Is::unknown) {
    e.kind = Failure::data;
    e.mend = "use the program that wrote this journal";
  }
  return e;
}

Error JournalReader::damage(std::string_view rule) const {
  return corruption(path(segment()), "offset " + std::to_string(cursor_->offset()) + ", after place " + std::to_string(cursor_->last()) +
                                         ": breaks the rule \"" + std::string(rule) + "\"; the commit mark covers place " +
                                         std::to_string(scan_.mark.place));
}

// Loads a segment; false when it does not continue the journal (behind the mark only).
Result<bool> JournalReader::enter_segment(std::size_t at) {
  const auto& entry = order_[at];
  if (at >= covered_segments_) {
    const SegmentName before = at == 0 ? SegmentName{} : order_[at - 1].name;
    if (!entry.opened || entry.opened->previous != before) return false;
  }
  auto bytes = files_->read_all(path(entry.name));
  if (!bytes) return bytes.error();
  at_ = at;
  bytes_ = std::make_unique<std::string>(std::move(*bytes));
  cursor_.emplace(entry.name, *bytes_);
  stop_at_.reset();
  if (at + 1 < order_.size() && order_[at + 1].opened && order_[at + 1].opened->previous == entry.name)
    stop_at_ = order_[at + 1].opened->previous_end;
  else if (at + 1 == covered_segments_ && tail_superseded_)
    stop_at_ = scan_.mark.offset;
  return true;
}

// The next segment must continue exactly the bytes read so far.
Result<void> JournalReader::check_join(const SegmentCursor& before, std::size_t next) {
  const auto& opened = *order_[next].opened;
  const auto& name = order_[next].name;
  if (name.first != before.last() + 1)
    return corruption(path(name), "begins at place " + std::to_string(name.first) + ", but " + path(before.name()) + " ends at place " +
                                      std::to_string(before.last()));
  if (opened.position != before.position() || opened.chain != before.chain_to_here())
    return corruption(path(name), "a foreign segment: the chain it continues is not that of " + path(before.name()));
  if (name.epoch == before.name().epoch && before.written_beyond() != 0)
    return corruption(path(before.name()), "offset " + std::to_string(before.offset()) + ": bytes behind its last record, place " +
                                               std::to_string(before.last()));
  return {};
}

// Called where the mark says its last covered record ends.
Result<void> JournalReader::check_mark() {
  const auto& mark = scan_.mark;
  if (cursor_->last() != mark.place || cursor_->position() != mark.position || cursor_->running() != mark.running ||
      cursor_->chain() != mark.chain)
    return damage("the records are those that the commit mark was made for");
  scan_.at_mark.chain = cursor_->chain_to_here();
  scan_.at_end = scan_.at_mark;
  return {};
}

void JournalReader::note_segment() {
  scan_.segments.push_back({cursor_->name(), cursor_->last(), cursor_->offset(), cursor_->bytes().size()});
}

Result<bool> JournalReader::finish() {
  done_ = true;
  if (cursor_) {
    note_segment();
    if (at_ + 1 >= covered_segments_ && !(at_ + 1 == covered_segments_ && tail_superseded_)) {
      scan_.at_end = {cursor_->name(), cursor_->offset(), cursor_->position(), cursor_->chain_to_here(), cursor_->last()};
      scan_.end = cursor_->last();
    }
  }
  for (std::size_t i = cursor_ ? at_ + 1 : 0; i < order_.size(); ++i) scan_.superseded.push_back(order_[i].name);
  return false;
}

// The record at hand is not good.
Result<bool> JournalReader::stop(Is is, std::string_view rule) {
  if (is == Is::unknown)
    return Error{Failure::data, path(segment()),
                 "offset " + std::to_string(cursor_->offset()) + ", place " + std::to_string(cursor_->record().place) +
                     ": breaks the rule \"" + std::string(rule) + "\"",
                 "use the program that wrote this journal"};
  if (at_or_below_mark() && is == Is::end && at_ + 1 < covered_segments_ && stop_at_)
    return damage("records reach up to offset " + std::to_string(*stop_at_) + ", where " + print(order_[at_ + 1].name) + " goes on");
  if (at_or_below_mark()) return damage(is == Is::end ? "records reach up to the commit mark" : rule);
  scan_.cut_bytes = cursor_->written_beyond();
  if (is == Is::end && scan_.cut_bytes != 0) rule = "nothing is written behind the last record";
  if (scan_.cut_bytes != 0)
    scan_.cut = path(segment()) + ": offset " + std::to_string(cursor_->offset()) + ", after place " + std::to_string(cursor_->last()) +
                ": breaks the rule \"" + std::string(rule) + "\"";
  return finish();
}

// At the offset where the next segment takes over.
Result<bool> JournalReader::leave_segment() {
  const std::size_t next = at_ + 1;
  if (next >= order_.size() || !order_[next].opened || order_[next].opened->previous != segment()) {
    if (next < order_.size()) scan_.cut = path(order_[next].name) + ": was not begun wholly";
    return finish();
  }
  if (auto joined = check_join(*cursor_, next); !joined) {
    if (next < covered_segments_) return joined.error();
    scan_.cut = joined.error().text();
    return finish();
  }
  note_segment();
  return enter_segment(next);
}

Result<bool> JournalReader::next_of_any_kind(Record& record) {
  if (done_) return false;
  if (!begun_) {
    begun_ = true;
    if (order_.empty()) return finish();
    const auto entered = enter_segment(0);
    if (!entered) return entered.error();
    if (!*entered) return finish();
  }
  for (;;) {
    const bool in_mark_segment = at_ + 1 == covered_segments_;
    if (in_mark_segment && cursor_->offset() == scan_.mark.offset)
      if (auto checked = check_mark(); !checked) return checked.error();
    if (!stop_at_ || cursor_->offset() != *stop_at_) break;
    const auto moved = leave_segment();
    if (!moved || !*moved) return moved;
  }
  covered_ = at_or_below_mark();
  record_offset_ = cursor_->offset();
  if (const auto is = cursor_->next(); is != Is::good) return stop(is, cursor_->rule());
  if (covered_ && at_ + 1 == covered_segments_ && cursor_->offset() > scan_.mark.offset)
    return damage("the commit mark lies between two records");
  record = cursor_->record();
  if (record.kind == RecordKind::opened) {
    if (scan_.origin == Digest{}) scan_.origin = sha256(record.payload);
    if (covered_ || scan_.segments.empty()) scan_.identity = cursor_->opened().identity;
  }
  if (!covered_ && has_place(record.kind)) scan_.tail.append(cursor_->bytes().substr(record_offset_, cursor_->offset() - record_offset_));
  return true;
}

Result<bool> JournalReader::next(Record& record) {
  for (;;) {
    const auto more = next_of_any_kind(record);
    if (!more || !*more || has_place(record.kind)) return more;
  }
}

Result<Scan> scan_journal(Files& files, const std::string& dir) {
  auto reader = JournalReader::open(files, dir);
  if (!reader) return reader.error();
  Record record;
  for (;;) {
    const auto more = reader->next(record);
    if (!more) return more.error();
    if (!*more) return reader->take_scan();
  }
}

}  // namespace trade
