// What hits say of a file beside its name: a text among a record's extensions, as servents of 2000
// had it and others made of it since, and LimeWire's XML before the GUID, which has room for more.
// Read by: Shareaza (both), LimeWire and FrostWire (both).
//
//   192 Kbps 44 kHz 3:25          also "192 Kbps(VBR) ..."
//   {deflate} zlib | {plaintext}, {} or nothing and XML as it is; a NUL ends it:
//   <?xml version="1.0"?><audios xsi:noNamespaceSchemaLocation="..."><audio index="0"
//   title="Blue Train" bitrate="192"/></audios>, one document behind the other for each kind
//
// The reader is no XML parser: it takes attributes of the elements it knows and passes over all
// else.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocols/base/bytes.h"
#include "protocols/base/file.h"
#include "protocols/gnutella/message.h"

namespace p2p::gnutella {

inline constexpr std::size_t kMaxXml = std::size_t{32} * 1024;  // inflated, of one hit

// Empty unless all three fields are known; whole thousands of Hz are told.
std::string sound_text(const MediaFields& media);
std::optional<MediaFields> read_sound_text(std::string_view text);

// All that is known of these records, deflated; empty when nothing is. What does not fit into
// kMaxXml is left out, one kind of files after the other.
Buffer metadata_of(std::span<const HitRecord> records);
// Into the records that it tells of. What cannot be read is left out.
void read_metadata(Bytes xml, std::span<HitRecord> records);

}  // namespace p2p::gnutella
