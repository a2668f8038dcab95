-- Personal data, apart from the events and the one store that is not derived.
CREATE TABLE vault_keys (
  household text COLLATE "C" PRIMARY KEY,
  -- the household's own key, encrypted under the master key
  wrapped   bytea NOT NULL
);
CREATE TABLE vault_items (
  item       text COLLATE "C" PRIMARY KEY,
  -- whose key encrypts it; null: the ledger's own key
  household  text COLLATE "C",
  sealed     bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
