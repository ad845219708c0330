#include "loadgen/drive/address.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cerrno>

#include "scripted_server.h"

namespace loadgen {
namespace {

TEST_CASE("numeric hosts become addresses, names do not") {
  struct Row {
    std::string why;
    std::string host;
    std::string text;  // empty: no address
  };
  for (const Row& row : {
           Row{"IPv4", "127.0.0.1", "127.0.0.1:80"},
           Row{"IPv6, brackets in the text", "::1", "[::1]:80"},
           Row{"IPv6 is written its shortest way", "2001:DB8:0:0::7", "[2001:db8::7]:80"},
           Row{"brackets are not part of an address", "[::1]", ""},
           Row{"a name", "localhost", ""},
           Row{"four numbers, one too large", "127.0.0.256", ""},
           Row{"three numbers", "127.0.1", ""},
           Row{"nothing", "", ""},
       }) {
    CAPTURE(row.why);
    const auto address = numeric_address(row.host, 80);
    REQUIRE(address.has_value() == !row.text.empty());
    if (address) CHECK(address->text() == row.text);
  }
  CHECK(numeric_address("::1", 65535)->host() == "::1");
  CHECK(numeric_address("10.0.0.1", 1)->host() == "10.0.0.1");
}

TEST_CASE("a network contains the addresses that share its bits") {
  struct Row {
    std::string why;
    std::string_view network;
    std::string address;
    bool inside;
  };
  for (const Row& row : {
           Row{"in a /24", "10.0.1.0/24", "10.0.1.255", true},
           Row{"just beside it", "10.0.1.0/24", "10.0.2.0", false},
           Row{"host bits of the network do not count", "10.0.1.77/24", "10.0.1.1", true},
           Row{"a prefix within a byte", "10.0.0.0/9", "10.127.255.255", true},
           Row{"just beside that", "10.0.0.0/9", "10.128.0.0", false},
           Row{"/0 is everything of its family", "0.0.0.0/0", "255.1.2.3", true},
           Row{"and nothing of the other", "0.0.0.0/0", "::1", false},
           Row{"a bare address is itself", "10.0.0.1", "10.0.0.1", true},
           Row{"and nothing else", "10.0.0.1", "10.0.0.0", false},
           Row{"/31", "10.0.0.0/31", "10.0.0.1", true},
           Row{"IPv6", "2001:db8::/33", "2001:db8:7fff::1", true},
           Row{"just beside it", "2001:db8::/33", "2001:db8:8000::1", false},
       }) {
    CAPTURE(row.why);
    const auto network = Network::parse(row.network);
    REQUIRE(network);
    CHECK(network->contains(*numeric_address(row.address, 80)) == row.inside);
  }
}

TEST_CASE("what is no network is refused") {
  for (const char* text : {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x",
                           "10.0.0.0/8/8", "::/129", "zone-a", "10.0.0/8"}) {
    CAPTURE(text);
    CHECK_FALSE(Network::parse(text));
  }
}

TEST_CASE("connecting says at once or later whether anybody is there") {
  test::ScriptedServer server(test::answers(test::ok_answer()));
  const ConnectStart good = start_connect(*numeric_address("127.0.0.1", server.port()));
  REQUIRE(good.descriptor >= 0);
  CHECK((good.error == 0 || good.error == EINPROGRESS));
  CHECK(socket_error(good.descriptor) == 0);
  ::close(good.descriptor);

  // An address that no socket of this kind can have.
  Address nowhere = *numeric_address("127.0.0.1", 1);
  nowhere.length = 1;
  const ConnectStart bad = start_connect(nowhere);
  CHECK(bad.descriptor == -1);
  CHECK(bad.error != 0);
}

TEST_CASE("the class of a connect error") {
  CHECK(connect_class(ECONNREFUSED) == Outcome::connect_refused);
  CHECK(connect_class(ETIMEDOUT) == Outcome::connect_timeout);
  CHECK(connect_class(ECONNRESET) == Outcome::reset);
  CHECK(connect_class(EHOSTUNREACH) == Outcome::connect_other);
  for (const int ours : {EADDRNOTAVAIL, EMFILE, ENFILE, ENOBUFS, ENOMEM, EAGAIN}) {
    CHECK(connect_class(ours) == Outcome::blind_no_socket);
  }
}

}  // namespace
}  // namespace loadgen
