#include "protocols/kazaa/statistics.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <string_view>

namespace p2p::kazaa {

namespace {

constexpr int kMantissaBits = 16;
constexpr int kBits = std::numeric_limits<std::uint64_t>::digits;
constexpr std::array<std::string_view, 3> kNetworks{"KaZaA", "fileshare", "Grokster"};

int width(std::uint64_t value) {
  return static_cast<int>(std::bit_width(value));
}

Volume read_volume(Reader& reader) {
  Volume volume;
  volume.mantissa = reader.u16be();
  volume.exponent = reader.u16be();
  return volume;
}

Amount read_amount(Reader& reader) {
  Amount amount;
  amount.files = reader.u32be();
  amount.volume = read_volume(reader);
  return amount;
}

void append_amount(Buffer& out, const Amount& amount) {
  Writer(out).u32be(amount.files).u16be(amount.volume.mantissa).u16be(amount.volume.exponent);
}

}  // namespace

Volume Volume::of(std::uint64_t bytes) {
  const int exponent = std::max(width(bytes) - kMantissaBits, 0);
  return {static_cast<std::uint16_t>(bytes >> exponent), static_cast<std::uint16_t>(exponent)};
}

std::uint64_t Volume::bytes() const {
  if (mantissa == 0) return 0;
  if (exponent + width(mantissa) > kBits) return std::numeric_limits<std::uint64_t>::max();
  return std::uint64_t{mantissa} << exponent;
}

void Statistics::add(const Statistics& other) {
  const auto sum = []<class T>(T a, T b) {
    return b > std::numeric_limits<T>::max() - a ? std::numeric_limits<T>::max()
                                                 : static_cast<T>(a + b);
  };
  const auto add_amount = [&](Amount& to, const Amount& amount) {
    to.files = sum(to.files, amount.files);
    to.volume = Volume::of(sum(to.volume.bytes(), amount.volume.bytes()));
  };
  users = sum(users, other.users);
  add_amount(all, other.all);
  for (std::size_t i = 0; i < by_media.size(); ++i)
    add_amount(by_media.at(i), other.by_media.at(i));
  for (std::size_t i = 0; i < users_by_network.size(); ++i)
    users_by_network.at(i) = sum(users_by_network.at(i), other.users_by_network.at(i));
}

Result<Statistics> decode_statistics(Bytes payload) {
  Reader reader(payload);
  Statistics statistics;
  statistics.users = reader.u32be();
  statistics.all = read_amount(reader);
  for (Amount& amount : statistics.by_media)
    amount = read_amount(reader);
  if (reader.failed()) return fail(Errc::malformed, "statistics cut short");
  for (std::uint32_t& users : statistics.users_by_network) {
    reader.cstring();
    users = reader.u32be();  // 0 when it is not there
  }
  return statistics;
}

void append_statistics(Buffer& out, const Statistics& statistics) {
  Writer(out).u32be(statistics.users);
  append_amount(out, statistics.all);
  for (const Amount& amount : statistics.by_media)
    append_amount(out, amount);
  for (std::size_t i = 0; i < kNetworks.size(); ++i)
    Writer(out).text(kNetworks[i]).u8(0).u32be(statistics.users_by_network[i]);
}

}  // namespace p2p::kazaa
