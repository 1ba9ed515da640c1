#include "runtime/journal_writer.h"

#include "runtime/planted.h"

namespace trade {
namespace {

std::string_view text_of(const Digest& d) { return {reinterpret_cast<const char*>(d.bytes.data()), d.bytes.size()}; }

}  // namespace

JournalWriter::JournalWriter(Files& files, std::string dir, const JournalOptions& options, const JournalIdentity& identity)
    : files_(files), dir_(std::move(dir)), options_(options), identity_(identity) {}

// Staging ------------------------------------------------------------------------------------------------------------------------

JournalWriter::Group& JournalWriter::new_group() {
  Group g;
  if (!spare_.empty()) {
    g.bytes = std::move(spare_.back());
    spare_.pop_back();
  } else {
    g.bytes.resize(options_.staging_bytes);
  }
  g.segment = segment_;
  g.offset = offset_;
  hashed_ = 0;
  return staged_.emplace_back(std::move(g));
}

void JournalWriter::hash_staged() {
  if (staged_.empty()) return;
  auto& g = staged_.back();
  block_.add(g.bytes.data() + hashed_, g.used - hashed_);
  hashed_ = g.used;
}

// The group gets no more bytes: what the mark will say of it is known.
void JournalWriter::complete(Group& g) {
  hash_staged();
  g.mark = {base_ + offset_, last_, segment_, offset_, running_, chain_};
}

void JournalWriter::put(const Record& r) {
  auto& g = staged_.empty() ? new_group() : staged_.back();
  const std::size_t need = g.used + record_bytes(r);
  if (need > g.bytes.size()) g.bytes.resize(std::max(need, g.bytes.size() * 2));
  char* to = g.bytes.data() + g.used;
  offset_ += encode_record(r, to);
  g.used = need;
  std::uint32_t crc;
  std::memcpy(&crc, to + 4, 4);
  running_ = running_digest(running_, crc);
}

void JournalWriter::close_chain_block() {
  auto& g = staged_.back();
  const std::size_t behind = offset_ - (block_start_ + chain_block_bytes);  // bytes staged past the block's end
  block_.add(g.bytes.data() + hashed_, g.used - behind - hashed_);
  hashed_ = g.used - behind;
  chain_ = block_.finish();
  block_.add(text_of(chain_));
  block_start_ += chain_block_bytes;
  Record r;
  r.kind = RecordKind::chain;
  r.place = last_;
  r.epoch = epoch_;
  r.payload = text_of(chain_);
  put(r);
}

void JournalWriter::open_segment(Place first, const JournalHead& before) {
  if (!staged_.empty()) complete(staged_.back());
  segment_ = {epoch_, first};
  base_ = before.position;
  offset_ = running_ = block_start_ = 0;
  chain_ = before.chain;
  block_ = Sha256{};
  block_.add(text_of(chain_));
  last_ = first - 1;
  new_group().begins_segment = true;
  const std::string payload =
      encode_opened({journal_format, epoch_, first, before.position, before.chain, before.segment, before.offset, identity_});
  if (origin_ == Digest{}) origin_ = sha256(payload);
  Record r;
  r.kind = RecordKind::opened;
  r.place = last_;
  r.epoch = epoch_;
  r.payload = payload;
  put(r);
  while (offset_ >= block_start_ + chain_block_bytes) close_chain_block();
  first_record_ = offset_;
}

void JournalWriter::stage(const Record& r) {
  if (offset_ + record_bytes(r) > options_.segment_bytes && offset_ != first_record_) {
    hash_staged();
    const Digest chain = offset_ == block_start_ ? chain_ : block_.finish();
    open_segment(r.place, {segment_, offset_, base_ + offset_, chain, last_});
  }
  last_ = r.place;
  put(r);
  while (offset_ >= block_start_ + chain_block_bytes) close_chain_block();
}

void JournalWriter::append(const Record& r) {
  CHECK(r.place == last_ + 1, "records are appended in the order of their places");
  CHECK(has_place(r.kind) && r.epoch <= epoch_, "not a record of this epoch");
  stage(r);
}

std::uint64_t JournalWriter::staged_bytes() const {
  std::uint64_t n = 0;
  for (const auto& g : staged_) n += g.used;
  return n;
}

// Disk ---------------------------------------------------------------------------------------------------------------------------

Result<JournalWriter::Step> JournalWriter::step() {
  if (failed_) return *failed_;
  auto done = [&]() -> Result<Step> {
    switch (next_) {
      case Next::group:
        if (!has_staged()) return Step::idle;
        if (staged_.size() == 1) complete(staged_.front());
        group_ = std::move(staged_.front());
        staged_.pop_front();
        next_ = Next::write;
        if (group_.begins_segment) return create_segment();
        [[fallthrough]];
      case Next::write: return write_group();
      case Next::sync: return sync_group();
      case Next::mark: return write_mark();
      case Next::sync_mark: return sync_mark();
    }
    return Step::idle;
  }();
  if (!done) failed_ = done.error();
  return done;
}

Result<JournalWriter::Step> JournalWriter::create_segment() {
  auto created = files_.create(path(group_.segment));
  if (!created) return created.error();
  file_ = std::move(*created);
  if (auto reserved = file_->preallocate(options_.segment_bytes); !reserved) return reserved.error();
  return Step::created;
}

Result<JournalWriter::Step> JournalWriter::write_group() {
  if (auto written = file_->pwrite(group_.offset, {group_.bytes.data(), group_.used}); !written) return written.error();
  next_ = planted(Bug::mark_first) ? Next::mark : Next::sync;
  return Step::wrote;
}

Result<JournalWriter::Step> JournalWriter::sync_group() {
  if (!skip_sync_)
    if (auto synced = file_->sync(); !synced) return synced.error();
  if (group_.begins_segment)
    if (auto synced = files_.sync_dir(dir_); !synced) return synced.error();
  if (planted(Bug::mark_first)) return group_done(Step::synced);
  next_ = Next::mark;
  return Step::synced;
}

Result<JournalWriter::Step> JournalWriter::write_mark() {
  if (auto written = mark_file_->pwrite(mark_slot_ * mark_slot_bytes, encode_mark(group_.mark)); !written) return written.error();
  next_ = Next::sync_mark;
  return Step::marked;
}

Result<JournalWriter::Step> JournalWriter::sync_mark() {
  if (auto synced = mark_file_->sync(); !synced) return synced.error();
  mark_ = group_.mark;
  mark_slot_ = 1 - mark_slot_;
  synced_mark_.store(mark_.place, std::memory_order_release);
  if (!planted(Bug::mark_first)) return group_done(Step::covered);
  next_ = Next::sync;
  return Step::covered;
}

JournalWriter::Step JournalWriter::group_done(Step step) {
  spare_.push_back(std::move(group_.bytes));
  next_ = Next::group;
  return step;
}

Result<void> JournalWriter::drain() {
  for (;;) {
    const auto step = this->step();
    if (!step) return step.error();
    if (*step == Step::idle) return {};
  }
}

Result<void> JournalWriter::close() {
  if (auto drained = drain(); !drained) return drained;
  const auto tidy = [&]() -> Result<void> {
    if (auto cut = file_->truncate(offset_); !cut) return cut;
    if (auto synced = file_->sync(); !synced) return synced;
    if (auto written = mark_file_->pwrite(mark_slot_ * mark_slot_bytes, encode_mark(mark_)); !written) return written;
    return mark_file_->sync();
  };
  auto closed = tidy();
  failed_ = closed ? Error{Failure::busy, dir_, "the journal is closed", {}} : closed.error();
  return closed;
}

// Start --------------------------------------------------------------------------------------------------------------------------

Result<void> JournalWriter::open_marks(const Scan& scan) {
  const std::string path = dir_ + "/" + std::string(mark_file_name);
  if (!scan.has_mark_file)
    if (auto made = replace_file(files_, path, encode_mark({}) + encode_mark({})); !made) return made;
  auto opened = files_.open(path);
  if (!opened) return opened.error();
  mark_file_ = std::move(*opened);
  mark_ = scan.mark;
  mark_slot_ = 1 - scan.mark_slot;
  // The newest slot may have been written by a process that died before its sync: make it durable before the other is overwritten,
  // or one loss of power could tear both.
  return mark_file_->sync();
}

// Opens the segment that continues `from` and brings the kept records into it, under their old epochs.
Result<void> JournalWriter::rewrite_tail(const Scan& scan, const JournalHead& from) {
  open_segment(from.place + 1, from);
  std::string_view tail = scan.tail;
  while (!tail.empty()) {
    const auto parsed = parse_record(tail);
    CHECK(parsed.is == ParsedRecord::Is::good, "the scan kept a bad record");
    if (parsed.record.place > from.place) append(parsed.record);
    tail.remove_prefix(parsed.bytes);
  }
  return drain();
}

// The mark has moved: nothing refers any more to what lies behind the old one. A crash in between leaves files that are ignored.
Result<void> JournalWriter::remove_superseded(const Scan& scan) {
  for (const auto name : scan.superseded)
    if (auto removed = files_.remove(path(name)); !removed) return removed;
  bool behind_mark = !scan.mark.segment;
  for (const auto& s : scan.segments) {
    if (behind_mark)
      if (auto removed = files_.remove(path(s.name)); !removed) return removed;
    behind_mark = behind_mark || s.name == scan.mark.segment;
  }
  if (!scan.mark.segment) return {};
  auto last = files_.open(path(scan.mark.segment));
  if (!last) return last.error();
  const auto size = (*last)->size();
  if (!size) return size.error();
  if (*size == scan.mark.offset) return {};
  if (auto cut = (*last)->truncate(scan.mark.offset); !cut) return cut;
  return (*last)->sync();
}

Result<std::unique_ptr<JournalWriter>> JournalWriter::start(Files& files, const std::string& dir, const JournalOptions& options,
                                                            const JournalIdentity& identity, const Scan& scan) {
  if (auto made = files.make_dir(dir); !made) return made.error();
  std::unique_ptr<JournalWriter> w(new JournalWriter(files, dir, options, identity));
  w->epoch_ = scan.epoch + 1;
  if (scan.mark.place != 0) w->origin_ = scan.origin;
  w->synced_mark_.store(scan.mark.place, std::memory_order_release);
  if (auto opened = w->open_marks(scan); !opened) return opened.error();
  w->skip_sync_ = planted(Bug::no_resync);
  const bool keep_old_tail = planted(Bug::stale_tail);
  if (auto rewritten = w->rewrite_tail(scan, keep_old_tail ? scan.at_end : scan.at_mark); !rewritten) return rewritten.error();
  w->skip_sync_ = false;
  if (keep_old_tail) return w;
  if (auto removed = w->remove_superseded(scan); !removed) return removed.error();
  return w;
}

}  // namespace trade
