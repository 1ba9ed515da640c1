#pragma once
#include "adapters/venues/line_reader.h"
#include "adapters/venues/refusal.h"
#include "adapters/venues/zip_archive.h"
#include "ports/feed.h"

namespace trade::venues {

// What sources of lines have in common: rows are lines after `header` lines, damage becomes the last row, seeking reads again.
// A format says what one line means, and which part of the file holds the lines.
class LineFeed : public Feed {
 public:
  Result<bool> next(FeedRow& out) final;
  Result<void> seek(std::uint64_t row) final;
  Digest digest() const final { return file_->digest(); }
  const std::string& path() const final { return file_->path(); }

 protected:
  using Part = FilePart;
  LineFeed(std::shared_ptr<const InputFile> file, Part part, VenueId venue, std::uint64_t header)
      : file_(std::move(file)), part_(part), venue_(venue), header_(header) {}

  // Fills `out`'s fact and time, or returns false after saying why in `why`. `line` is followed by '\n'.
  virtual bool read(std::string_view line, FeedRow& out, Refusal& why) = 0;
  // Forgets all rows read so far.
  virtual void forget() = 0;
  VenueId venue() const { return venue_; }

 private:
  Result<void> restart();

  std::shared_ptr<const InputFile> file_;
  Part part_;
  VenueId venue_;
  std::uint64_t header_;
  std::unique_ptr<LineReader> lines_;
  std::uint64_t rows_ = 0;
  bool ended_ = false;
  Time given_{};  // the time of the last row given; 0 before the first
};

}  // namespace trade::venues
