"""The application of the demo: a small music service, Flask over Postgres.

Run by gunicorn, one instance per zone (stack.sh starts it). Routes:

  /                              no database: what still works when Postgres is dead
  /test_db                       two Postgres queries a request
  /get_songs_for_instruments     ?instrument=0: the heavy join
  /served                        answers per route and status since the start, itself not counted

Every answer names its zone in the header X-Served-By. Each worker thread keeps one connection;
when it breaks, that request answers 500 with the traceback as its body, and the next one
connects. A database that can't be reached is tried once a second; meanwhile requests that need
it answer 500 at once. Else a host that is gone without a word, so that each attempt takes its
whole timeout, would soon have every thread waiting for it, and none left for what needs none.
"""
import collections
import hashlib
import itertools
import os
import threading
import time
import traceback

import psycopg2
from flask import Flask, jsonify, request
from werkzeug.exceptions import HTTPException

ZONE = os.environ["DEMO_ZONE"]
DSN = os.environ["DEMO_DSN"]

# For every file with the instrument: how many instruments it has and how many songs are like it.
# The OR costs two index scans a file, and joining instruments with similar songs multiplies rows
# before they are counted: that is what saturates Postgres with the large set.
SONGS_FOR_INSTRUMENT = """
    SELECT f.filename, h.song_name,
           count(DISTINCT fi.instrument) AS instruments,
           count(DISTINCT s.pair) AS similar_songs
      FROM (SELECT filename FROM filename_instrument WHERE instrument = %s) f
      JOIN hash_name h ON h.hash = f.filename
      JOIN filename_instrument fi ON fi.filename = f.filename
      LEFT JOIN filepair_similarity s
             ON s.filename_a = f.filename OR s.filename_b = f.filename
     GROUP BY f.filename, h.song_name
     ORDER BY similar_songs DESC, f.filename
     LIMIT 100
"""

app = Flask(__name__)
local = threading.local()  # .connection of this worker thread
unreachable = False  # the last attempt to connect failed
next_attempt = 0.0  # then only one thread tries, from this time.monotonic() on
attempt_lock = threading.Lock()
served = collections.Counter()
served_lock = threading.Lock()
sequence = itertools.count()  # next() is atomic under the interpreter's lock


def connect():
    global unreachable, next_attempt
    with attempt_lock:
        now = time.monotonic()
        if unreachable and now < next_attempt:
            raise psycopg2.OperationalError("the database could not be reached a moment ago")
        next_attempt = now + 1
    try:
        connection = psycopg2.connect(DSN)
    except psycopg2.OperationalError:
        unreachable = True
        raise
    unreachable = False
    connection.autocommit = True  # no BEGIN and COMMIT round trips around a read
    return connection


def query(sql, parameters=()):
    """Rows of one statement. A connection that failed is dropped; the error is the caller's."""
    connection = getattr(local, "connection", None)
    if connection is None:
        connection = local.connection = connect()
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()
    except psycopg2.Error:
        local.connection = None
        connection.close()
        raise


@app.route("/")
def home():
    return "songs\n", 200, {"Content-Type": "text/plain"}


@app.route("/test_db")
def test_db():
    # Another song each time, so that the second query walks the whole index.
    somewhere = hashlib.md5(str(next(sequence)).encode()).hexdigest()
    instruments = query("SELECT count(*) FROM midi_instrument")[0][0]
    songs = query(
        "SELECT song_name FROM hash_name WHERE hash >= %s ORDER BY hash LIMIT 1", (somewhere,)
    )
    return jsonify(instruments=instruments, song=songs[0][0] if songs else None)


@app.route("/get_songs_for_instruments")
def get_songs_for_instruments():
    instrument = request.args.get("instrument", default="", type=str)
    if not instrument.isdecimal() or int(instrument) > 127:
        return "instrument must be a number from 0 to 127\n", 400
    names = ("filename", "song", "instruments", "similar_songs")
    rows = query(SONGS_FOR_INSTRUMENT, (int(instrument),))
    return jsonify([dict(zip(names, row)) for row in rows])


@app.route("/served")
def served_so_far():
    with served_lock:
        return jsonify(served)


@app.errorhandler(Exception)
def failed(error):
    if isinstance(error, HTTPException):
        return error
    return traceback.format_exc(), 500, {"Content-Type": "text/plain"}


@app.after_request
def sign(response):
    response.headers["X-Served-By"] = ZONE
    if request.path != "/served":
        with served_lock:
            served[f"{request.path} {response.status_code}"] += 1
    return response
