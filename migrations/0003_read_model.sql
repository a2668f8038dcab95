-- Which ledger this database belongs to, so that two can never be mixed.
CREATE TABLE ledger_identity (
  one       boolean PRIMARY KEY DEFAULT true CHECK (one),
  ledger    uuid NOT NULL,
  engine    text NOT NULL,
  key_check text NOT NULL,
  demo      boolean NOT NULL
);

-- How far each projection has come. Its tables stand in the schema "read", made by the runner from the
-- shapes in projections/ and rebuilt at will.
CREATE TABLE projections (
  name     text PRIMARY KEY,
  version  integer NOT NULL,
  position bigint NOT NULL
);
CREATE SCHEMA read;
