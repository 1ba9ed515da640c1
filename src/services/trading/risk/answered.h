#pragma once
#include "services/trading/risk/risk.h"

namespace trade {

template <class M, class F>
void Risk::once(const M& m, Ctx& context, F&& done) {
  const CommandKey key{m.account, m.id};
  const std::uint64_t body = describe<M>().digest(describe<M>().id, &m);
  const auto say = [&](bool accepted, Reason reason) { context.publish(CommandAnswered{m.account, m.id, {}, accepted, reason}); };
  if (const Answered* before = state.commands.find(key)) {
    if (before->body != body) return say(false, Reason::order_duplicate_id);
    return say(before->accepted, before->reason);
  }
  const Reason reason = done();
  const bool accepted = reason == Reason::none;
  if (state.commands.size() >= config_.max_ids) state.commands.erase(state.commands.begin()->key);
  state.commands.insert(key, {body, accepted, reason});
  say(accepted, reason);
}

}  // namespace trade
