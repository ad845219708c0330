#!/usr/bin/env python3
"""Guards what a compiler doesn't: which floor may include which, where third-party headers may
appear, how big files may be, what words may be used, and that each source has its test.

An exception needs a reason, and one that is no longer needed is a failure, too."""

import fnmatch
import os
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent

TOP_LEVEL = {
    "CMakeLists.txt", "CMakePresets.json", "README.md", "LICENSE", "loadgen", "pgbench_mode",
    "scenarios", "reports", "helm", "tests",
    "build", "results",  # made by tools, not committed
}

# Which directories each directory may include from, besides itself: floors below it, lowest last.
FLOORS = {
    "loadgen/core": [],
    "loadgen/plan": ["loadgen/core"],
    "loadgen/stats": ["loadgen/core"],
    "loadgen/drive": ["loadgen/plan", "loadgen/core"],
    "loadgen/analysis": ["loadgen/plan", "loadgen/stats", "loadgen/core"],
    "pgbench_mode": ["loadgen/drive", "loadgen/plan", "loadgen/core"],
    "loadgen/cluster": ["loadgen/drive", "loadgen/analysis", "loadgen/plan", "loadgen/core"],
    "loadgen/experiment": ["loadgen/cluster", "loadgen/drive", "loadgen/analysis", "loadgen/plan",
                           "loadgen/core"],
    "reports": ["loadgen/analysis", "loadgen/plan", "loadgen/stats", "loadgen/core"],
    "loadgen/cli": ["loadgen/experiment", "loadgen/cluster", "loadgen/drive", "loadgen/analysis",
                    "loadgen/plan", "loadgen/stats", "loadgen/core", "reports", "pgbench_mode"],
}

# Third-party headers, and the only files that may include them.
FENCES = [
    (r"<toml(\+\+|\.hpp)", ["loadgen/plan/scenario*.cc"]),
    (r"<CLI/", ["loadgen/cli/*", "loadgen/main.cc"]),
    (r"<boost/json", ["*_json.cc"]),
    (r"<boost/asio", ["loadgen/drive/*", "loadgen/cluster/*", "loadgen/experiment/*",
                      "pgbench_mode/*", "loadgen/cli/*", "tests/bench/simulated_workers.cc"]),
    (r"<boost/beast", ["loadgen/drive/http*", "loadgen/cluster/channel*", "loadgen/cli/target.cc"]),
    (r"<(libpq-fe|pqxx/)", ["pgbench_mode/*"]),
    (r"<boost/math", ["loadgen/stats/distributions.cc"]),
    (r"<prometheus/", ["loadgen/cluster/exporter.cc"]),
    (r"<openssl/", ["loadgen/drive/*", "loadgen/cluster/channel*", "loadgen/core/digest.cc"]),
    (r"<zlib", ["loadgen/core/hlog.cc"]),
    (r"<doctest", ["tests/*"]),
]

SOURCE_LINES, HEADER_LINES, FUNCTION_LINES, COLUMNS = 400, 150, 70, 100

# pattern: why there is no x_test.cc of its own.
UNTESTED_ALONE = {
    "loadgen/experiment/child.cc": "by process_test.cc: the two are one mechanism",
    "loadgen/experiment/live_run.cc": "by conductor_test.cc",
    "loadgen/experiment/tasks.cc": "by conductor_signals_test.cc",
}

BANNED = [
    (r"\b(TODO|FIXME|XXX)\b", "unfinished"),
    (r"(?i)\bnot (yet )?implemented\b|\bunimplemented\b", "unfinished"),
    (r"\b(class|struct|namespace)\s+\w*(Manager|Helper|Utils?|Common|Impl|Context|helpers)\b",
     "a name that says nothing"),
    (r"std::(format|expected)\b", "g++ 12 has none"),
    (r"(?<![\w.$}*])/(home|root|Users|work)/\w", "a path of one machine"),
]

SOURCES = {".cc", ".h", ".py", ".sh", ".txt", ".json", ".toml", ".sql", ".conf", ".md", ""}


def files():
    """Every file of the tree that people write, as a path relative to it."""
    for path in sorted(ROOT.rglob("*")):
        relative = path.relative_to(ROOT)
        parts = relative.parts
        if parts[0] in ("build", "results", ".git") or "__pycache__" in parts:
            continue
        if path.is_file() and not path.name.endswith((".actual", ".pyc")):
            yield relative


