-- As move_projections before, which a program of another version must not use any more: a batch is derived by one version
-- of each projection, and goes into tables of that version only. It fails as well where the tables are another version's.
DROP FUNCTION move_projections(text[], bigint, bigint);

CREATE FUNCTION move_projections(names text[], versions integer[], foreseen bigint, reached bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  moved integer;
BEGIN
  PERFORM FROM projections WHERE name = ANY (names) ORDER BY name FOR UPDATE;
  UPDATE projections p SET position = reached FROM unnest(names, versions) AS own (name, version)
  WHERE p.name = own.name AND p.version = own.version AND p.position = foreseen;
  GET DIAGNOSTICS moved = ROW_COUNT;
  IF moved <> cardinality(names) THEN
    RAISE EXCEPTION 'projections stand elsewhere' USING ERRCODE = 'serialization_failure';
  END IF;
END $$;
