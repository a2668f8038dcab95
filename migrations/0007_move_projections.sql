-- What a batch of a projector executes first when it was derived for the checkpoints its worker foresaw: they move on
-- together, and no other worker can project until this transaction ends. Where one of them stands elsewhere (another
-- worker, a rebuild), it fails, and with it all that was sent along.
CREATE FUNCTION move_projections(names text[], foreseen bigint, reached bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  moved integer;
BEGIN
  PERFORM FROM projections WHERE name = ANY (names) ORDER BY name FOR UPDATE;
  UPDATE projections SET position = reached WHERE name = ANY (names) AND position = foreseen;
  GET DIAGNOSTICS moved = ROW_COUNT;
  IF moved <> cardinality(names) THEN
    RAISE EXCEPTION 'projections stand elsewhere' USING ERRCODE = 'serialization_failure';
  END IF;
END $$;
