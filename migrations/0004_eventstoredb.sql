-- With EventStoreDB as the log: what its streams cannot answer. Derived; may be emptied and is then made again.
CREATE TABLE event_index_state (
  one         boolean PRIMARY KEY DEFAULT true CHECK (one),
  -- every event up to here is in the index
  position    bigint NOT NULL,
  -- every void event up to here is in void_events
  scanned     bigint NOT NULL,
  -- the newest claim up to here
  claim       integer NOT NULL,
  -- the newest time of recording up to here
  recorded_at timestamptz(3) NOT NULL
);
INSERT INTO event_index_state (position, scanned, claim, recorded_at)
VALUES (0, 0, 0, '1970-01-01T00:00:00Z');

CREATE TABLE event_index (
  key      text COLLATE "C" NOT NULL,
  nth      integer NOT NULL,
  stream   text COLLATE "C" NOT NULL,
  revision integer NOT NULL,
  position bigint NOT NULL,
  once     text COLLATE "C",
  -- null where it is long: it is then read from the log
  body     text,
  CONSTRAINT event_index_key_nth PRIMARY KEY (key, nth)
);
CREATE UNIQUE INDEX event_index_once ON event_index (once) WHERE once IS NOT NULL;

CREATE TABLE stream_heads (
  stream   text COLLATE "C" PRIMARY KEY,
  revision integer NOT NULL
);

-- The first and the last position recorded at each time.
CREATE TABLE event_times (
  recorded_at    timestamptz(3) PRIMARY KEY,
  first_position bigint NOT NULL,
  last_position  bigint NOT NULL
);
CREATE INDEX event_times_first ON event_times (first_position);

CREATE TABLE void_events (
  position bigint PRIMARY KEY,
  stream   text COLLATE "C" NOT NULL,
  revision integer NOT NULL,
  type     text COLLATE "C" NOT NULL,
  claim    integer NOT NULL
);

-- Commands on their way to the process that may write, sealed, and its answers; gone when answered.
CREATE UNLOGGED TABLE forwarded_commands (
  id     uuid PRIMARY KEY,
  seq    bigint GENERATED ALWAYS AS IDENTITY,
  -- the server process of the session that waits for the answer
  caller integer NOT NULL,
  sealed bytea NOT NULL,
  answer bytea
);
