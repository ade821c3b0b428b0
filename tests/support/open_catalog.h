// OpenCatalog: a test with a catalogue in a folder of its own, and a reader that knows its words.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "index/catalog.h"

#include "tests/support/temp_dir.h"

namespace p2p::index {

class OpenCatalog : public testing::Test {
 protected:
  void open() {  // anew, if it is open
    reader_.reset();
    catalog_.reset();
    auto opened = Catalog::open(file_);
    ASSERT_TRUE(opened) << opened.error().detail;
    catalog_.emplace(std::move(*opened));
    auto reading = CatalogReader::open(file_, catalog_->known_words());
    ASSERT_TRUE(reading) << reading.error().detail;
    reader_.emplace(std::move(*reading));
  }
  void add(std::vector<Entry> entries) {
    const auto added = catalog_->add(entries);
    ASSERT_TRUE(added) << added.error().detail;
  }

  test::TempDir dir_;
  std::filesystem::path file_ = dir_.path() / "catalogue.db";
  std::optional<Catalog> catalog_;
  std::optional<CatalogReader> reader_;
};

}  // namespace p2p::index
