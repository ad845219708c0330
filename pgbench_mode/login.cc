#include "pgbench_mode/login.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string_view>
#include <utility>

#include "pgbench_mode/message.h"

namespace loadgen::pgbench {

namespace {

using Clock = std::chrono::steady_clock;

/// Waits for what libpq waits for. False at the deadline.
bool wait_for(int socket, short events, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    pollfd descriptor{socket, events, 0};
    const int ready = ::poll(&descriptor, 1, static_cast<int>(std::min<long>(left.count(), 60000)));
    if (ready > 0) return true;
  }
}

/// PQconnectPoll to its end. The socket may be another one after each step. False at the deadline.
bool finish_connecting(PGconn* connection, Clock::time_point deadline) {
  short events = POLLOUT;
  while (PQstatus(connection) != CONNECTION_BAD) {
    if (!wait_for(PQsocket(connection), events, deadline)) return false;
    const PostgresPollingStatusType next = PQconnectPoll(connection);
    if (next == PGRES_POLLING_OK || next == PGRES_POLLING_FAILED) break;
    events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT;
  }
  return true;
}

PgconnHandle start(const Login& login) {
  const auto words = keywords(login);
  std::vector<const char*> names, values;
  for (const auto& [name, value] : words) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  return PgconnHandle(PQconnectStartParams(names.data(), values.data(), 1));
}

/// libpq's own test of what is more than a database's name.
bool is_conninfo(const std::string& text) {
  return text.rfind("postgresql://", 0) == 0 || text.rfind("postgres://", 0) == 0 ||
         text.find('=') != std::string::npos;
}

/// connect_timeout is ignored by PQconnectPoll, and whoever set it meant it.
std::chrono::milliseconds own_limit(PGconn* connection, std::chrono::milliseconds limit) {
  long seconds = 0, hosts = 1;
  PQconninfoOption* all = PQconninfo(connection);
  for (const PQconninfoOption* one = all; one != nullptr && one->keyword != nullptr; ++one) {
    if (one->val == nullptr) continue;
    const std::string_view name = one->keyword, value = one->val;
    if (name == "connect_timeout") seconds = std::strtol(one->val, nullptr, 10);
    if (name == "host" || name == "hostaddr")
      hosts = std::max<long>(hosts, 1 + std::count(value.begin(), value.end(), ','));
  }
  PQconninfoFree(all);
  if (seconds <= 0 || seconds > limit.count() / 1000) return limit;
  return std::min(limit, std::chrono::milliseconds(std::max(seconds, 2L) * hosts * 1000));
}

Fatal connection_failure(const std::string& reason, const std::string& purpose) {
  return Fatal({{"error: ", reason}, {"error: ", purpose}});
}

}  // namespace

void append_setting(std::string& text, const std::string& name, const std::string& value) {
  if (!text.empty()) text += ' ';
  text += name + "='";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  text += '\'';
}

std::vector<std::pair<std::string, std::string>> keywords(const Login& login) {
  std::vector<std::pair<std::string, std::string>> words;
  if (login.host) words.emplace_back("host", *login.host);
  if (login.port) words.emplace_back("port", *login.port);
  if (login.user) words.emplace_back("user", *login.user);
  if (login.password) words.emplace_back("password", *login.password);
  words.emplace_back("dbname", login.database);
  words.emplace_back("fallback_application_name", login.application);
  return words;
}

std::string conninfo_text(const Login& login) {
  std::string text;
  for (const auto& [name, value] : keywords(login)) {
    if (name != "dbname" || !is_conninfo(value)) {
      append_setting(text, name, value);
      continue;
    }
    char* problem = nullptr;
    PQconninfoOption* all = PQconninfoParse(value.c_str(), &problem);
    if (all == nullptr) {
      const std::string words = problem != nullptr ? problem : "out of memory\n";
      PQfreemem(problem);
      throw UserError(words.substr(0, words.find_last_not_of('\n') + 1));
    }
    for (const PQconninfoOption* one = all; one->keyword != nullptr; ++one)
      if (one->val != nullptr) append_setting(text, one->keyword, one->val);
    PQconninfoFree(all);
  }
  return text;
}

PgconnHandle open_connection(Login& login, const ConnectOptions& options,
                             const std::string& purpose) {
  for (;;) {
    PgconnHandle connection = start(login);
    if (!connection) throw connection_failure("out of memory", purpose);
    const std::chrono::milliseconds limit = own_limit(connection.get(), options.limit);
    if (!finish_connecting(connection.get(), Clock::now() + limit)) {
      const auto seconds = std::chrono::duration<double>(limit).count();
      char reason[80];
      std::snprintf(reason, sizeof reason, "no answer from the server within %g s", seconds);
      throw connection_failure(reason, purpose);
    }
    if (PQstatus(connection.get()) == CONNECTION_OK) return connection;
    const bool ask = PQconnectionNeedsPassword(connection.get()) != 0 && !login.password &&
                     static_cast<bool>(options.ask_password);
    if (!ask) throw connection_failure(PQerrorMessage(connection.get()), purpose);
    login.password = options.ask_password();
  }
}

std::string ask_password_on_terminal() {
  std::FILE* terminal = std::fopen("/dev/tty", "r+");
  std::FILE* in = terminal != nullptr ? terminal : stdin;
  std::FILE* out = terminal != nullptr ? terminal : stderr;
  termios before{};
  const bool silenced = ::tcgetattr(::fileno(in), &before) == 0;
  if (silenced) {
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(::fileno(in), TCSAFLUSH, &silent);
  }
  std::fputs("Password: ", out);
  std::fflush(out);
  std::string password;
  for (int c = std::fgetc(in); c != EOF && c != '\n'; c = std::fgetc(in))
    password += static_cast<char>(c);
  if (silenced) ::tcsetattr(::fileno(in), TCSAFLUSH, &before);
  std::fputc('\n', out);
  if (terminal != nullptr) std::fclose(terminal);
  return password;
}

std::string conninfo_of(PGconn* connection) {
  std::map<std::string, std::string> settings;
  PQconninfoOption* all = PQconninfo(connection);
  for (const PQconninfoOption* one = all; one != nullptr && one->keyword != nullptr; ++one)
    if (one->val != nullptr) settings[one->keyword] = one->val;
  PQconninfoFree(all);
  // The service is already resolved, and would be read again.
  settings.erase("service");
  settings["host"] = PQhost(connection);
  settings["port"] = PQport(connection);
  const char* address = PQhostaddr(connection);
  settings.erase("hostaddr");
  if (address != nullptr && address[0] != '\0') settings["hostaddr"] = address;
  std::string text;
  for (const auto& [name, value] : settings) append_setting(text, name, value);
  return text;
}

}  // namespace loadgen::pgbench
