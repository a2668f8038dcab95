CREATE SCHEMA public;
CREATE SCHEMA read;

CREATE UNLOGGED TABLE public.claim_holders (
  claim text NOT NULL,
  pid integer NOT NULL,
  heard timestamp with time zone NOT NULL);
CREATE TABLE public.claims_taken (
  nonce text NOT NULL,
  taken_at timestamp with time zone NOT NULL DEFAULT now());
CREATE TABLE public.event_index (
  key text COLLATE "C" NOT NULL,
  nth integer NOT NULL,
  stream text COLLATE "C" NOT NULL,
  revision integer NOT NULL,
  "position" bigint NOT NULL,
  once text COLLATE "C",
  body text);
CREATE TABLE public.event_index_state (
  one boolean NOT NULL DEFAULT true,
  "position" bigint NOT NULL,
  scanned bigint NOT NULL,
  claim integer NOT NULL,
  recorded_at timestamp(3) with time zone NOT NULL);
CREATE TABLE public.event_times (
  recorded_at timestamp(3) with time zone NOT NULL,
  first_position bigint NOT NULL,
  last_position bigint NOT NULL);
CREATE TABLE public.events (
  "position" bigint NOT NULL,
  stream text COLLATE "C" NOT NULL,
  revision integer NOT NULL,
  type text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  nth integer NOT NULL,
  once text COLLATE "C",
  recorded_at timestamp(3) with time zone NOT NULL,
  body json NOT NULL,
  hash bytea NOT NULL);
CREATE UNLOGGED TABLE public.forwarded_commands (
  id uuid NOT NULL,
  seq bigint NOT NULL GENERATED AS IDENTITY,
  caller integer NOT NULL,
  sealed bytea NOT NULL,
  answer bytea);
CREATE UNLOGGED TABLE public.idempotency_keys (
  key_hash text COLLATE "C" NOT NULL,
  request_hash text COLLATE "C" NOT NULL,
  answer json,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  session integer,
  doubted_at timestamp with time zone);
CREATE TABLE public.ledger_identity (
  one boolean NOT NULL DEFAULT true,
  ledger uuid NOT NULL,
  engine text NOT NULL,
  key_check text NOT NULL,
  demo boolean NOT NULL);
CREATE TABLE public.log_head (
  one boolean NOT NULL DEFAULT true,
  "position" bigint NOT NULL,
  recorded_at timestamp(3) with time zone NOT NULL);
CREATE TABLE public.projecting_stopped (
  one boolean NOT NULL DEFAULT true,
  "position" bigint NOT NULL,
  stream text NOT NULL,
  why text NOT NULL,
  since timestamp with time zone NOT NULL DEFAULT now());
CREATE TABLE public.projections (
  name text NOT NULL,
  version integer NOT NULL,
  "position" bigint NOT NULL);
CREATE TABLE public.schema_migrations (
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamp with time zone NOT NULL DEFAULT now());
CREATE TABLE public.stream_heads (
  stream text COLLATE "C" NOT NULL,
  revision integer NOT NULL);
CREATE TABLE public.vault_items (
  item text COLLATE "C" NOT NULL,
  household text COLLATE "C",
  sealed bytea NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now());
CREATE TABLE public.vault_keys (
  household text COLLATE "C" NOT NULL,
  wrapped bytea NOT NULL);
CREATE TABLE public.void_events (
  "position" bigint NOT NULL,
  stream text COLLATE "C" NOT NULL,
  revision integer NOT NULL,
  type text COLLATE "C" NOT NULL,
  claim integer NOT NULL);
CREATE TABLE read.contract_amendments (
  amendment text COLLATE "C" NOT NULL,
  "position" bigint,
  contract text COLLATE "C",
  change text COLLATE "C",
  effective date,
  recorded_at timestamp(3) with time zone,
  household text COLLATE "C",
  signed_on date,
  in_force_from date,
  in_force_to date,
  quantity numeric,
  price numeric,
  floor_price numeric,
  par_value numeric);
CREATE TABLE read.contract_terms (
  contract text COLLATE "C" NOT NULL,
  "position" bigint NOT NULL,
  line integer NOT NULL,
  since date,
  before date,
  household text COLLATE "C",
  signed_on date,
  in_force_from date,
  in_force_to date,
  quantity numeric,
  price numeric,
  floor_price numeric,
  par_value numeric);