def text_of(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def lines_of(path):
    return text_of(path).splitlines()


def directory_of(path):
    """The floor that a path lies on, or nothing."""
    for directory in FLOORS:
        if path.is_relative_to(directory):
            return directory
    return None


def is_code(path):
    return path.suffix in (".cc", ".h")


ALL = list(files())
CODE = [path for path in ALL if is_code(path)]
PRODUCT = [path for path in CODE if directory_of(path)]
# Corpora and goldens are data, whatever their names; licences are others' words.
WRITTEN = [path for path in ALL
           if path.suffix in SOURCES and "corpus" not in path.parts and "goldens" not in path.parts
           and path.name != "LICENSE"]


class TidyTest(unittest.TestCase):
    def assert_none(self, findings):
        if findings:
            self.fail("\n" + "\n".join(findings))

    def includes(self, paths):
        for path in paths:
            for number, line in enumerate(lines_of(path), 1):
                found = re.match(r'\s*#\s*include\s+(["<][^">]+[">])', line)
                if found:
                    yield path, number, found[1]

    def test_includes_go_down_the_floors(self):
        findings = []
        for path, number, included in self.includes(PRODUCT):
            if not included.startswith('"'):
                continue
            other = directory_of(pathlib.PurePath(included.strip('"')))
            own = directory_of(path)
            if other is None:
                findings.append(f"{path}:{number}: {included} is not named from the top")
            elif other != own and other not in FLOORS[own]:
                findings.append(f"{path}:{number}: {own} may not include {included}")
        self.assert_none(findings)

    def test_links_go_down_the_floors(self):
        def directory_called(target):
            name = target.removeprefix("loadgen_")
            return f"loadgen/{name}" if f"loadgen/{name}" in FLOORS else name

        findings = []
        for own, below in FLOORS.items():
            path = pathlib.Path(own) / "CMakeLists.txt"
            if not (ROOT / path).exists():
                continue
            for call in re.findall(r"target_link_libraries\(([^)]*)\)", text_of(path)):
                for target in re.findall(r"\bloadgen_\w+", call)[1:]:
                    other = directory_called(target)
                    if other in FLOORS and other != own and other not in below:
                        findings.append(f"{path}: {own} may not link {target}")
        self.assert_none(findings)

    def test_third_party_headers_stay_inside_their_fence(self):
        findings = []
        for path, number, included in self.includes(CODE):
            for pattern, allowed in FENCES:
                # A test may include what the file that it mirrors may.
                names = {str(path), str(path).removeprefix("tests/").replace("_test.cc", ".cc")}
                if re.match(pattern, included) and not any(
                        fnmatch.fnmatch(name, one) for name in names for one in allowed):
                    findings.append(f"{path}:{number}: {included} belongs into {allowed}")
        self.assert_none(findings)

    def test_a_source_includes_its_own_header_first(self):
        findings = []
        for path in PRODUCT:
            header = path.with_suffix(".h")
            if path.suffix != ".cc" or not (ROOT / header).exists():
                continue
            first = next(self.includes([path]), (path, 0, "nothing"))[2]
            if first != f'"{header}"':
                findings.append(f"{path}: includes {first} before its own header")
        self.assert_none(findings)

    def test_headers_are_guarded(self):
        self.assert_none([f"{path}: no #pragma once" for path in CODE
                          if path.suffix == ".h" and "#pragma once" not in lines_of(path)])

    def test_files_keep_their_budget(self):
        findings = []
        for path in CODE:
            budget = HEADER_LINES if path.suffix == ".h" else SOURCE_LINES
            length = len(lines_of(path))
            if length > budget:
                findings.append(f"{path}: {length} lines, the budget is {budget}")
        self.assert_none(findings)

    def test_functions_keep_their_budget(self):
        # By the layout of clang-format: what a brace alone in the first column closes began at the
        # nearest line above that is not indented.
        findings = []
        for path in PRODUCT:
            begin = 0
            for number, line in enumerate(lines_of(path), 1):
                if line[:1].isalpha():
                    begin = number
                elif line == "}" and number - begin + 1 > FUNCTION_LINES:
                    findings.append(f"{path}:{begin}: a function of {number - begin + 1} lines")
        self.assert_none(findings)

    def test_lines_fit(self):
        self.assert_none([
            f"{path}:{number}: {len(line)} columns"
            for path in WRITTEN if path.suffix in (".cc", ".h", ".py", ".sh", ".txt")
            for number, line in enumerate(lines_of(path), 1) if len(line) > COLUMNS])

    def test_no_banned_words(self):
        own = pathlib.Path(__file__).resolve().relative_to(ROOT)
        self.assert_none([
            f"{path}:{number}: {why}: {line.strip()}"
            for path in WRITTEN if path != own
            for number, line in enumerate(lines_of(path), 1)
            for pattern, why in BANNED if re.search(pattern, line)])

    def test_the_top_level_stays_small(self):
        found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
        self.assertEqual(found - TOP_LEVEL, set())

    def test_each_source_has_its_test(self):
        missing, used = [], set()
        for path in PRODUCT:
            if path.suffix != ".cc":
                continue
            test = pathlib.Path("tests") / path.with_name(path.stem + "_test.cc")
            if (ROOT / test).exists():
                continue
            excuses = [p for p in UNTESTED_ALONE if fnmatch.fnmatch(str(path), p)]
            used.update(excuses)
            if not excuses:
                missing.append(f"{path}: no {test}")
        for excuse in set(UNTESTED_ALONE) - used:
            missing.append(f"{excuse}: stands in UNTESTED_ALONE for nothing")
        self.assert_none(missing)

    def test_each_source_and_test_is_built(self):
        listed = []
        for lists in (path for path in ALL if path.name == "CMakeLists.txt"):
            for name in re.findall(r"[\w./${}]+\.cc\b", text_of(lists)):
                pattern = re.sub(r"\$\{\w+\}", "*", name)
                listed.append(os.path.normpath(lists.parent / pattern))
        self.assert_none([f"{path}: in no CMakeLists.txt" for path in CODE if path.suffix == ".cc"
                          and not any(fnmatch.fnmatch(str(path), one) for one in listed)])


if __name__ == "__main__":
    unittest.main()
