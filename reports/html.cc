#include <algorithm>

#include "reports/facts.h"
#include "reports/format.h"
#include "reports/html_sections.h"
#include "reports/render.h"

namespace loadgen::reports {
namespace {

/// A page is sent around: bytes, all of it.
constexpr std::size_t kLargestPage = 600'000;

struct Section {
  const char* id;
  const char* name;  // in the list at the top
  std::string (*render)(const Result&);
};

constexpr Section kSections[] = {
    {"trust", "Trust", html_trust},
    {"capacity", "Capacity", html_capacity},
    {"checks", "Hypothesis", html_checks},
    {"matrix", "Matrix", html_matrix},
    {"comparison", "Comparison", html_comparison},
    {"recovery", "Recovery", html_recovery},
    {"ledger", "Ledger", html_ledger},
    {"timelines", "Time lines", html_timelines},
    {"spectrum", "Percentiles", html_spectrum},
    {"errors", "Errors", html_errors},
    {"observations", "Observations", html_observations},
    {"details", "Details", html_details},
    {"faults", "Fault log", html_faults},
    {"method", "Method and limits", html_method},
};

}  // namespace

std::string section(std::string_view id, std::string_view heading, const std::string& body) {
  const std::string name(id);
  return "<section id=\"" + name + "\" class=\"long\" aria-labelledby=\"" + name +
         "-h\"><h2 id=\"" + name + "-h\">" + escape(heading) + "</h2>" + body + "</section>\n";
}

std::string scroll_table(std::string_view caption, std::string_view classes,
                         const std::string& content) {
  return "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" + escape(caption) +
         "\"><table class=\"" + std::string(classes) + "\"><caption>" + escape(caption) +
         "</caption>" + content + "</table></div>\n";
}

std::string page(const PageHead& head, const std::string& content) {
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
         "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
         "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"generator\" content=\"" +
         escape(head.generator) + "\"><title>" + escape(head.title) + "</title><style>" +
         std::string(html_style()) + "</style></head>\n<body><main><header class=\"top\"><h1>" +
         escape(head.heading) + "</h1><span class=\"brand\">" + escape(head.brand) +
         "</span></header>\n" + content + "<footer>" + escape(head.footer) +
         "</footer></main></body></html>\n";
}

std::string html(const Result& result) {
  const std::string title = (result.name.empty() ? result.run_id : result.name);
  const std::string tool = result.tool_name + " " + result.tool_version;
  std::string body, links;
  for (const Section& each : kSections) {
    const std::string text = each.render(result);
    if (text.empty()) continue;
    body += text;
    links += std::string("<li><a href=\"#") + each.id + "\">" + each.name + "</a></li>";
  }
  const PageHead head{.title = std::string(name_of(result.verdict)) + ": " + title,
                      .heading = title,
                      .brand = "loadgen report",
                      .generator = tool,
                      .footer = "Made by " + tool + " from run " + result.run_id +
                                ". Times are counted from the instant a request was due."};
  const std::string content =
      "<nav aria-label=\"Sections\"><ul>" + links + "</ul></nav>\n" + html_verdict(result) + body;
  const std::size_t size = page(head, content).size();
  return page(head, content + html_data(result, kLargestPage - std::min(kLargestPage, size)));
}

}  // namespace loadgen::reports
