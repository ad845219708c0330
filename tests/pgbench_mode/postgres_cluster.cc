#include "postgres_cluster.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace loadgen::test {

namespace {

namespace fs = std::filesystem;

/// Where initdb and postgres are: Debian keeps them out of the PATH.
std::string program(const std::string& name) {
  const fs::path versions = "/usr/lib/postgresql";
  std::string newest;
  if (fs::exists(versions)) {
    for (const auto& version : fs::directory_iterator(versions)) {
      const fs::path candidate = version.path() / "bin" / name;
      if (fs::exists(candidate)) newest = std::max(newest, candidate.string());
    }
  }
  return newest.empty() ? name : newest;
}

/// Starts a program as a user who may run a server, its output into a file.
pid_t spawn(const std::vector<std::string>& arguments, const std::string& output) {
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork");
  if (child > 0) return child;
  const int file = open(output.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0666);
  dup2(file, 1);
  dup2(file, 2);
  if (getuid() == 0) {
    const passwd* user = getpwnam("postgres");
    if (user == nullptr || setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 ||
        setuid(user->pw_uid) != 0) {
      _exit(127);
    }
  }
  // A test that crashes must not leave a server behind.
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (getppid() != parent) _exit(127);
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  _exit(127);
}

void run(const std::vector<std::string>& arguments, const std::string& output) {
  int status = 0;
  waitpid(spawn(arguments, output), &status, 0);
  if (status == 0) return;
  std::ifstream said(output);
  throw std::runtime_error(arguments[0] + ": " +
                           std::string(std::istreambuf_iterator<char>(said), {}));
}

std::uint16_t free_port() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  bind(listener, reinterpret_cast<sockaddr*>(&address), length);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  close(listener);
  return ntohs(address.sin_port);
}

}  // namespace

PostgresCluster::PostgresCluster(const std::vector<std::string>& settings) {
  if (const passwd* user = getpwnam("postgres"); getuid() == 0 && user != nullptr) {
    if (chown(directory_.c_str(), user->pw_uid, user->pw_gid) != 0)
      throw std::runtime_error("chown");
  }
  port_ = free_port();
  const std::string data = directory_ + "/data";
  run({program("initdb"), "-N", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
       "--locale=C"},
      directory_ + "/initdb.log");
  std::ofstream conf(data + "/postgresql.conf", std::ios::app);
  conf << "port = " << port_ << "\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '"
       << directory_ << "'\nfsync = off\nmax_connections = 50\nshared_buffers = '16MB'\n"
       << "password_encryption = 'scram-sha-256'\nlogging_collector = off\n";
  for (const std::string& setting : settings) conf << setting << "\n";
  std::ofstream(data + "/pg_hba.conf") << "local all all trust\n"
                                       << "host all scrammed 127.0.0.1/32 scram-sha-256\n"
                                       << "host all all 127.0.0.1/32 trust\n"
                                       << "local replication all trust\n";
  conf.close();
  start();
  sql("CREATE ROLE scrammed LOGIN PASSWORD 'secret'");
}

PostgresCluster::~PostgresCluster() {
  if (postmaster_ > 0) stop();
}

PostgresCluster& PostgresCluster::shared() {
  static PostgresCluster cluster;
  if (cluster.postmaster_ == 0) cluster.start();
  return cluster;
}

std::string PostgresCluster::by_socket() const {
  return "host=" + directory_ + " port=" + std::to_string(port_) +
         " dbname=postgres user=postgres ";
}

std::string PostgresCluster::by_tcp() const {
  return "host=127.0.0.1 port=" + std::to_string(port_) + " dbname=postgres user=postgres ";
}

std::string PostgresCluster::by_tcp_scrammed() const {
  return "host=127.0.0.1 port=" + std::to_string(port_) +
         " dbname=postgres user=scrammed password=secret ";
}

void PostgresCluster::launch() {
  postmaster_ = spawn({program("postgres"), "-D", directory_ + "/data"}, directory_ + "/log");
}

void PostgresCluster::start() {
  launch();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (PQping(by_socket().c_str()) != PQPING_OK) {
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("no server");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void PostgresCluster::stop(int signal) {
  kill(postmaster_, SIGCONT);
  kill(postmaster_, signal);
  int status = 0;
  waitpid(postmaster_, &status, 0);
  postmaster_ = 0;
}

std::string PostgresCluster::sql(const std::string& text) const {
  PGconn* connection =
      PQconnectdb((by_socket() + "options='-c client_min_messages=error'").c_str());
  PGresult* result = PQexec(connection, text.c_str());
  const ExecStatusType status = PQresultStatus(result);
  const std::string problem = PQerrorMessage(connection);
  std::string value;
  if (status == PGRES_TUPLES_OK && PQntuples(result) > 0) value = PQgetvalue(result, 0, 0);
  PQclear(result);
  PQfinish(connection);
  CAPTURE(text);
  CAPTURE(problem);
  REQUIRE((status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK));
  return value;
}

std::vector<pid_t> PostgresCluster::backends(const std::string& application) const {
  std::string list =
      sql("SELECT coalesce(string_agg(pid::text, ' '), '') FROM pg_stat_activity "
          "WHERE application_name = '" +
          application + "'");
  std::vector<pid_t> pids;
  char* at = list.data();
  for (char* end = nullptr;; at = end) {
    const long pid = std::strtol(at, &end, 10);
    if (end == at) return pids;
    pids.push_back(static_cast<pid_t>(pid));
  }
}

void PostgresCluster::make_tables() const {
  sql("DROP TABLE IF EXISTS pgbench_branches, pgbench_tellers, pgbench_accounts, pgbench_history;"
      "CREATE TABLE pgbench_branches (bid int PRIMARY KEY, bbalance int, filler char(88));"
      "CREATE TABLE pgbench_tellers (tid int PRIMARY KEY, bid int, tbalance int, filler char(84));"
      "CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, bid int, abalance int, filler char(84));"
      "CREATE TABLE pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, "
      "filler char(22));"
      "INSERT INTO pgbench_branches SELECT 1, 0;"
      "INSERT INTO pgbench_tellers SELECT n, 1, 0 FROM generate_series(1, 10) n;"
      "INSERT INTO pgbench_accounts SELECT n, 1, 0 FROM generate_series(1, 1000) n;"
      "GRANT ALL ON ALL TABLES IN SCHEMA public TO scrammed");
}

}  // namespace loadgen::test
