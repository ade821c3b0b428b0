// A supernode of KaZaA mode beside the Napster server: 150 clients of 200 files each, the same
// names, questions and numbers of results, in one process without sockets (mode_host.h). Clients
// are told of in what servent's own clients write; their bytes are made before the clock starts, so
// that only the server's side is counted, with its cipher.
#include <cctype>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include <malloc.h>

#include "protocols/kazaa/message.h"
#include "protocols/kazaa/reply.h"
#include "protocols/kazaa/session.h"
#include "protocols/kazaa/translate.h"
#include "protocols/napster/message.h"
#include "protocols/napster/share_line.h"

#include "tests/bench/corpus.h"
#include "tests/bench/mode_host.h"
#include "tests/bench/rounds.h"

namespace {

using namespace p2p;         // NOLINT(google-build-using-namespace): a program of its own
using namespace p2p::bench;  // NOLINT(google-build-using-namespace)

constexpr std::size_t kClients = 150;
constexpr std::size_t kFilesEach = 200;
constexpr std::size_t kQueries = 3000;        // a round
constexpr Duration kBetween = 2ms;            // queries: each client asks three times a second
constexpr std::uint32_t kFirst = 0x0a010001;  // address of the first client
constexpr std::uint32_t kMostResults = 100;

template <class Digest>
Digest drawn(Rng& rng) {
  Digest digest;
  for (std::byte& byte : digest.bytes)
    byte = static_cast<std::byte>(rng());
  return digest;
}

std::vector<SharedFile> files() {
  Corpus corpus(kClients * kFilesEach);
  std::vector<SharedFile> files(kClients * kFilesEach);
  for (SharedFile& file : files) {
    file.name = corpus.name();
    file.size_bytes = 1'000'000 + corpus.rng().below(10'000'000);
    file.media = {128, 44100, 200};
    file.sha1 = drawn<Sha1>(corpus.rng());
    file.uuhash = drawn<UuHash>(corpus.rng());
    file.start_md5 = drawn<Md5>(corpus.rng());
  }
  return files;
}

class Supernode {
 public:
  Supernode() : host_("kazaa", "supernode", {}) {}

  void enter(std::size_t who) {
    const std::uint32_t address = kFirst + static_cast<std::uint32_t>(who);
    Client& client = clients_.emplace_back(Client{host_.accept(address)});
    while (client.session.state() != kazaa::Session::State::open) {
      host_.receive(client.link, client.session.take_output());
      client.session.feed(host_.sent(client.link));
    }
    Buffer version;
    kazaa::append_version(version, kazaa::kOurVersion);
    Buffer info;
    kazaa::append_node_info(info, {{address, 1214}, 100, "user" + std::to_string(who)});
    client.session.send(kazaa::Type::version, version);
    client.session.send(kazaa::Type::node_info, info);
    host_.receive(client.link, client.session.take_output());
    (void)results(who);
  }
  void say_share(std::size_t who, const SharedFile& file) {
    clients_[who].session.send(kazaa::Type::share, kazaa::share_payload(file));
  }
  void say_query(std::size_t who, const std::vector<std::string>& words) {
    Query query;
    query.words = words;
    say_query(who, query);
  }
  void say_query(std::size_t who, Query query) {
    query.limit = kMostResults;
    clients_[who].session.send(kazaa::Type::query, *kazaa::query_payload(query, 1));
  }
  // What was said since.
  Buffer said(std::size_t who) { return clients_[who].session.take_output(); }
  LinkId link(std::size_t who) const { return clients_[who].link; }
  ModeHost& host() { return host_; }
  std::size_t results(std::size_t who) {
    std::size_t results = 0;
    kazaa::Session& session = clients_[who].session;
    const Buffer bytes = host_.sent(clients_[who].link);
    session.feed(bytes);
    for (auto next = session.next(); next && *next; next = session.next())
      if ((*next)->type == kazaa::Type::reply)
        results += kazaa::decode_reply((*next)->payload)->files.size();
    return results;
  }

