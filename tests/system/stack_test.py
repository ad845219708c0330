"""The demo's stacks (scenarios/demo/stack.sh): routes, kill and revive, no process left behind. And
that every scenario can be read.

Standard library only.
"""
import http.client
import json
import os
import pathlib
import re
import subprocess
import time
import unittest

import program
from stacks import PORT_BASE, STACK, StackCase, run_stack, stack

CONTROL, EXPERIMENTAL = PORT_BASE + 1, PORT_BASE + 2


def get(port, path):
    """(status, X-Served-By or "-", body) of one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.getheader("X-Served-By", "-"), answer.read().decode()
    finally:
        connection.close()


def commands_with(word):
    """Command lines of living processes that name `word`, this program left out."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if word in line and int(process.name) != os.getpid():
            found.append(line)
    return found


class StackTest(StackCase):
    def setUp(self):
        self.assertEqual(0, stack("up"))

    def access_log(self, group):
        """Lines of the group's access log, split into their fields."""
        text = (self.state / group / "access.log").read_text()
        return [line.split() for line in text.splitlines()]

    def test_routes_answer_in_both_groups(self):
        rows = [
            ("no database", "/", 200, r"^songs$"),
            ("two queries", "/test_db", 200, r'"instruments":128,"song":".+ no\. \d+"'),
            ("heavy join", "/get_songs_for_instruments?instrument=0", 200, r'"similar_songs":4'),
            ("last instrument", "/get_songs_for_instruments?instrument=127", 200, r"^\["),
            ("one beyond it", "/get_songs_for_instruments?instrument=128", 400, "0 to 127"),
            ("not a number", "/get_songs_for_instruments?instrument=x", 400, "0 to 127"),
            ("no instrument", "/get_songs_for_instruments", 400, "0 to 127"),
            ("no such route", "/nowhere", 404, "Not Found"),
        ]
        for port in (CONTROL, EXPERIMENTAL):
            for why, path, status, pattern in rows:
                with self.subTest(why, port=port):
                    answer = get(port, path)
                    self.assertEqual(status, answer[0], answer)
                    self.assertIn(answer[1], ("zone-a", "zone-b"))
                    self.assertTrue(re.search(pattern, answer[2], re.MULTILINE), answer)

    def test_join_counts_are_the_same_everywhere(self):
        songs = json.loads(get(CONTROL, "/get_songs_for_instruments?instrument=0")[2])
        self.assertEqual(
            songs, json.loads(get(EXPERIMENTAL, "/get_songs_for_instruments?instrument=0")[2]))
        # Worked out in Python from the definition in schema.sql, and so the same on every machine.
        self.assertEqual({"filename": "a079fc2d02450fd1f9bdff5b203de310", "instruments": 10,
                          "similar_songs": 4, "song": "Burning City no. 617"}, songs[0])
        self.assertEqual(79, len(songs))

    def test_access_log_and_application_count_every_request(self):
        before = len(self.access_log("control"))
        asked = 50
        for _ in range(asked):
            get(CONTROL, "/test_db")
        lines = self.access_log("control")[before:]
        self.assertEqual(asked, len(lines))
        self.assertEqual({("200", "GET", "/test_db", "200")},
                         {(line[2], line[3], line[4], line[8]) for line in lines})
        self.assertEqual(11, len(lines[0]))
        zones = [line[10] for line in lines]
        self.assertAlmostEqual(asked / 2, zones.count("zone-a"), delta=1)
        total = 0
        for app_port in (PORT_BASE + 11, PORT_BASE + 12):
            total += json.loads(get(app_port, "/served")[2])["/test_db 200"]
        logged = [line for line in self.access_log("control") if line[4] == "/test_db"]
        self.assertEqual(len(logged), total)

    def test_zone_b_serves_while_zone_a_is_dead(self):
        self.assertEqual(0, stack("healthy", "experimental", "zone-a"))
        self.assertEqual(1, stack("dead", "experimental", "zone-a"))

        self.assertEqual(0, stack("kill", "experimental", "zone-a"))
        self.assertEqual(0, stack("dead", "experimental", "zone-a"))
        self.assertEqual(1, stack("healthy", "experimental", "zone-a"))
        self.assertEqual(0, stack("healthy", "experimental", "zone-b"))
        self.assertEqual(0, stack("healthy", "control"))

        home = [get(EXPERIMENTAL, "/") for _ in range(300)]
        self.assertEqual({(200, "zone-b"), (502, "-")}, {answer[:2] for answer in home})
        failures = [answer[0] for answer in home].count(502)
        self.assertTrue(100 <= failures <= 103, failures)  # then nginx leaves zone a out
        status, zone, body = get(EXPERIMENTAL, "/test_db")
        self.assertEqual((500, "zone-b"), (status, zone))
        self.assertIn("Traceback (most recent call last)", body)
        self.assertIn("psycopg2.OperationalError", body)
        self.assertEqual((200, 200), (get(CONTROL, "/")[0], get(CONTROL, "/test_db")[0]))

        self.assertEqual(0, stack("revive", "experimental", "zone-a"))
        self.assertEqual(0, stack("wait", "experimental", "zone-a"))
        self.assertEqual(0, stack("healthy", "experimental"))
        deadline = time.monotonic() + 10
        zones = set()
        while zones != {"zone-a", "zone-b"} and time.monotonic() < deadline:
            zones.add(get(EXPERIMENTAL, "/")[1])
        self.assertEqual({"zone-a", "zone-b"}, zones)

    def test_connections_recover_when_the_database_returns(self):
        for _ in range(20):
            self.assertEqual(200, get(CONTROL, "/test_db")[0])
        self.assertEqual(0, stack("kill", "control", "db"))
        self.assertEqual(0, stack("revive", "control", "db"))
        self.assertEqual(0, stack("wait", "control", "db"))
        # 16 worker threads, each of which finds its broken connection once.
        statuses = [get(CONTROL, "/test_db")[0] for _ in range(200)]
        self.assertLessEqual(statuses.count(500), 16)
        self.assertEqual([200] * 100, statuses[-100:])

    def test_up_and_down_can_be_repeated(self):
        processes = sorted((self.state / "control").glob("*.pid"))
        self.assertEqual(4, len(processes))
        before = [process.read_text() for process in processes]
        self.assertEqual(0, stack("up"))
        self.assertEqual(before, [process.read_text() for process in processes])
        self.assertTrue(commands_with(str(self.state)))

        self.assertEqual(0, stack("kill", "experimental", "db", "app-b", "nginx"))  # partly gone
        self.assertEqual(0, stack("down"))
        # Applications don't name the state directory, but their ports.
        self.assertEqual([], commands_with(str(self.state)))
        self.assertEqual([], commands_with(f"127.0.0.1:{PORT_BASE // 100}"))
        self.assertEqual([], list(self.state.glob("*/*.pid")))
        self.assertEqual(0, stack("down"))

    def test_a_process_that_is_not_ours_is_left_alone(self):
        self.assertEqual(0, stack("kill", "control", "app-a"))
        bystander = subprocess.Popen(["sleep", "60"])
        self.addCleanup(bystander.wait)
        self.addCleanup(bystander.kill)
        (self.state / "control/app-a.pid").write_text(f"{bystander.pid} 1\n")  # as after pid reuse
        self.assertEqual(0, stack("dead", "control", "app-a"))
        self.assertEqual(0, stack("kill", "control", "app-a"))
        self.assertIsNone(bystander.poll())

    def test_mistakes_are_told(self):
        rows = [
            ("no such command", ["start"]),
            ("no such group", ["kill", "target", "db"]),
            ("no such part", ["kill", "control", "app-c"]),
            ("no such data", ["up", "--data", "huge"]),
            ("no such standby", ["up", "--standby", "lazy"]),
            ("no such cores", ["up", "--cores", "all"]),
            ("neither cut nor heal", ["replication", "control", "stop"]),
            ("an application has no immediate stop", ["immediate-stop", "control", "zone-a"]),
        ]
        for why, arguments in rows:
            with self.subTest(why):
                answer = run_stack(arguments)
                self.assertEqual(2, answer.returncode)
                self.assertTrue(answer.stderr.startswith("stack: "), answer.stderr)

    def test_without_a_standby_there_is_no_failover(self):
        rows = [["promote", "control"], ["rejoin", "control"], ["replication", "control", "cut"],
                ["kill", "control", "standby"], ["healthy", "control", "replica"]]
        for arguments in rows:
            with self.subTest(arguments):
                answer = run_stack(arguments)
                self.assertEqual(1, answer.returncode)
                self.assertIn("control has no standby", answer.stderr)
        self.assertEqual(0, stack("healthy", "control", "primary"))

    def test_each_group_can_have_cores_of_its_own(self):
        ours = os.sched_getaffinity(0)
        if len(ours) < 2:
            self.skipTest("one core can't be shared out")
        self.assertEqual(0, stack("up", "--cores", "own"))
        used = [self.cores_of(group) for group in ("control", "experimental")]
        self.assertEqual(len(used[0]), len(used[1]))
        self.assertFalse(used[0] & used[1])
        self.assertTrue(used[0] | used[1] <= ours)
        self.assertEqual(0, stack("kill", "control", "db"))
        self.assertEqual(0, stack("revive", "control", "db"))
        self.assertEqual(0, stack("wait", "control", "db"))
        self.assertEqual(used[0], self.cores_of("control"))
        self.assertEqual(0, stack("up", "--cores", "shared"))
        self.assertEqual(ours, self.cores_of("control"))

    def test_cores_are_shared_out(self):
        rows = [  # those that we have, and what control, the experimental group and the load get
            ("5", "5", "5", "5"), ("0-1", "0", "1", "1"), ("0,2,4", "0", "2", "4"),
            ("0-3", "0", "1", "2,3"), ("0-4", "0,1", "2,3", "4"),
            ("0-3,8,10-12", "0,1,2", "3,8,10", "11,12"),
        ]
        script = f"""
            . {STACK.parent}/processes.sh
            sed() {{ echo "$had"; }}
            for who in control experimental load; do cores_for $who; done"""
        for had, *expected in rows:
            with self.subTest(had):
                answer = subprocess.run(["bash", "-euc", script], env={**os.environ, "had": had},
                                        capture_output=True, text=True, check=True)
                self.assertEqual(expected, answer.stdout.split())

    def cores_of(self, group):
        """Of its database."""
        pid = int((self.state / group / "db.pid").read_text().split()[0])
        return os.sched_getaffinity(pid)


class ScenariosTest(unittest.TestCase):
    def test_every_scenario_is_valid(self):
        paths = sorted((program.ROOT / "scenarios").glob("*.toml"))
        self.assertGreaterEqual(len(paths), 6)
        # What scenarios/ci_regression.toml takes from its environment.
        os.environ.update(BASE_URL="http://127.0.0.1:1", HEAD_URL="http://127.0.0.1:2")
        for path in paths:
            with self.subTest(path.name):
                finished = program.command("validate", path)
                self.assertEqual(0, finished.code, finished.text())
                self.assertIn("valid", finished.stdout)


if __name__ == "__main__":
    unittest.main()
