#include "protocols/gnutella/metadata.h"

#include <gtest/gtest.h>

#include "protocols/deflate.h"

namespace p2p::gnutella {
namespace {

HitRecord record(const std::string& name) {
  HitRecord made;
  made.name = name;
  return made;
}

std::vector<HitRecord> read(std::string_view xml) {
  std::vector<HitRecord> records{record("a.mp3"), record("b.mp3")};
  read_metadata(bytes_of(xml), records);
  return records;
}

// As LimeWire and FrostWire write it.
constexpr std::string_view kLimeWire =
    "<?xml version=\"1.0\"?><audios xsi:noNamespaceSchemaLocation=\""
    "http://www.limewire.com/schemas/audio.xsd\"><audio genre=\"Rock &amp; Roll\" "
    "bitrate=\"190\" seconds=\"233\" album=\"Planeta\" year=\"2006\" track=\"5\" index=\"1\"/>"
    "<audio artist='it&apos;s' index='0'></audio></audios>";

TEST(SoundText, IsWrittenAsServentsHadIt) {
  EXPECT_EQ(sound_text({192, 44'100, 205}), "192 Kbps 44 kHz 3:25");
  EXPECT_EQ(sound_text({128, 22'050, 61}), "128 Kbps 22 kHz 1:01");
  EXPECT_EQ(sound_text({192, 44'100, 0}), "");
  EXPECT_EQ(sound_text({0, 44'100, 5}), "");
}

TEST(SoundText, IsReadWithAndWithoutAVaryingRate) {
  EXPECT_EQ(read_sound_text("192 Kbps 44 kHz 3:25"), (MediaFields{192, 44'100, 205}));
  EXPECT_EQ(read_sound_text("160 Kbps(VBR) 48 kHz 12:05"), (MediaFields{160, 48'000, 725}));
  for (const char* text :
       {"", "192", "192 Kbps", "192 Kbps 44 kHz", "192 Kbps 44 kHz 3", "x Kbps 44 kHz 3:25",
        "192 Kbps 44 kHz 3:99", "192 Kbps 99999999999 kHz 3:25", "192 Kbps 44 kHz 99999999:25"})
    EXPECT_FALSE(read_sound_text(text)) << text;
}

TEST(Metadata, IsReadInEveryFormThatIsSent) {
  Buffer packed;
  Writer(packed).text("{deflate}").bytes(deflated(bytes_of(kLimeWire))).u8(0);
  for (const std::string& xml :
       {std::string(kLimeWire), "{}" + std::string(kLimeWire),
        "{plaintext}" + std::string(kLimeWire) + '\0', std::string(text_of(packed))}) {
    const auto records = read(xml);
    EXPECT_EQ(records[0].tags.artist, "it's");
    EXPECT_EQ(records[1].tags.genre, "Rock & Roll");
    EXPECT_EQ(records[1].tags.album, "Planeta");
    EXPECT_EQ(records[1].tags.year, 2006U);
    EXPECT_EQ(records[1].media, (MediaFields{190, 0, 233}));
  }
}

TEST(Metadata, IsReadAgainAsItWasWritten) {
  std::vector<HitRecord> records{record("a.mp3"), record("b.png"), record("c.txt"),
                                 record("d.avi")};
  records[0].tags.artist = "<\"A&B\" 'n' > 東京";
  records[0].tags.title = "one\\two";
  records[0].media = {192, 44'100, 205};
  records[1].tags.width = 1024;
  records[1].tags.height = 768;
  records[3].tags.album = "film";
  records[3].media.duration_s = 5400;
  const Buffer xml = metadata_of(records);
  EXPECT_EQ(text_of(xml).substr(0, 9), "{deflate}");
  EXPECT_EQ(xml.back(), std::byte{0});
  std::vector<HitRecord> again{record("a.mp3"), record("b.png"), record("c.txt"), record("d.avi")};
  read_metadata(xml, again);
  EXPECT_EQ(again, records);
  EXPECT_TRUE(metadata_of(std::vector<HitRecord>{record("a.mp3")}).empty());
}

TEST(Metadata, KeepsTextsShortAndOnOneLine) {
  const std::string text(300, 'x');
  const auto records =
      read("<audio index=\"0\" artist=\"" + text + "\" title=\"a\nb\x1b[2J\" album=\"a<b&c\"/>");
  EXPECT_EQ(records[0].tags.artist.size(), kMaxTagText);
  EXPECT_EQ(records[0].tags.title, "a b [2J");
  EXPECT_EQ(records[0].tags.album, "abc");
}

TEST(Metadata, LeavesOutWhatItCannotRead) {
  for (const std::string& xml :
       {std::string("<audio index=\"2\" artist=\"no such record\"/>"),
        std::string("<audio artist=\"no index\"/>"),
        std::string("<song index=\"0\" artist=\"x\"/>"),
        std::string("<audio index=\"0\" artist=\"never closed"),
        std::string("<audio index=\"0\" artist=bare/>"),
        std::string("<audio index=\"0\" year=\"99999999999\" bitrate=\"x\"/>"),
        std::string("{deflate}nothing of the kind"), std::string("{gzip}<audio index=\"0\"/>"),
        std::string("<"), std::string("< = = \"\" ' >")}) {
    const auto records = read(xml);
    EXPECT_EQ(records[0], record("a.mp3")) << xml;
    EXPECT_EQ(records[1], record("b.mp3")) << xml;
  }
  for (std::size_t end = 0; end < kLimeWire.size(); ++end)
    read(kLimeWire.substr(0, end));  // none may read past the end
}

TEST(Metadata, RefusesWhatInflatesToMoreThanItsBound) {
  std::string xml(kMaxXml, ' ');
  xml += "<audio index=\"0\" artist=\"x\"/>";
  EXPECT_EQ(read(xml)[0], record("a.mp3"));
  Buffer packed;
  Writer(packed).text("{deflate}").bytes(deflated(bytes_of(xml))).u8(0);
  EXPECT_LT(packed.size(), 1000U);
  EXPECT_EQ(read(text_of(packed))[0], record("a.mp3"));
}

}  // namespace
}  // namespace p2p::gnutella
