-- A claim of an Idempotency-Key lives as long as the process that made it: that holds an advisory lock under
-- the number of its session. A claim without a session is of an earlier version, and nobody's by now.
CREATE SEQUENCE claim_sessions AS integer CYCLE;
ALTER TABLE idempotency_keys
  ADD COLUMN session    integer,
  -- when the session's lock was found free; a process that lost its connection takes it again
  ADD COLUMN doubted_at timestamptz;
