#!/usr/bin/env python3
"""What Prometheus reads from a run: promtool finds nothing to complain about, a real Prometheus
scrapes it, and the last figures are those of the result."""

import json
import pathlib
import re
import shutil
import socket
import subprocess
import unittest
import urllib.parse
import urllib.request

import program
from cases import ConcurrentCases, prepared
from cluster import Coordinator, Process, Target, Worker
from program import BINARY, Finished, read_result, wait_until

LISTEN = '[outputs]\nlisten = "127.0.0.1:0"\nlinger = "6s"\n'


def scrape(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def sample(text, name, **labels):
    """The sum of the samples of this name that have at least these labels."""
    total = None
    for line in text.splitlines():
        found = re.match(r"(\w+)(?:\{(.*)\})? (\S+)$", line)
        if not found or found[1] != name:
            continue
        has = dict(re.findall(r'(\w+)="([^"]*)"', found[2] or ""))
        if all(has.get(key) == value for key, value in labels.items()):
            total = (total or 0) + float(found[3])
    return total


def url_in(process):
    process.says("metrics at ")
    return re.search(r"metrics at (\S+)", process.stderr)[1]


class Run(Process):
    """`loadgen run`, whose output can be read while it goes on."""

    def __init__(self, directory, toml, *flags):
        self.out = pathlib.Path(directory) / "out"
        path = pathlib.Path(directory) / "scenario.toml"
        path.write_text(toml)
        super().__init__([BINARY, "run", path, "--out", self.out, "--progress", "plain", *flags],
                         directory)

    def finished(self):
        code = self.wait_for_exit()
        return Finished(code, self.stdout, self.stderr, self.out, read_result(self.out))


class Prometheus(Process):
    """One that scrapes this address each second."""

    def __init__(self, directory, url):
        place = urllib.parse.urlsplit(url).netloc
        config = pathlib.Path(directory) / "prometheus.yml"
        config.write_text("scrape_configs:\n  - job_name: loadgen\n    scrape_interval: 1s\n"
                          f"    static_configs:\n      - targets: ['{place}']\n")
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.place = f"127.0.0.1:{one.getsockname()[1]}"
        super().__init__(
            ["prometheus", f"--config.file={config}",
             f"--storage.tsdb.path={pathlib.Path(directory) / 'tsdb'}",
             f"--web.listen-address={self.place}"], directory)

    def ask(self, query):
        """The value of the first sample; nothing while it has none."""
        where = f"http://{self.place}/api/v1/query?" + urllib.parse.urlencode({"query": query})
        try:
            found = json.loads(scrape(where))["data"]["result"]
        except OSError:  # it has only been started
            return None
        return float(found[0]["value"][1]) if found else None


@prepared
def one_run(directory):
    """(finished, a scrape in the run, one at its end, what Prometheus answers)."""
    asked = {}
    with Target(directory) as target:
        toml = program.scenario(target.url, before="6s", rate=50, rest=LISTEN)
        with Run(directory, toml) as run:
            url = url_in(run)
            run.says("event phase=before")
            wait_until(lambda: sample(scrape(url), "loadgen_tickets_total", outcome="ok"), "ok", 20)
            during = scrape(url)
            if shutil.which("prometheus"):
                with Prometheus(directory, url) as prometheus:
                    for query in ("sum(loadgen_tickets_total)",
                                  'histogram_quantile(0.5, loadgen_response_time_seconds_bucket)'):
                        wait_until(lambda q=query: prometheus.ask(q) is not None, query, 20)
                        asked[query] = prometheus.ask(query)
            run.says("report: ", 30)
            wait_until(lambda: "\n" in run.stdout, "the summary")
            at_end = scrape(url)
            return run.finished(), during, at_end, asked


@prepared
def several_processes(directory):
    with Target(directory) as target, \
            Coordinator(directory, program.scenario(target.url, before="4s", rate=50, rest=LISTEN),
                        2) as coordinator:
        url_in(coordinator)
        workers = [Worker(directory, coordinator.port, "--metrics", "127.0.0.1:0")
                   for _ in range(2)]
        urls = [url_in(worker) for worker in workers]
        coordinator.begun()
        wait_until(lambda: all((sample(scrape(one), "loadgen_tickets_total", outcome="ok") or 0) > 0
                               for one in urls), "each worker has sent", 20)
        during = [scrape(one) for one in urls]
        finished = coordinator.finished()
        for worker in workers:
            worker.wait_for_exit()
        return finished, during


class MetricsTest(ConcurrentCases):
    def test_the_last_figures_are_those_of_the_result(self):
        finished, _, at_end, _ = self.outcome_of(one_run)
        self.assert_ran(finished, 0)
        phase = finished.phase()
        self.assertGreater(phase["planned"], 250)
        self.assertEqual(sample(at_end, "loadgen_tickets_scheduled_total"), phase["scheduled"])
        self.assertEqual(sample(at_end, "loadgen_tickets_total", outcome="ok"), phase["ok"])
        self.assertEqual(sample(at_end, "loadgen_tickets_total"), phase["scheduled"])
        self.assertEqual(sample(at_end, "loadgen_response_time_seconds_count"), phase["planned"])
        self.assertEqual(sample(at_end, "loadgen_ok_response_time_seconds_count"), phase["ok"])
        self.assertEqual(sample(at_end, "loadgen_tickets_in_flight"), 0)
        self.assertEqual(sample(at_end, "loadgen_phase"), 0)  # the run is over

    def test_while_it_runs(self):
        _, during, _, _ = self.outcome_of(one_run)
        self.assertEqual(sample(during, "loadgen_phase", phase="before"), 1)
        self.assertEqual(sample(during, "loadgen_achieved_ratio"), 1)
        self.assertGreater(sample(during, "loadgen_send_lag_seconds_count"), 0)

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not installed")
    def test_promtool_has_nothing_to_complain_about(self):
        _, during, at_end, _ = self.outcome_of(one_run)
        _, of_workers = self.outcome_of(several_processes)
        for text in (during, at_end, *of_workers):
            done = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                                  capture_output=True, timeout=30)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    @unittest.skipUnless(shutil.which("prometheus"), "prometheus is not installed")
    def test_a_prometheus_scrapes_it(self):
        _, _, _, asked = self.outcome_of(one_run)
        self.assertGreater(asked["sum(loadgen_tickets_total)"], 0)
        median = asked["histogram_quantile(0.5, loadgen_response_time_seconds_bucket)"]
        self.assertTrue(0 < median < 10, asked)

    def test_each_worker_tells_its_share(self):
        finished, during = self.outcome_of(several_processes)
        self.assert_ran(finished, 0)
        for text in during:
            self.assertTrue(0 < sample(text, "loadgen_tickets_scheduled_total") < 150, text)
            self.assertEqual(sample(text, "loadgen_phase", phase="before"), 1)

    def test_an_address_that_is_taken_is_refused_before_anything_is_sent(self):
        with socket.create_server(("127.0.0.1", 0)) as busy:
            place = f"127.0.0.1:{busy.getsockname()[1]}"
            out = pathlib.Path(self._directory.name) / "refused"
            toml = out.parent / "refused.toml"
            toml.write_text(program.scenario("http://127.0.0.1:9",
                                             rest=f'[outputs]\nlisten = "{place}"\n'))
            token = out.parent / "token"
            token.write_text("0123456789abcdef\n")
            for flags, named in (
                    (["run", toml, "--out", out], "outputs.listen"),
                    (["coordinator", toml, "--out", out, "--listen", "127.0.0.1:0", "--token-file",
                      token], "outputs.listen"),
                    (["worker", "--coordinator", "127.0.0.1:9", "--token-file", token,
                      "--metrics", place], "--metrics")):
                with self.subTest(flags[0]):
                    done = program.command(*flags)
                    self.assertEqual(done.code, 2, done.text())
                    self.assertIn(f"loadgen: {named}: can't listen on {place}: Address already in "
                                  "use\n", done.stderr)
                    self.assertFalse(out.exists())


if __name__ == "__main__":
    unittest.main()
