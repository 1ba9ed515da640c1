#include "app/platform.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "adapters/system/file.h"
#include "app/command.h"
#include "app/feed_rows.h"
#include "messages/reference.h"
#include "runtime/abort_record.h"
#include "runtime/recovery.h"
#include "wire/config.h"

namespace trade {
namespace {

JournalIdentity identity_of(const Catalogue& catalogue, const Settings& settings, const std::vector<std::unique_ptr<RowSource>>& sources) {
  JournalIdentity identity{settings.effective, {}, catalogue.digest()};
  for (const auto& s : sources) identity.sources.push_back({s->name(), s->digest()});
  return identity;
}

// A write or sync that failed may not be tried again and nothing may be acknowledged after it: the process ends here.
void stop_at_once(const Error& error) {
  std::fprintf(stderr, "trade: journal: %s; nothing was acknowledged beyond its mark; stopping\n", error.text().c_str());
  std::_Exit(exit_code(Failure::resource));
}

Result<void> clear_journal(Files& files, const std::string& dir) {
  auto names = files.list(dir);
  if (!names) return names.error();
  for (const auto& n : *names)
    if (n.starts_with("journal") || n.starts_with("snapshot") || n == complete_file)
      if (auto removed = files.remove(dir + "/" + n); !removed) return removed;
  return {};
}

}  // namespace

Result<std::vector<Instrument>> instruments_of(const Settings& settings) {
  const auto* section = settings.document.find("config");
  const auto* list = section == nullptr ? nullptr : section->find("instruments");
  std::vector<Instrument> instruments;
  if (list == nullptr) return instruments;
  if (auto read = wire::read_document(*list, instruments, "config.instruments"); !read) return read.error();
  return instruments;
}

Result<std::vector<std::unique_ptr<RowSource>>> open_sources(const Settings& settings) {
  auto instruments = instruments_of(settings);
  if (!instruments) return instruments.error();
  std::vector<std::unique_ptr<RowSource>> sources;
  for (const auto& f : settings.feeds) {
    auto rows = open_rows(f, *instruments);
    if (!rows) return rows.error();
    sources.push_back(std::move(rows).value());
  }
  return sources;
}

std::vector<RowSource*> pointers(const std::vector<std::unique_ptr<RowSource>>& sources) {
  std::vector<RowSource*> out;
  for (const auto& s : sources) out.push_back(s.get());
  return out;
}

Result<std::unique_ptr<Platform>> Platform::start(const Catalogue& catalogue, Settings settings, const Options& options) {
  if (const auto wrong = catalogue.violations(); !wrong.empty()) return Error{Failure::config, "catalogue", wrong.front(), {}};
  std::unique_ptr<Platform> p(new Platform);
  p->settings_ = std::move(settings);
  p->journal_dir_ = options.journal_dir;
  auto sources = open_sources(p->settings_);
  if (!sources) return sources.error();
  p->sources_ = std::move(sources).value();
  auto machine = Machine::make(catalogue, p->settings_.document);
  if (!machine) return machine.error();
  p->machine_ = std::move(machine).value();
  if (options.journal_dir.empty()) {
    p->process_ = std::make_unique<Process>(*p->machine_, 1, 0, nullptr);
    p->post_config();
    return p;
  }
  if (auto opened = p->open_journal(catalogue, options.replace); !opened) return opened.error();
  return p;
}

Platform::~Platform() = default;

Result<void> Platform::open_journal(const Catalogue& catalogue, bool replace) {
  files_ = posix_files();
  if (auto made = files_->make_dir(journal_dir_); !made) return made;
  auto lock = files_->lock(journal_dir_);
  if (!lock) return lock.error();
  lock_ = std::move(lock).value();
  const bool complete = files_->exists(journal_dir_ + "/" + complete_file);
  if (replace || complete) {
    if (complete && !replace) std::fprintf(stderr, "the session in %s was complete: starting a new one\n", journal_dir_.c_str());
    if (auto cleared = clear_journal(*files_, journal_dir_); !cleared) return cleared;
  }
  record_aborts(*files_, journal_dir_);
  const auto identity = identity_of(catalogue, settings_, sources_);
  auto folded = fold_journal(*files_, journal_dir_, *machine_, pointers(sources_), true,
                             [&](const JournalIdentity& journal) { return check_identity(journal, identity); });
  if (!folded) return folded.error();
  recovered_ = folded->scan.end != 0;
  quarantine_ = std::move(folded->quarantine);
  const JournalOptions options{std::uint64_t{settings_.run.segment_mib} << 20};
  auto writer = JournalWriter::start(*files_, journal_dir_, options, identity, folded->scan);
  if (!writer) return writer.error();
  const Place last = (*writer)->last_appended();
  const auto epoch = (*writer)->epoch();
  journal_ = std::make_unique<JournalThread>(std::move(writer).value(), machine_->loop_count(), last, stop_at_once,
                                             std::chrono::milliseconds(replace ? 1 : 0));  // a backtest has no client who waits
  process_ = std::make_unique<Process>(*machine_, epoch, last, journal_.get());
  process_->set_quarantine(&quarantine_);
  if (!recovered_) {
    post_config();
    return {};
  }
  for (const auto& w : folded->warnings) std::fprintf(stderr, "journal: %s\n", w.c_str());
  std::fprintf(stderr, "recovered %llu places (%llu from the snapshot), epoch %u%s%s\n", static_cast<unsigned long long>(last),
               static_cast<unsigned long long>(folded->from_snapshot), epoch, folded->scan.cut.empty() ? "" : "; ",
               folded->scan.cut.c_str());
  for (std::size_t i = 0; i < sources_.size(); ++i)
    if (auto sought = sources_[i]->seek(machine_->cursor(static_cast<std::uint32_t>(i))); !sought) return sought;
  machine_->reoffer_requests(last);
  Time now{INT64_MIN};
  for (std::size_t l = 0; l < machine_->loop_count(); ++l) now = std::max(now, machine_->kernel().loop(l).now());
  process_->post_recovered(now);
  return {};
}

Result<void> Platform::check_identity(const JournalIdentity& journal, const JournalIdentity& ours) {
  const std::string mend = "name another folder with --data-dir, or remove this one";
  for (std::size_t i = 0; i < journal.sources.size() && i < ours.sources.size(); ++i)
    if (journal.sources[i].digest != ours.sources[i].digest)
      return Error{Failure::config, journal_dir_, "its journal was made from another " + ours.sources[i].name, mend};
  if (journal.config != ours.config || journal.sources.size() != ours.sources.size())
    return Error{Failure::config, journal_dir_, "its journal was made with another configuration", mend};
  if (journal.catalogue != ours.catalogue)
    return Error{Failure::config, journal_dir_, "its journal was made by a program with other services", "finish it with that program"};
  return {};
}

void Platform::post_config() {
  const auto& type = describe<ConfigChanged>();
  const ConfigChanged changed{1, settings_.services_digest};
  Posted p;
  p.type = &type;
  p.message = FlatMessage(type.flat_size(&changed));
  type.flatten(&changed, p.message.data());
  p.time = Time{0};
  process_->post(static_cast<std::size_t>(machine_->kernel().loop_of(type.id)), std::move(p));
}

DurableMark* Platform::mark() { return journal_.get(); }

Result<void> Platform::close(bool complete) {
  if (journal_ == nullptr) return {};
  if (auto closed = journal_->close(); !closed) return closed;
  if (!complete) return {};
  return replace_file(*files_, journal_dir_ + "/" + complete_file, "every source was taken to its end\n");
}

}  // namespace trade
