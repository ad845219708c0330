#include "loadgen/drive/readiness.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <system_error>
#include <utility>

namespace loadgen {

namespace {

epoll_event event_of(Pollable& owner, std::uint32_t interest) {
  epoll_event event{};
  event.events = EPOLLRDHUP;
  if (interest & Readiness::read) event.events |= EPOLLIN;
  if (interest & Readiness::write) event.events |= EPOLLOUT;
  event.data.ptr = &owner;
  return event;
}

void require(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

Readiness::Readiness() : events_(new epoll_event[kBatch]) {
  set_ = epoll_create1(EPOLL_CLOEXEC);
  require(set_, "epoll_create1");
  mailbox_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  require(mailbox_, "eventfd");
  add(mailbox_, mailbox_owner_, read);
}

Readiness::~Readiness() {
  close(mailbox_);
  close(set_);
  delete[] events_;
}

void Readiness::add(int descriptor, Pollable& owner, std::uint32_t interest) {
  epoll_event event = event_of(owner, interest);
  require(epoll_ctl(set_, EPOLL_CTL_ADD, descriptor, &event), "epoll_ctl add");
}

void Readiness::change(int descriptor, Pollable& owner, std::uint32_t interest) {
  epoll_event event = event_of(owner, interest);
  require(epoll_ctl(set_, EPOLL_CTL_MOD, descriptor, &event), "epoll_ctl mod");
}

void Readiness::remove(int descriptor) {
  epoll_event unused{};
  require(epoll_ctl(set_, EPOLL_CTL_DEL, descriptor, &unused), "epoll_ctl del");
}

int Readiness::wait(Instant now, Instant deadline) {
  const auto left = std::max(Duration{0}, deadline - now);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
  timespec timeout{};
  timeout.tv_sec = seconds.count();
  timeout.tv_nsec = (left - seconds).count();
  const int ready = epoll_pwait2(set_, events_, kBatch, &timeout, nullptr);
  if (ready < 0) {
    if (errno == EINTR) return 0;
    throw std::system_error(errno, std::generic_category(), "epoll_pwait2");
  }
  for (int i = 0; i < ready; ++i) {
    if (events_[i].data.ptr != &mailbox_owner_) continue;
    std::uint64_t count = 0;
    woken_ = ::read(mailbox_, &count, sizeof count) == sizeof count;
  }
  return ready;
}

Readiness::Event Readiness::event(int number) const {
  const epoll_event& e = events_[number];
  return {static_cast<Pollable*>(e.data.ptr), (e.events & (EPOLLIN | EPOLLRDHUP)) != 0,
          (e.events & EPOLLOUT) != 0, (e.events & (EPOLLERR | EPOLLHUP)) != 0};
}

bool Readiness::woken() { return std::exchange(woken_, false); }

void Readiness::wake() {
  const std::uint64_t one = 1;
  // A full counter means that a wake is pending already.
  [[maybe_unused]] const auto written = ::write(mailbox_, &one, sizeof one);
}

}  // namespace loadgen