CREATE TABLE read.contracts (
  contract text COLLATE "C" NOT NULL,
  "position" bigint,
  kind text COLLATE "C",
  organisation text COLLATE "C",
  household text COLLATE "C",
  signed_on date,
  in_force_from date,
  in_force_to date,
  quantity numeric,
  price numeric,
  floor_price numeric,
  register text COLLATE "C",
  par_value numeric,
  free text COLLATE "C");
CREATE TABLE read.household_status (
  household text COLLATE "C" NOT NULL,
  "position" bigint NOT NULL,
  effective date,
  county text,
  township text,
  village text,
  hamlet text,
  size text,
  status text,
  monitoring text,
  identified_on text,
  risk_removed text);
CREATE TABLE read.households (
  household text COLLATE "C" NOT NULL,
  "position" bigint,
  effective date);
CREATE TABLE read.ledger_notes (
  "position" bigint NOT NULL,
  note text COLLATE "C");
CREATE TABLE read.member_accounts (
  person text COLLATE "C" NOT NULL,
  "position" bigint NOT NULL,
  effective date,
  household text COLLATE "C",
  account text COLLATE "C");
CREATE TABLE read.members (
  person text COLLATE "C" NOT NULL,
  "position" bigint NOT NULL,
  effective date,
  household text COLLATE "C",
  came_from text COLLATE "C",
  relation text,
  skill text,
  personal text COLLATE "C");
CREATE TABLE read.organisations (
  organisation text COLLATE "C" NOT NULL,
  "position" bigint NOT NULL,
  effective date,
  name text,
  kind text,
  credit_code text,
  division text,
  free text COLLATE "C");
CREATE TABLE read.payee_accounts (
  household text COLLATE "C" NOT NULL,
  "position" bigint NOT NULL,
  effective date,
  account text COLLATE "C");
CREATE TABLE read.postings (
  "position" bigint NOT NULL,
  line integer NOT NULL,
  effective date,
  side text COLLATE "C",
  household text COLLATE "C",
  organisation text COLLATE "C",
  leg text COLLATE "C",
  asset text COLLATE "C",
  amount numeric);
CREATE TABLE read.trail (
  household text COLLATE "C" NOT NULL,
  "position" bigint NOT NULL,
  event text COLLATE "C",
  type text COLLATE "C",
  recorded_at timestamp(3) with time zone,
  effective date,
  actor text,
  summary text,
  reference text COLLATE "C",
  note text COLLATE "C");
CREATE TABLE read.vault_references (
  "position" bigint NOT NULL,
  item text COLLATE "C" NOT NULL);