 private:
  struct Client {
    LinkId link{};
    kazaa::Session session = kazaa::Session::child();
  };
  ModeHost host_;
  std::vector<Client> clients_;
};

class Server {
 public:
  Server() : host_("napster", "server", {}) {}

  void enter(std::size_t who) {
    const std::uint32_t address = kFirst + static_cast<std::uint32_t>(who);
    clients_.push_back({host_.accept(address), {}});
    napster::append_frame(clients_[who].said, 2,
                          "user" + std::to_string(who) + " secret 6699 \"servent/1\" 5");
    host_.receive(link(who), said(who));
    (void)results(who);
  }
  void say_share(std::size_t who, const SharedFile& file) {
    napster::Line line;
    napster::append_share(
        line, {file.name, napster::hash_field(file.start_md5), file.size_bytes, file.media, {}});
    napster::append_sha1(line, file.sha1);
    napster::append_frame(clients_[who].said, 100, line.text());
  }
  void say_query(std::size_t who, const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
      text += (text.empty() ? "" : " ") + word;
    napster::append_frame(
        clients_[who].said, 200,
        "FILENAME CONTAINS \"" + text + "\" MAX_RESULTS " + std::to_string(kMostResults));
  }
  Buffer said(std::size_t who) { return std::exchange(clients_[who].said, {}); }
  LinkId link(std::size_t who) const { return clients_[who].link; }
  ModeHost& host() { return host_; }
  std::size_t results(std::size_t who) {
    constexpr std::uint16_t kResult = 201;
    std::size_t results = 0;
    napster::FrameReader reader;
    reader.feed(host_.sent(link(who)));
    for (auto next = reader.next(); next && *next; next = reader.next())
      results += (*next)->type == kResult ? 1U : 0U;
    return results;
  }

 private:
  struct Client {
    LinkId link{};
    Buffer said;
  };
  ModeHost host_;
  std::vector<Client> clients_;
};

// Bytes of memory that are in use.
double used() {
  const auto info = ::mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

// All enter and share: bytes a client, bytes and microseconds of CPU a file.
template <class Side>
std::vector<double> fill(Side& side, const std::vector<SharedFile>& files) {
  for (std::size_t who = 0; who < kClients; ++who)
    side.enter(who);
  std::vector<Buffer> pieces;
  for (std::size_t who = 0; who < kClients; ++who) {
    for (std::size_t i = 0; i < kFilesEach; ++i)
      side.say_share(who, files[who * kFilesEach + i]);
    pieces.push_back(side.said(who));
  }
  const double entered = used();
  const double start = thread_cpu_us();
  for (std::size_t who = 0; who < kClients; ++who)
    side.host().receive(side.link(who), pieces[who]);
  const double took = thread_cpu_us() - start;
  const auto count = static_cast<double>(files.size());
  return {took / count, (used() - entered) / count};
}

using Words = std::vector<std::string>;

// Words that both cut in the same way: ASCII letters, three and more.
Words plain_words(const std::string& name) {
  Words words;
  std::string word;
  bool is_plain = true;
  for (const char c : name.substr(0, name.rfind('.')) + ' ') {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 ||
        (static_cast<unsigned char>(c) >> 7U) != 0) {
      word += c;
      is_plain = is_plain && std::islower(static_cast<unsigned char>(c)) != 0;
      continue;
    }
    if (is_plain && word.size() >= 3 && std::ranges::count(words, word) == 0) words.push_back(word);
    word.clear();
    is_plain = true;
  }
  return words;
}

// `count` words of a name that is there, or of the commonest ones.
std::vector<Words> questions(const std::vector<SharedFile>& files, std::size_t count, bool is_hot,
                             Corpus& corpus) {
  std::vector<Words> all;
  while (all.size() < kQueries) {
    Words words = plain_words(files[corpus.rng().below(files.size())].name);
    if (is_hot) words = {corpus.hot_word()};
    if (words.size() < count) continue;
    words.resize(count);
    all.push_back(words);
  }
  return all;
}

// CPU of a query on average, p50 and p99, and results of one.
template <class Side, class Question>
std::vector<double> ask(Side& side, const std::vector<Question>& questions) {
  std::vector<Buffer> pieces;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    side.say_query(i % kClients, questions[i]);
    pieces.push_back(side.said(i % kClients));
  }
  std::vector<double> times;
  double sum = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    side.host().pass(kBetween);
    const double start = thread_cpu_us();
    side.host().receive(side.link(i % kClients), pieces[i]);
    times.push_back(thread_cpu_us() - start);
    sum += times.back();
  }
  std::size_t results = 0;
  for (std::size_t who = 0; who < kClients; ++who)
    results += side.results(who);
  const auto count = static_cast<double>(pieces.size());
  return {sum / count, percentile(times, 50), percentile(times, 99),
          static_cast<double>(results) / count};
}

