-- What an append executes first when it was written for the head its writer foresaw: the head moves on, and no other
-- writer can record until this transaction ends. Where others recorded meanwhile, or at a later time, it fails, and
-- with it all that was sent along.
CREATE FUNCTION move_log_head(foreseen bigint, events integer, at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE log_head SET position = position + events, recorded_at = at
  WHERE position = foreseen AND recorded_at <= at;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'others recorded meanwhile' USING ERRCODE = 'serialization_failure';
  END IF;
  NOTIFY ledger_events;
END $$;
