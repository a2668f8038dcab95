-- What was answered under a caller's Idempotency-Key, kept for a day. Keys and requests are fingerprints
-- under the ledger's own key. Unlogged, for nothing depends on it: after a crash a retry is answered
-- alreadyRecorded, and no request waits for a second flush to disk.
CREATE UNLOGGED TABLE idempotency_keys (
  key_hash     text COLLATE "C" PRIMARY KEY,
  request_hash text COLLATE "C" NOT NULL,
  -- null while the request is under way
  answer       json,
  created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
