#!/usr/bin/env python3
"""Hostile and mistaken input: one clear message each, and the exit code that the contract names.
And `loadgen http`, typed as users of loadtest type it."""

import json
import unittest

from cases import ConcurrentCases, prepared
from program import HEALTHY, command, run, scenario
from servers import Certificates, RefusingPort, ScriptedServer

# Arguments, the exit codes allowed, what the message must contain, and why.
MISTAKES = [
    (["http", "not a url"], {2}, "not a url", "no URL"),
    (["http", "htp://127.0.0.1/"], {2}, "htp", "no scheme that we speak"),
    (["http", "http://"], {2}, "http://", "no host"),
    (["http", "http://127.0.0.1:99999/"], {2}, "99999", "no port number"),
    (["http", "http://[::1/"], {2}, "[::1", "an address that never closes"),
    (["http"], {2}, "URL", "nothing to load"),
    (["http", "--rps", "fast", "http://127.0.0.1/"], {2},
     '--rps: "fast"; expected requests per second', "a rate that is no number"),
    (["http", "-t", "5s", "http://127.0.0.1/"], {2}, '"5s"; expected seconds',
     "loadtest's seconds"),
    (["http", "--timeout", "1s", "http://127.0.0.1/"], {2}, '"1s"; expected milliseconds',
     "loadtest's milliseconds"),
    (["run", "x.toml", "--seed", "luck"], {2}, '--seed: "luck"; expected', "no seed"),
    (["http", "--no-such-flag", "http://127.0.0.1/"], {2}, "no-such-flag", "an unknown flag"),
    (["http", "-t", "1", "http://no-such-host.invalid/"], {10, 14}, "no-such-host.invalid",
     "a name that nobody knows"),
    (["no-such-command"], {2}, "no-such-command", "an unknown subcommand"),
    ([], {2}, "", "nothing at all"),
    (["run"], {2}, "SCENARIO", "no scenario"),
    (["run", "no-such-file.toml"], {2}, "no-such-file.toml", "a scenario that is not there"),
    (["run", "/"], {2}, "/", "a directory for a scenario"),
    (["validate", "no-such-file.toml"], {2}, "no-such-file.toml", "the same for validate"),
    (["report", "no-such-directory"], {2}, "no-such-directory", "no results there"),
    (["revert", "no-such-directory"], {2}, "no-such-directory", "no journal there"),
    (["target", "--listen", "nowhere:80"], {2}, "nowhere", "no address to listen on"),
    (["target", "--error-rate", "20"], {2}, "--error-rate", "a share without its unit"),
]

# A scenario's text, the place that must be named, what must be said, and why.
MISTAKEN_SCENARIOS = [
    ("schema = 1\n[phases]\nbefore = \"1s\"\nafterr = \"1s\"\n", ":4:", "after",
     "a misspelt key is pointed at"),
    ("schema = 1\n[phases]\nbefore = 5\n", ":3:", "before", "a duration without its unit"),
    ("schema = 1\n[phases\n", ":2:", "", "broken TOML"),
    ("", "", "schema", "an empty file"),
    ("\x00\xff\xfe", "", "", "no text at all"),
]


@prepared
def mistakes(directory):
    return [(command(*arguments, cwd=directory), arguments, codes, needle, why)
            for arguments, codes, needle, why in MISTAKES]


@prepared
def mistaken_scenarios(directory):
    done = []
    for i, (text, place, needle, why) in enumerate(MISTAKEN_SCENARIOS):
        path = directory / f"mistake{i}.toml"
        path.write_bytes(text.encode("latin-1"))
        for subcommand in ("validate", "run"):
            finished = command(subcommand, path, cwd=directory)
            done.append((finished, path.name + place, needle, f"{subcommand}: {why}"))
    return done


@prepared
def unresolvable(directory):
    return run(directory, scenario("http://no-such-host.invalid"))


@prepared
def certificates(directory):
    """Finished runs by what is wrong with the certificate."""
    made = Certificates(directory)

    def attempt(name, tls="", **server_options):
        own = directory / f"run-{name}"
        own.mkdir()
        with ScriptedServer(own, **server_options) as server:
            return run(own, scenario(server.url, before="1s", group=tls, rest=HEALTHY))

    def served_with(name):
        return {"tls_cert": made.cert(name), "tls_key": made.key(name)}

    ca = f'tls = {{ ca = "{made.cert("ca")}" }}'
    client = (f'tls = {{ ca = "{made.cert("ca")}", cert = "{made.cert("client")}", '
              f'key = "{made.key("client")}" }}')
    demanding = {**served_with("server"), "tls_client_ca": made.cert("ca")}
    return {
        "own ca": attempt("own-ca", ca, **served_with("server")),
        "insecure": attempt("insecure", "tls = { insecure = true }", **served_with("self_signed")),
        "client certificate": attempt("client", client, **demanding),
        "unknown ca": attempt("unknown-ca", **served_with("server")),
        "self-signed": attempt("self-signed", ca, **served_with("self_signed")),
        "wrong host": attempt("wrong-host", ca, **served_with("wrong_host")),
        "expired": attempt("expired", ca, **served_with("expired")),
        "client certificate missing": attempt("no-client", ca, **demanding),
        "no tls at all": run_against_plain(directory / "plain", ca),
    }


