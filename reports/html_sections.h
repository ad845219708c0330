// The sections of the HTML report, top to bottom; html.cc puts them into a page. Each returns a
// whole <section>, or "" when there is nothing to say.
#pragma once

#include <string>
#include <string_view>

#include "loadgen/core/result.h"
#include "reports/svg.h"

namespace loadgen::reports {

/// The page's style sheet: light, dark and print.
std::string_view html_style();

std::string html_verdict(const Result& result);
std::string html_trust(const Result& result);
std::string html_capacity(const Result& result);
std::string html_checks(const Result& result);
std::string html_matrix(const Result& result);
std::string html_comparison(const Result& result);
std::string html_ledger(const Result& result);
std::string html_recovery(const Result& result);
std::string html_timelines(const Result& result);
std::string html_spectrum(const Result& result);
std::string html_errors(const Result& result);
std::string html_observations(const Result& result);
std::string html_details(const Result& result);
/// Server samples: a part of the details, and no section of its own.
std::string html_servers(const Result& result);
std::string html_faults(const Result& result);
std::string html_method(const Result& result);

/// The result as JSON in a script element that nobody runs; or a sentence that it is left out, when
/// it takes more than `room` bytes.
std::string html_data(const Result& result, std::size_t room);

/// What stands around the sections; escaped by page().
struct PageHead {
  std::string title, heading, brand, generator, footer;
};
/// A whole document: style, header, `content` as markup, footer.
std::string page(const PageHead& head, const std::string& content);

/// <section id> with its heading.
std::string section(std::string_view id, std::string_view heading, const std::string& body);

/// What is folded away unless somebody opens it; "" without rows.
std::string fold(const std::string& name, const std::string& caption, const std::string& rows);

/// A table that scrolls sideways on narrow screens. caption: for screen readers, escaped here;
/// content: rows as markup.
std::string scroll_table(std::string_view caption, std::string_view classes,
                         const std::string& content);

/// <span class="tag …"> with the group's colour and line style beside its name, escaped.
std::string group_tag(const Result& result, std::string_view group);

/// The look of a group's lines: control blue and dashed, the first other one orange and solid.
Ink ink_of_group(const Result& result, std::string_view group);
/// The look of the n-th of several classes or zones.
Ink ink_of_class(std::size_t n);
/// "test_db control", short: the group's name, cut to what fits beside a plot.
std::string short_name(std::string_view group);

/// Time axis, phase bands and fault edges of charts over [from, to] seconds from time zero.
void set_time_axis(Chart& chart, const Result& result, double from_s, double to_s);

}  // namespace loadgen::reports