constexpr double kMostRatio = 1.3;

void print_ratio(const std::string& name, const std::string& unit, const Compared& compared,
                 std::size_t figure) {
  print({name, compared.ours[figure], unit, "Napster server", compared.ratios[figure], "<= 1.3",
         compared.ratios[figure] <= kMostRatio});
}

void sharing(const std::vector<SharedFile>& files) {
  const auto run = [&]<class Side>(Side side) { return fill(side, files); };
  const Compared compared =
      compare([&] { return run(Supernode()); }, [&] { return run(Server()); });
  print_ratio("supernode.share", "us CPU/file", compared, 0);
  print_ratio("supernode.file_bytes", "bytes/file", compared, 1);
}

void asking(const std::string& name, const std::vector<std::vector<Words>>& rounds, Supernode& ours,
            Server& theirs) {
  const auto run = [&](auto& side) {
    return [&, round = std::size_t{0}]() mutable { return ask(side, rounds.at(round++)); };
  };
  const Compared compared = compare(run(ours), run(theirs));
  if (compared.ours[3] != compared.theirs[3]) throw std::runtime_error("other results");
  print_ratio(name, "us CPU/query", compared, 0);
  print_ratio(name + ".p50", "us CPU", compared, 1);
  print_ratio(name + ".p99", "us CPU", compared, 2);
  print({name + ".results", compared.ours[3], "results/query", "", 0, "report", true});
}

// By the SHA-1 of files that are there, for which one file of 4096 is looked at. The Napster server
// cannot be asked that.
void asking_sha1(const std::vector<SharedFile>& files, Supernode& supernode, Rng& rng) {
  std::vector<double> times;
  for (int round = 0; round <= kRounds; ++round) {
    std::vector<Query> questions(kQueries);
    for (Query& query : questions)
      query.sha1 = files[rng.below(files.size())].sha1;
    times.push_back(ask(supernode, questions)[0]);
  }
  print({"supernode.query_sha1", median(times), "us CPU/query", "", 0, "report", true});
}

void run() {
  const std::vector<SharedFile> all = files();
  sharing(all);
  Supernode supernode;
  Server server;
  fill(supernode, all);
  fill(server, all);
  Corpus corpus(all.size());
  const auto rounds = [&](std::size_t words, bool is_hot) {
    std::vector<std::vector<Words>> out;
    for (int i = 0; i <= kRounds; ++i)
      out.push_back(questions(all, words, is_hot, corpus));
    return out;
  };
  asking("supernode.query3", rounds(3, false), supernode, server);
  asking("supernode.query2", rounds(2, false), supernode, server);
  asking("supernode.query_hot", rounds(1, true), supernode, server);
  asking_sha1(all, supernode, corpus.rng());
}

}  // namespace

int main() {
  try {
    run();
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "supernode_bench: %s\n", failure.what());
    return 1;
  }
}
