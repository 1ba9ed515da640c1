#include "runtime/fold.h"

namespace trade {

Fold::Fold(Machine& machine, std::vector<RowSource*> sources, Place last, const Quarantine* quarantine)
    : machine_(machine), sources_(std::move(sources)), sought_(sources_.size()), last_(last), quarantine_(quarantine) {
  machine_.suppress_effects(true);
}
Fold::~Fold() { machine_.suppress_effects(false); }

Error Fold::broken(const Record& r, std::string what) const {
  return {Failure::corruption, "journal place " + std::to_string(r.place), std::move(what), {}};
}

Result<void> Fold::apply(const Record& r) {
  if (r.kind == RecordKind::opened) {
    epoch_ = r.epoch;
    return {};
  }
  if (r.kind == RecordKind::chain) return {};
  if (r.place != last_ + 1) return broken(r, "does not follow place " + std::to_string(last_));
  if (r.loop >= machine_.loop_count()) return broken(r, "names a loop that is not there");
  last_ = r.place;
  epoch_ = r.epoch;
  Input in;
  in.kind = r.kind;
  in.lane = r.lane;
  in.origin = r.origin;
  in.time = r.time;
  switch (r.kind) {
    case RecordKind::row: return apply_row(r, in);
    case RecordKind::ring: return apply_ring(r, in);
    case RecordKind::command:
    case RecordKind::answer: return apply_payload(r, in);
    case RecordKind::timer: return apply_timer(r, in);
    case RecordKind::recovered: {
      ByteReader p(r.payload);
      in.epoch = p.get<std::uint32_t>();
      return perform(r, in);
    }
    case RecordKind::digest: {
      ByteReader p(r.payload);
      if (p.get<std::uint64_t>() != machine_.emitted_digest(r.loop)) return broken(r, "the loop's running digest differs from the fold's");
      return {};
    }
    default: return broken(r, "record kind is not known here");
  }
}

Result<void> Fold::perform(const Record& r, Input& in) {
  in.quarantined = quarantine_ != nullptr && quarantine_->holds(r.loop, r.kind, r.origin);
  machine_.perform(r.loop, in, r.place);
  machine_.route(r.loop, true);
  return {};
}

Result<void> Fold::apply_row(const Record& r, Input& in) {
  ByteReader p(r.payload);
  in.source = p.get<std::uint16_t>();
  in.row = p.get<std::uint64_t>();
  if (!p.at_end() || in.source >= sources_.size()) return broken(r, "names a source the journal does not list");
  if (in.row != machine_.cursor(in.source))
    return broken(r, "takes row " + std::to_string(in.row) + " of source " + std::to_string(in.source) + " out of order");
  auto& source = *sources_[in.source];
  if (!sought_[in.source]) {
    if (auto sought = source.seek(in.row); !sought) return sought;
    sought_[in.source] = true;
  }
  auto read = source.next(row_);
  if (!read) return read.error();
  if (!*read || row_.row != in.row) return broken(r, "row " + std::to_string(in.row) + " is not in " + source.name());
  in.type = row_.type;
  in.message = row_.message;
  return perform(r, in);
}

Result<void> Fold::apply_ring(const Record& r, Input& in) {
  if (r.origin.loop >= machine_.loop_count() || r.lane >= lane_count) return broken(r, "names a ring that is not there");
  auto* waiting = machine_.front(r.origin.loop, r.loop, r.lane);
  // A recorded message settles the earlier ones that were conflated or dropped on the way to it.
  while (waiting != nullptr && waiting->origin != r.origin && waiting->type->when_full != WhenFull::block) {
    machine_.pop(r.origin.loop, r.loop, r.lane);
    waiting = machine_.front(r.origin.loop, r.loop, r.lane);
  }
  if (waiting == nullptr) return broken(r, "takes a message nobody has sent");
  if (waiting->origin != r.origin) return broken(r, "takes a message that is not the head of its ring");
  ByteReader p(r.payload);
  if (p.get<std::uint64_t>() != waiting->digest) return broken(r, "the message's digest differs from the fold's");
  in.type = waiting->type;
  in.message = waiting->message();
  auto done = perform(r, in);
  machine_.pop(r.origin.loop, r.loop, r.lane);
  return done;
}

Result<void> Fold::apply_payload(const Record& r, Input& in) {
  ByteReader p(r.payload);
  in.type = machine_.kernel().type(p.get<std::uint32_t>());
  if (in.type == nullptr) return broken(r, "carries a message of unknown type");
  auto decoded = in.type->decode(p.view(p.left()));
  if (!decoded) return broken(r, "its payload is not a " + std::string(in.type->name));
  if (r.kind == RecordKind::answer && !machine_.outstanding(r.loop).contains(r.origin))
    return broken(r, "answers a request that is not open");
  payload_ = std::move(decoded).value();
  in.message = payload_.data();
  return perform(r, in);
}

Result<void> Fold::apply_timer(const Record& r, Input& in) {
  ByteReader p(r.payload);
  const auto id = p.get<std::uint64_t>();
  Timer timer;
  in.timer = &timer;
  if (!machine_.kernel().loop(r.loop).take_timer(id, timer)) return broken(r, "fires a timer that is not armed");
  if (timer.at > r.time) return broken(r, "fires a timer early");
  return perform(r, in);
}

}  // namespace trade
