-- Why the read models stand still, where they do: an event that cannot be read. It counts while they stand
-- before that event.
CREATE TABLE projecting_stopped (
  one      boolean PRIMARY KEY DEFAULT true CHECK (one),
  -- the event's
  position bigint NOT NULL,
  stream   text NOT NULL,
  why      text NOT NULL,
  since    timestamptz NOT NULL DEFAULT now()
);

-- Writer's claims (EventStoreDB) that were taken by processes of this database, written down before they are
-- taken: where the log's newest claim is none of them, it was taken by way of another database.
CREATE TABLE claims_taken (
  nonce    text PRIMARY KEY,
  taken_at timestamptz NOT NULL DEFAULT now()
);

-- When the processes that hold the claims to write (EventStoreDB) and to project last said that they are
-- there, and by which sessions.
CREATE UNLOGGED TABLE claim_holders (
  claim text PRIMARY KEY,
  pid   integer NOT NULL,
  heard timestamptz NOT NULL
);
