-- The log. Events are appended and never changed; everything else in this database but the vault is derived.
CREATE TABLE log_head (
  one         boolean PRIMARY KEY DEFAULT true CHECK (one),
  position    bigint NOT NULL,
  recorded_at timestamptz(3) NOT NULL
);
INSERT INTO log_head (position, recorded_at) VALUES (0, '1970-01-01T00:00:00Z');

CREATE TABLE events (
  position    bigint NOT NULL,
  stream      text COLLATE "C" NOT NULL,
  revision    integer NOT NULL,
  type        text COLLATE "C" NOT NULL,
  key         text COLLATE "C" NOT NULL,
  nth         integer NOT NULL,
  once        text COLLATE "C",
  recorded_at timestamptz(3) NOT NULL,
  -- json, not jsonb: the bytes stored are the bytes hashed
  body        json NOT NULL,
  hash        bytea NOT NULL,
  CONSTRAINT events_position PRIMARY KEY (position),
  CONSTRAINT events_stream_revision UNIQUE (stream, revision),
  CONSTRAINT events_key_nth UNIQUE (key, nth)
);
CREATE UNIQUE INDEX events_once ON events (once) WHERE once IS NOT NULL;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'events are never changed or removed (% on %)', TG_OP, TG_TABLE_NAME;
END $$;
CREATE TRIGGER events_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
