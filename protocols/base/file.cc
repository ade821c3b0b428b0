#include "protocols/base/file.h"

#include <array>
#include <utility>

#include "protocols/base/letters.h"

namespace p2p {

namespace {

using Kinds = std::pair<FileKind, std::string_view>;

// Extensions by kind, each between blanks. The common ones of these networks' days and today's.
constexpr std::array kExtensions = {
    Kinds{
        FileKind::audio,
        " mp3 mp2 mp1 ogg oga opus flac wav wma m4a m4b aac ac3 ape mpc wv aif aiff au mid midi mod"
        " s3m xm it ra ram shn tta spx "},
    Kinds{FileKind::video,
          " avi mpg mpeg mpe mp4 m4v mkv webm mov qt wmv asf rm rmvb divx ogm ogv flv 3gp ts vob "
          "m2v "},
    Kinds{
        FileKind::application,
        " exe zip rar 7z gz tgz bz2 xz zst tar iso bin cue nrg img dmg msi deb rpm apk jar cab ace"
        " arj lzh lha sit hqx z "},
    Kinds{FileKind::image,
          " jpg jpeg jpe png gif bmp tif tiff webp svg psd pcx tga ico xcf heic avif "},
    Kinds{FileKind::text,
          " txt pdf doc docx rtf htm html epub mobi djvu djv ps odt md nfo tex lit chm xls xlsx "
          "ods csv"
          " ppt pptx odp log "},
};

constexpr std::array kNames = {
    Kinds{FileKind::any, "any"},     Kinds{FileKind::audio, "audio"},
    Kinds{FileKind::video, "video"}, Kinds{FileKind::application, "application"},
    Kinds{FileKind::image, "image"}, Kinds{FileKind::text, "text"},
};

}  // namespace

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

FileKind file_kind(std::string_view name) {
  constexpr std::size_t kLongest = 5;
  const std::string_view base = base_name(name);
  const std::size_t dot = base.rfind('.');
  if (dot == std::string_view::npos) return FileKind::any;
  const std::string_view extension = base.substr(dot + 1);
  if (extension.empty() || extension.size() > kLongest || extension.find(' ') != extension.npos)
    return FileKind::any;
  const std::string wanted = ' ' + lowered(extension) + ' ';
  for (const auto& [kind, extensions] : kExtensions)
    if (extensions.find(wanted) != std::string_view::npos) return kind;
  return FileKind::any;
}

std::string_view to_text(FileKind kind) {
  for (const auto& [known, name] : kNames)
    if (known == kind) return name;
  return "any";
}

std::optional<FileKind> file_kind_from_text(std::string_view text) {
  const std::string wanted = lowered(text);
  for (const auto& [kind, name] : kNames)
    if (name == wanted) return kind;
  return {};
}

}  // namespace p2p