ALTER TABLE claim_holders ADD CONSTRAINT claim_holders_pkey PRIMARY KEY (claim);
ALTER TABLE claims_taken ADD CONSTRAINT claims_taken_pkey PRIMARY KEY (nonce);
ALTER TABLE event_index ADD CONSTRAINT event_index_key_nth PRIMARY KEY (key, nth);
ALTER TABLE event_index_state ADD CONSTRAINT event_index_state_one_check CHECK (one);
ALTER TABLE event_index_state ADD CONSTRAINT event_index_state_pkey PRIMARY KEY (one);
ALTER TABLE event_times ADD CONSTRAINT event_times_pkey PRIMARY KEY (recorded_at);
ALTER TABLE events ADD CONSTRAINT events_key_nth UNIQUE (key, nth);
ALTER TABLE events ADD CONSTRAINT events_position PRIMARY KEY ("position");
ALTER TABLE events ADD CONSTRAINT events_stream_revision UNIQUE (stream, revision);
ALTER TABLE forwarded_commands ADD CONSTRAINT forwarded_commands_pkey PRIMARY KEY (id);
ALTER TABLE idempotency_keys ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (key_hash);
ALTER TABLE ledger_identity ADD CONSTRAINT ledger_identity_one_check CHECK (one);
ALTER TABLE ledger_identity ADD CONSTRAINT ledger_identity_pkey PRIMARY KEY (one);
ALTER TABLE log_head ADD CONSTRAINT log_head_one_check CHECK (one);
ALTER TABLE log_head ADD CONSTRAINT log_head_pkey PRIMARY KEY (one);
ALTER TABLE projecting_stopped ADD CONSTRAINT projecting_stopped_one_check CHECK (one);
ALTER TABLE projecting_stopped ADD CONSTRAINT projecting_stopped_pkey PRIMARY KEY (one);
ALTER TABLE projections ADD CONSTRAINT projections_pkey PRIMARY KEY (name);
ALTER TABLE read.contract_amendments ADD CONSTRAINT contract_amendments_pkey PRIMARY KEY (amendment);
ALTER TABLE read.contract_terms ADD CONSTRAINT contract_terms_pkey PRIMARY KEY (contract, "position", line);
ALTER TABLE read.contracts ADD CONSTRAINT contracts_pkey PRIMARY KEY (contract);
ALTER TABLE read.household_status ADD CONSTRAINT household_status_pkey PRIMARY KEY (household, "position");
ALTER TABLE read.households ADD CONSTRAINT households_pkey PRIMARY KEY (household);
ALTER TABLE read.ledger_notes ADD CONSTRAINT ledger_notes_pkey PRIMARY KEY ("position");
ALTER TABLE read.member_accounts ADD CONSTRAINT member_accounts_pkey PRIMARY KEY (person, "position");
ALTER TABLE read.members ADD CONSTRAINT members_pkey PRIMARY KEY (person, "position");
ALTER TABLE read.organisations ADD CONSTRAINT organisations_pkey PRIMARY KEY (organisation, "position");
ALTER TABLE read.payee_accounts ADD CONSTRAINT payee_accounts_pkey PRIMARY KEY (household, "position");
ALTER TABLE read.postings ADD CONSTRAINT postings_pkey PRIMARY KEY ("position", line);
ALTER TABLE read.trail ADD CONSTRAINT trail_pkey PRIMARY KEY (household, "position");
ALTER TABLE read.vault_references ADD CONSTRAINT vault_references_pkey PRIMARY KEY ("position", item);
ALTER TABLE schema_migrations ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);
ALTER TABLE stream_heads ADD CONSTRAINT stream_heads_pkey PRIMARY KEY (stream);
ALTER TABLE vault_items ADD CONSTRAINT vault_items_pkey PRIMARY KEY (item);
ALTER TABLE vault_keys ADD CONSTRAINT vault_keys_pkey PRIMARY KEY (household);
ALTER TABLE void_events ADD CONSTRAINT void_events_pkey PRIMARY KEY ("position");

CREATE INDEX contract_amendments_contract ON read.contract_amendments USING btree (contract, "position");
CREATE INDEX contracts_household ON read.contracts USING btree (household) WHERE (household IS NOT NULL);
CREATE INDEX contracts_organisation ON read.contracts USING btree (organisation);
CREATE INDEX contracts_register ON read.contracts USING btree (register) WHERE (register IS NOT NULL);
CREATE INDEX event_times_first ON public.event_times USING btree (first_position);
CREATE INDEX idempotency_keys_created_at ON public.idempotency_keys USING btree (created_at);
CREATE INDEX ledger_notes_note ON read.ledger_notes USING btree (note);
CREATE INDEX members_household ON read.members USING btree (household);
CREATE INDEX members_personal ON read.members USING btree (personal);
CREATE INDEX payee_accounts_account ON read.payee_accounts USING btree (account);
CREATE INDEX postings_household ON read.postings USING btree (household, asset, effective, "position") INCLUDE (leg, amount) WHERE (side = 'household'::text);
CREATE INDEX postings_shares ON read.postings USING btree (asset, effective, "position") INCLUDE (household, amount) WHERE ((leg = 'shares'::text) AND (side = 'household'::text));
CREATE INDEX trail_note ON read.trail USING btree (note) WHERE (note IS NOT NULL);
CREATE INDEX vault_references_item ON read.vault_references USING btree (item);
CREATE UNIQUE INDEX event_index_once ON public.event_index USING btree (once) WHERE (once IS NOT NULL);
CREATE UNIQUE INDEX events_once ON public.events USING btree (once) WHERE (once IS NOT NULL);

CREATE OR REPLACE FUNCTION public.move_log_head(foreseen bigint, events integer, at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
  UPDATE log_head SET position = position + events, recorded_at = at
  WHERE position = foreseen AND recorded_at <= at;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'others recorded meanwhile' USING ERRCODE = 'serialization_failure';
  END IF;
  NOTIFY ledger_events;
END $function$
;
CREATE OR REPLACE FUNCTION public.move_projections(names text[], versions integer[], foreseen bigint, reached bigint)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
END $function$
;
CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'events are never changed or removed (% on %)', TG_OP, TG_TABLE_NAME;
END $function$
;

CREATE TRIGGER events_unchanged BEFORE DELETE OR UPDATE OR TRUNCATE ON public.events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
