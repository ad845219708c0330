-- Schema and data of the demo. Run by stack.sh with psql and these variables:
--   hash_names, filename_instruments, filepairs: rows of the three tables.
-- All is computed from md5 of row numbers, so every load on every machine holds the same rows.
\set ON_ERROR_STOP on
BEGIN;

-- A number in [0, 1) that depends on the key alone.
CREATE FUNCTION pg_temp.draw(key text) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
    SELECT ('x' || substr(md5(key), 1, 8))::bit(32)::bigint / 4294967296::double precision
$$;

CREATE FUNCTION pg_temp.one_of(words text[], key text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT words[1 + floor(cardinality(words) * pg_temp.draw(key))::int]
$$;

CREATE TABLE midi_instrument (id int NOT NULL, name text NOT NULL);
INSERT INTO midi_instrument
SELECT id, family || ' ' || 1 + id % 8
  FROM unnest(ARRAY['Piano', 'Chromatic Percussion', 'Organ', 'Guitar', 'Bass', 'Strings',
                    'Ensemble', 'Brass', 'Reed', 'Pipe', 'Synth Lead', 'Synth Pad', 'Synth Effect',
                    'Ethnic', 'Percussive', 'Sound Effect'])
       WITH ORDINALITY AS families (family, number),
       generate_series((number - 1) * 8, number * 8 - 1) AS id;

-- A song's file goes by the md5 of its content.
CREATE TABLE hash_name (hash text NOT NULL, song_name text NOT NULL);
INSERT INTO hash_name
SELECT md5('song ' || song),
       pg_temp.one_of(ARRAY['Midnight', 'Golden', 'Silent', 'Electric', 'Broken', 'Summer',
                            'Lonely', 'Crystal', 'Burning', 'Distant', 'Paper', 'Velvet'],
                      'adjective ' || song)
       || ' ' ||
       pg_temp.one_of(ARRAY['River', 'Train', 'Heart', 'City', 'Dance', 'Garden', 'Mirror', 'Moon',
                            'Letter', 'Road', 'Waltz', 'Rain'], 'noun ' || song)
       || ' no. ' || song
  FROM generate_series(1, :hash_names) AS song;

-- The first songs have 1 to 12 different instruments each: an odd step through 128 never meets
-- itself, and the power makes instrument 0 the one that most songs have, about one in eleven.
CREATE TABLE filename_instrument (filename text NOT NULL, instrument int NOT NULL);
INSERT INTO filename_instrument
SELECT md5('song ' || song), (first + nth * step) % 128
  FROM (SELECT song,
               floor(128 * power(pg_temp.draw('first ' || song), 1.5))::int AS first,
               1 + 2 * floor(64 * pg_temp.draw('step ' || song))::int AS step,
               floor(12 * pg_temp.draw('count ' || song))::int AS last
          FROM generate_series(1, :filename_instruments / 4) AS song) AS songs,
       generate_series(0, last) AS nth
 ORDER BY song, nth
 LIMIT :filename_instruments;

CREATE TABLE filepair_similarity (
    pair int NOT NULL,
    filename_a text NOT NULL,
    filename_b text NOT NULL,
    similarity real NOT NULL
);
INSERT INTO filepair_similarity
SELECT pair, md5('song ' || a), md5('song ' || b), pg_temp.draw('similarity ' || a || ' ' || b)
  FROM (SELECT least(one, other) AS a, greatest(one, other) AS b, min(pair) AS pair
          FROM (SELECT pair,
                       1 + floor(files * pg_temp.draw('one ' || pair))::int AS one,
                       1 + floor(files * pg_temp.draw('other ' || pair))::int AS other
                  FROM generate_series(1, :filepairs + :filepairs / 10 + 10) AS pair,
                       (SELECT count(DISTINCT filename) AS files FROM filename_instrument) AS n
               ) AS drawn
         WHERE one <> other
         GROUP BY 1, 2) AS pairs
 ORDER BY pair
 LIMIT :filepairs;

ALTER TABLE midi_instrument ADD PRIMARY KEY (id);
ALTER TABLE hash_name ADD PRIMARY KEY (hash);
ALTER TABLE filename_instrument ADD PRIMARY KEY (filename, instrument);
CREATE INDEX ON filename_instrument (instrument);
ALTER TABLE filepair_similarity ADD PRIMARY KEY (pair);
CREATE UNIQUE INDEX ON filepair_similarity (filename_a, filename_b);
CREATE INDEX ON filepair_similarity (filename_b);

CREATE ROLE demo LOGIN;
GRANT CREATE ON SCHEMA public TO demo;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO demo;
COMMIT;

-- For pgbench, which makes its tables itself. Unlike the rest of the cluster it answers a COMMIT
-- once it is written, so that a write that was acknowledged and is gone was lost by replication.
CREATE ROLE bench LOGIN;
GRANT pg_monitor TO bench;
CREATE DATABASE bench OWNER bench;
ALTER DATABASE bench SET synchronous_commit = on;

-- Both groups get a copy of this cluster, statistics included, so both plan alike.
VACUUM (ANALYZE, FREEZE);
CHECKPOINT;