def run_against_plain(directory, tls):
    directory.mkdir()
    with ScriptedServer(directory) as server:
        url = server.url.replace("http:", "https:")
        return run(directory, scenario(url, before="1s", group=tls, rest=HEALTHY))


@prepared
def quick_runs(directory):
    with ScriptedServer(directory) as server:
        json_file = directory / "open.json"
        open_loop = command("http", "-t", "2", "-c", "10", "--rps", "50", "--json", json_file,
                            server.url + "/")
        served_open = len(server.requests())
        closed_loop = command("http", "-n", "200", "-c", "4", server.url + "/")
        served_closed = len(server.requests()) - served_open
        held = command("http", "-t", "1", "--rps", "200", "--check", "p50 < 10s", server.url)
        refuted = command("http", "-t", "1", "--rps", "200", "--check", "p99 < 1us", server.url)
    with RefusingPort() as port:
        refused = command("http", "-t", "1", "--rps", "20", port.url)
    return {"open": open_loop, "result": json.loads(json_file.read_text()),
            "served_open": served_open, "closed": closed_loop, "served_closed": served_closed,
            "held": held, "refuted": refuted, "refused": refused}


class InputTest(ConcurrentCases):
    def assert_clear(self, finished, needle):
        """A short message that names what is wrong, and no sign of a crash."""
        self.assertIn(needle, finished.stderr, finished.text())
        self.assertTrue(finished.stderr.strip(), "it says nothing")
        self.assertLessEqual(len(finished.stderr.strip().splitlines()), 8, finished.stderr)
        for word in ("terminate called", "what():", "assertion", "Segmentation"):
            self.assertNotIn(word, finished.stderr)

    def test_each_mistake_has_its_message_and_exit_code(self):
        for finished, arguments, codes, needle, why in self.outcome_of(mistakes):
            with self.subTest(why, arguments=arguments):
                self.assertIn(finished.code, codes, finished.text())
                self.assert_clear(finished, needle)

    def test_each_mistake_in_a_scenario_is_pointed_at(self):
        for finished, place, needle, why in self.outcome_of(mistaken_scenarios):
            with self.subTest(why):
                self.assertEqual(finished.code, 2, finished.text())
                self.assertIn(place, finished.stderr)
                self.assertIn(needle, finished.stderr)

    def test_a_name_that_nobody_knows_fails_in_preflight(self):
        finished = self.outcome_of(unresolvable)
        self.assertEqual(finished.code, 14, finished.text())
        self.assert_clear(finished, "no-such-host.invalid")

    def test_good_certificates_are_accepted(self):
        for name in ("own ca", "insecure", "client certificate"):
            with self.subTest(name):
                finished = self.outcome_of(certificates)[name]
                self.assert_ran(finished, 0)
                self.assertEqual(finished.phase()["ok"], 20)

    def test_wrong_certificates_are_refused_before_anything_is_sent(self):
        for name, needle in (("unknown ca", "certificate"), ("self-signed", "self"),
                             ("wrong host", "127.0.0.1"), ("expired", "expired"),
                             ("no tls at all", "")):
            with self.subTest(name):
                finished = self.outcome_of(certificates)[name]
                self.assertEqual(finished.code, 14, finished.text())
                self.assert_clear(finished, needle)

    def test_a_missing_client_certificate_is_found_before_the_run(self):
        # With TLS 1.3 the client's handshake ends before the server has judged its certificate.
        finished = self.outcome_of(certificates)["client certificate missing"]
        self.assertEqual(finished.code, 14, finished.text())
        self.assert_clear(finished, "certificate required")

    def test_open_loop_as_loadtest_types_it(self):
        facts = self.outcome_of(quick_runs)
        self.assertEqual(facts["open"].code, 0, facts["open"].text())
        self.assertEqual(facts["served_open"], 100)
        phase = facts["result"]["groups"]["target"]["workloads"]["http"]["phases"]["run"]
        self.assertEqual(phase["ok"], 100)
        self.assertTrue(facts["open"].stdout.lstrip().startswith("Target URL:"),
                        facts["open"].stdout)
        self.assertIn("Percentage of requests served within a certain time",
                      facts["open"].stdout)

    def test_closed_loop_sends_exactly_the_number_asked_for(self):
        facts = self.outcome_of(quick_runs)
        self.assertEqual(facts["closed"].code, 0, facts["closed"].text())
        self.assertEqual(facts["served_closed"], 200)

    def test_checks_decide_the_exit_code(self):
        facts = self.outcome_of(quick_runs)
        self.assertEqual(facts["held"].code, 0, facts["held"].text())
        self.assertEqual(facts["refuted"].code, 10, facts["refuted"].text())
        self.assertIn(facts["refused"].code, (10, 14), facts["refused"].text())
        self.assertIn("refused", facts["refused"].stderr + facts["refused"].stdout)


if __name__ == "__main__":
    unittest.main()
