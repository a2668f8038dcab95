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
CREATE TABLE read.bank_entries (
  "position" bigint NOT NULL,
  number integer NOT NULL,
  entry text COLLATE "C",
  account text COLLATE "C",
  effective date,
  direction text COLLATE "C",
  amount numeric,
  in_statement boolean,
  state text COLLATE "C",
  reason text COLLATE "C",
  sealed text COLLATE "C",
  does text COLLATE "C",
  source text COLLATE "C",
  of_payment text COLLATE "C",
  of_batch text COLLATE "C",
  count integer,
  total numeric,
  return_reason text COLLATE "C");
CREATE TABLE read.bank_statements (
  "position" bigint NOT NULL,
  number integer NOT NULL,
  account text COLLATE "C",
  id text COLLATE "C",
  sequence integer,
  page integer,
  is_last boolean,
  from_day date,
  to_day date,
  opening numeric,
  closing numeric,
  kind text COLLATE "C");
CREATE TABLE read.batches (
  batch text COLLATE "C" NOT NULL,
  "position" bigint,
  effective date,
  account text COLLATE "C",
  by text,
  profile text COLLATE "C",
  count integer,
  sum numeric);
CREATE TABLE read.bindings (
  "position" bigint NOT NULL,
  binding text COLLATE "C",
  effective date,
  starts date,
  ends date,
  level text COLLATE "C",
  organisation text COLLATE "C",
  household text COLLATE "C",
  counterparty text COLLATE "C",
  form text COLLATE "C",
  grade text COLLATE "C",
  industry text COLLATE "C");
CREATE TABLE read.conditions (
  "position" bigint NOT NULL,
  condition text COLLATE "C",
  effective date,
  household text COLLATE "C",
  conditions text COLLATE "C",
  willingness text COLLATE "C",
  industries jsonb,
  status text COLLATE "C",
  monitoring text COLLATE "C",
  allowance text COLLATE "C");
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
  par_value numeric,
  subject text,
  principal numeric,
  profit_share numeric,
  return_ratio numeric,
  rate numeric,
  year_days text,
  post text,
  every_months integer,
  first_due_on date,
  instalment numeric,
  asset text COLLATE "C",
  work_time text,
  wage_payment text);
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
  par_value numeric,
  subject text,
  principal numeric,
  profit_share numeric,
  return_ratio numeric,
  rate numeric,
  year_days text,
  post text,
  every_months integer,
  first_due_on date,
  instalment numeric,
  asset text COLLATE "C",
  work_time text,
  wage_payment text);
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
  subject text,
  principal numeric,
  profit_share numeric,
  return_ratio numeric,
  rate numeric,
  year_days text,
  post text,
  every_months integer,
  first_due_on date,
  instalment numeric,
  asset text COLLATE "C",
  work_time text,
  wage_payment text,
  free text COLLATE "C");
CREATE TABLE read.deliveries (
  reference text COLLATE "C" NOT NULL,
  "position" bigint,
  effective date,
  household text COLLATE "C",
  organisation text COLLATE "C",
  contract text COLLATE "C",
  kilograms numeric);
CREATE TABLE read.delivery_reversals (
  reference text COLLATE "C" NOT NULL,
  "position" bigint,
  effective date,
  reversal text COLLATE "C");
CREATE TABLE read.entry_settlements (
  "position" bigint NOT NULL,
  entry text COLLATE "C",
  account text COLLATE "C",
  effective date,
  state text COLLATE "C",
  effect text COLLATE "C",
  payment text COLLATE "C",
  amount numeric,
  by text,
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
CREATE TABLE read.income_details (
  "position" bigint NOT NULL,
  effective date,
  reference text COLLATE "C",
  reverses text COLLATE "C",
  is_paid boolean,
  branch text COLLATE "C",
  programme text COLLATE "C");
CREATE TABLE read.incomes (
  income text COLLATE "C" NOT NULL,
  "position" bigint,
  effective date,
  organisation text COLLATE "C",
  period text,
  available numeric,
  contract text COLLATE "C",
  asset text COLLATE "C",
  voucher text,
  free text COLLATE "C",
  received numeric);
CREATE TABLE read.ledger_notes (
  "position" bigint NOT NULL,
  note text COLLATE "C");
CREATE TABLE read.line_money (
  "position" bigint NOT NULL,
  number integer NOT NULL,
  plan text COLLATE "C",
  version integer,
  line integer,
  household text COLLATE "C",
  organisation text COLLATE "C",
  effective date,
  side text COLLATE "C",
  amount numeric,
  fact text COLLATE "C");
CREATE TABLE read.list_lines (
  plan text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  line integer NOT NULL,
  "position" bigint,
  household text COLLATE "C",
  organisation text COLLATE "C",
  person text COLLATE "C",
  basis numeric,
  kilograms numeric,
  shares numeric,
  factor numeric,
  priority integer,
  claim numeric,
  amount numeric,
  commit text COLLATE "C",
  shown text,
  village text,
  is_payable boolean,
  sealed text COLLATE "C");
CREATE TABLE read.list_trail (
  "position" bigint NOT NULL,
  plan text COLLATE "C",
  version integer,
  event text COLLATE "C",
  type text COLLATE "C",
  recorded_at timestamp(3) with time zone,
  effective date,
  actor text,
  summary text,
  reference text COLLATE "C");
CREATE TABLE read.lists (
  plan text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  "position" bigint,
  effective date,
  frozen_by text,
  scheme text COLLATE "C",
  pool numeric,
  count integer,
  sum numeric,
  root text COLLATE "C",
  hash text COLLATE "C");
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
CREATE TABLE read.mentions (
  "position" bigint NOT NULL,
  reference text COLLATE "C",
  thing text COLLATE "C" NOT NULL);
CREATE TABLE read.mentions_ended (
  "position" bigint,
  reference text COLLATE "C" NOT NULL);
CREATE TABLE read.organisations (
  organisation text COLLATE "C" NOT NULL,
  "position" bigint NOT NULL,
  effective date,
  name text,
  kind text,
  credit_code text,
  division text,
  free text COLLATE "C");
CREATE TABLE read.pack_values (
  pack text COLLATE "C" NOT NULL,
  sort text NOT NULL,
  name text COLLATE "C" NOT NULL,
  "position" bigint,
  value text,
  clause text);
CREATE TABLE read.packs (
  pack text COLLATE "C" NOT NULL,
  "position" bigint,
  division text,
  starts date,
  ends date);
CREATE TABLE read.payee_accounts (
  household text COLLATE "C" NOT NULL,
  "position" bigint NOT NULL,
  effective date,
  account text COLLATE "C");
CREATE TABLE read.payment_tellings (
  "position" bigint NOT NULL,
  number integer NOT NULL,
  payment text COLLATE "C",
  effective date,
  effect text COLLATE "C",
  confirms text COLLATE "C",
  is_withdrawn boolean,
  source text COLLATE "C",
  entry text COLLATE "C",
  reason text COLLATE "C",
  is_whole boolean);
CREATE TABLE read.payments (
  payment text COLLATE "C" NOT NULL,
  batch text COLLATE "C",
  number integer,
  "position" bigint,
  effective date,
  plan text COLLATE "C",
  version integer,
  line integer,
  household text COLLATE "C",
  organisation text COLLATE "C",
  person text COLLATE "C",
  leg text COLLATE "C",
  payer text COLLATE "C",
  amount numeric,
  sealed text COLLATE "C");
CREATE TABLE read.plan_basis (
  basis text COLLATE "C" NOT NULL,
  "position" bigint,
  effective date,
  plan text COLLATE "C",
  household text COLLATE "C",
  organisation text COLLATE "C",
  person text COLLATE "C",
  amount numeric,
  factor numeric,
  priority integer,
  replaces text COLLATE "C",
  free text COLLATE "C");
CREATE TABLE read.plan_steps (
  "position" bigint NOT NULL,
  plan text COLLATE "C",
  version integer,
  step text COLLATE "C",
  kind text COLLATE "C",
  effective date,
  by text,
  sent_from text COLLATE "C",
  line integer,
  household text COLLATE "C",
  organisation text COLLATE "C",
  person text COLLATE "C",
  objection text COLLATE "C",
  outcome text COLLATE "C",
  level text COLLATE "C",
  place text,
  channels text,
  until date,
  phones text,
  payments integer,
  sealed text COLLATE "C",
  documents text,
  free text COLLATE "C");
CREATE TABLE read.plans (
  plan text COLLATE "C" NOT NULL,
  "position" bigint,
  effective date,
  income text COLLATE "C",
  organisation text COLLATE "C",
  scheme text COLLATE "C",
  pool numeric,
  procedure text COLLATE "C",
  leg text COLLATE "C",
  payee text COLLATE "C",
  period text,
  register text COLLATE "C",
  held_on date,
  ratio numeric,
  from_day date,
  to_day date,
  price numeric,
  rate numeric,
  year_days text,
  floor_price numeric,
  free text COLLATE "C");
CREATE TABLE read.postings (
  "position" bigint NOT NULL,
  line integer NOT NULL,
  effective date,
  side text COLLATE "C",
  household text COLLATE "C",
  organisation text COLLATE "C",
  leg text COLLATE "C",
  asset text COLLATE "C",
  amount numeric,
  fund text COLLATE "C",
  project text COLLATE "C",
  contract text COLLATE "C");
CREATE TABLE read.programme_corrections (
  "position" bigint NOT NULL,
  kind text COLLATE "C",
  id text COLLATE "C",
  effective date,
  correction text COLLATE "C");
CREATE TABLE read.programme_rows (
  "position" bigint NOT NULL,
  kind text COLLATE "C",
  id text COLLATE "C",
  effective date,
  data jsonb);
CREATE TABLE read.remarks (
  "position" bigint NOT NULL,
  line integer NOT NULL,
  effective date,
  kind text COLLATE "C",
  id text COLLATE "C",
  code text COLLATE "C",
  message text,
  household text COLLATE "C",
  division text COLLATE "C");
CREATE TABLE read.row_ends (
  "position" bigint NOT NULL,
  ending text COLLATE "C",
  effective date,
  kind text COLLATE "C",
  id text COLLATE "C");
CREATE TABLE read.share_issues (
  "position" bigint NOT NULL,
  effective date,
  reference text COLLATE "C",
  reverses text COLLATE "C",
  register text COLLATE "C",
  household text COLLATE "C",
  organisation text COLLATE "C",
  shares numeric,
  amount numeric,
  capital text);
CREATE TABLE read.share_movements (
  "position" bigint NOT NULL,
  reference text COLLATE "C",
  reverses text COLLATE "C",
  effective date,
  movement text COLLATE "C",
  register text COLLATE "C",
  organisation text COLLATE "C",
  household text COLLATE "C",
  shareholder text COLLATE "C",
  to_household text COLLATE "C",
  to_shareholder text COLLATE "C",
  shares numeric,
  amount numeric,
  asset text COLLATE "C",
  par_value numeric,
  capital text);
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
ALTER TABLE read.bank_entries ADD CONSTRAINT bank_entries_pkey PRIMARY KEY ("position", number);
ALTER TABLE read.bank_statements ADD CONSTRAINT bank_statements_pkey PRIMARY KEY ("position", number);
ALTER TABLE read.batches ADD CONSTRAINT batches_pkey PRIMARY KEY (batch);
ALTER TABLE read.bindings ADD CONSTRAINT bindings_pkey PRIMARY KEY ("position");
ALTER TABLE read.conditions ADD CONSTRAINT conditions_pkey PRIMARY KEY ("position");
ALTER TABLE read.contract_amendments ADD CONSTRAINT contract_amendments_pkey PRIMARY KEY (amendment);
ALTER TABLE read.contract_terms ADD CONSTRAINT contract_terms_pkey PRIMARY KEY (contract, "position", line);
ALTER TABLE read.contracts ADD CONSTRAINT contracts_pkey PRIMARY KEY (contract);
ALTER TABLE read.deliveries ADD CONSTRAINT deliveries_pkey PRIMARY KEY (reference);
ALTER TABLE read.delivery_reversals ADD CONSTRAINT delivery_reversals_pkey PRIMARY KEY (reference);
ALTER TABLE read.entry_settlements ADD CONSTRAINT entry_settlements_pkey PRIMARY KEY ("position");
ALTER TABLE read.household_status ADD CONSTRAINT household_status_pkey PRIMARY KEY (household, "position");
ALTER TABLE read.households ADD CONSTRAINT households_pkey PRIMARY KEY (household);
ALTER TABLE read.income_details ADD CONSTRAINT income_details_pkey PRIMARY KEY ("position");
ALTER TABLE read.incomes ADD CONSTRAINT incomes_pkey PRIMARY KEY (income);
ALTER TABLE read.ledger_notes ADD CONSTRAINT ledger_notes_pkey PRIMARY KEY ("position");
ALTER TABLE read.line_money ADD CONSTRAINT line_money_pkey PRIMARY KEY ("position", number);
ALTER TABLE read.list_lines ADD CONSTRAINT list_lines_pkey PRIMARY KEY (plan, version, line);
ALTER TABLE read.list_trail ADD CONSTRAINT list_trail_pkey PRIMARY KEY ("position");
ALTER TABLE read.lists ADD CONSTRAINT lists_pkey PRIMARY KEY (plan, version);
ALTER TABLE read.member_accounts ADD CONSTRAINT member_accounts_pkey PRIMARY KEY (person, "position");
ALTER TABLE read.members ADD CONSTRAINT members_pkey PRIMARY KEY (person, "position");
ALTER TABLE read.mentions ADD CONSTRAINT mentions_pkey PRIMARY KEY ("position", thing);
ALTER TABLE read.mentions_ended ADD CONSTRAINT mentions_ended_pkey PRIMARY KEY (reference);
ALTER TABLE read.organisations ADD CONSTRAINT organisations_pkey PRIMARY KEY (organisation, "position");
ALTER TABLE read.pack_values ADD CONSTRAINT pack_values_pkey PRIMARY KEY (pack, sort, name);
ALTER TABLE read.packs ADD CONSTRAINT packs_pkey PRIMARY KEY (pack);
ALTER TABLE read.payee_accounts ADD CONSTRAINT payee_accounts_pkey PRIMARY KEY (household, "position");
ALTER TABLE read.payment_tellings ADD CONSTRAINT payment_tellings_pkey PRIMARY KEY ("position", number);
ALTER TABLE read.payments ADD CONSTRAINT payments_pkey PRIMARY KEY (payment);
ALTER TABLE read.plan_basis ADD CONSTRAINT plan_basis_pkey PRIMARY KEY (basis);
ALTER TABLE read.plan_steps ADD CONSTRAINT plan_steps_pkey PRIMARY KEY ("position");
ALTER TABLE read.plans ADD CONSTRAINT plans_pkey PRIMARY KEY (plan);
ALTER TABLE read.postings ADD CONSTRAINT postings_pkey PRIMARY KEY ("position", line);
ALTER TABLE read.programme_corrections ADD CONSTRAINT programme_corrections_pkey PRIMARY KEY ("position");
ALTER TABLE read.programme_rows ADD CONSTRAINT programme_rows_pkey PRIMARY KEY ("position");
ALTER TABLE read.remarks ADD CONSTRAINT remarks_pkey PRIMARY KEY ("position", line);
ALTER TABLE read.row_ends ADD CONSTRAINT row_ends_pkey PRIMARY KEY ("position");
ALTER TABLE read.share_issues ADD CONSTRAINT share_issues_pkey PRIMARY KEY ("position");
ALTER TABLE read.share_movements ADD CONSTRAINT share_movements_pkey PRIMARY KEY ("position");
ALTER TABLE read.trail ADD CONSTRAINT trail_pkey PRIMARY KEY (household, "position");
ALTER TABLE read.vault_references ADD CONSTRAINT vault_references_pkey PRIMARY KEY ("position", item);
ALTER TABLE schema_migrations ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);
ALTER TABLE stream_heads ADD CONSTRAINT stream_heads_pkey PRIMARY KEY (stream);
ALTER TABLE vault_items ADD CONSTRAINT vault_items_pkey PRIMARY KEY (item);
ALTER TABLE vault_keys ADD CONSTRAINT vault_keys_pkey PRIMARY KEY (household);
ALTER TABLE void_events ADD CONSTRAINT void_events_pkey PRIMARY KEY ("position");

CREATE INDEX bank_entries_account ON read.bank_entries USING btree (account);
CREATE INDEX bank_entries_entry ON read.bank_entries USING btree (entry);
CREATE INDEX bank_entries_of_batch ON read.bank_entries USING btree (of_batch) WHERE (of_batch IS NOT NULL);
CREATE INDEX bank_entries_of_payment ON read.bank_entries USING btree (of_payment) WHERE (of_payment IS NOT NULL);
CREATE INDEX bank_statements_account ON read.bank_statements USING btree (account, "position");
CREATE INDEX batches_account ON read.batches USING btree (account);
CREATE INDEX bindings_counterparty ON read.bindings USING btree (counterparty);
CREATE INDEX bindings_household ON read.bindings USING btree (household);
CREATE INDEX conditions_household ON read.conditions USING btree (household, effective, "position");
CREATE INDEX contract_amendments_contract ON read.contract_amendments USING btree (contract, "position");
CREATE INDEX contracts_household ON read.contracts USING btree (household) WHERE (household IS NOT NULL);
CREATE INDEX contracts_organisation ON read.contracts USING btree (organisation);
CREATE INDEX contracts_register ON read.contracts USING btree (register) WHERE (register IS NOT NULL);
CREATE INDEX deliveries_household ON read.deliveries USING btree (household, organisation, effective);
CREATE INDEX deliveries_organisation ON read.deliveries USING btree (organisation, effective);
CREATE INDEX entry_settlements_entry ON read.entry_settlements USING btree (entry);
CREATE INDEX event_index_position ON public.event_index USING brin ("position");
CREATE INDEX event_times_first ON public.event_times USING btree (first_position);
CREATE INDEX idempotency_keys_created_at ON public.idempotency_keys USING btree (created_at);
CREATE INDEX income_details_reference ON read.income_details USING btree (reference);
CREATE INDEX incomes_organisation ON read.incomes USING btree (organisation);
CREATE INDEX ledger_notes_note ON read.ledger_notes USING btree (note);
CREATE INDEX line_money_day ON read.line_money USING btree (effective);
CREATE INDEX line_money_line ON read.line_money USING btree (plan, line);
CREATE INDEX list_lines_household ON read.list_lines USING btree (household) WHERE (household IS NOT NULL);
CREATE INDEX list_lines_organisation ON read.list_lines USING btree (organisation) WHERE (organisation IS NOT NULL);
CREATE INDEX list_trail_list ON read.list_trail USING btree (plan, version, "position");
CREATE INDEX lists_hash ON read.lists USING btree (hash);
CREATE INDEX members_household ON read.members USING btree (household);
CREATE INDEX members_personal ON read.members USING btree (personal);
CREATE INDEX mentions_thing ON read.mentions USING btree (thing);
CREATE INDEX payee_accounts_account ON read.payee_accounts USING btree (account);
CREATE INDEX payment_tellings_payment ON read.payment_tellings USING btree (payment, "position");
CREATE INDEX payments_batch ON read.payments USING btree (batch, number);
CREATE INDEX payments_household ON read.payments USING btree (household) WHERE (household IS NOT NULL);
CREATE INDEX payments_line ON read.payments USING btree (plan, version, line, "position");
CREATE INDEX plan_basis_plan ON read.plan_basis USING btree (plan);
CREATE INDEX plan_basis_replaces ON read.plan_basis USING btree (replaces) WHERE (replaces IS NOT NULL);
CREATE INDEX plan_steps_objection ON read.plan_steps USING btree (objection);
CREATE INDEX plan_steps_plan ON read.plan_steps USING btree (plan);
CREATE INDEX plans_income ON read.plans USING btree (income);
CREATE INDEX postings_contract ON read.postings USING btree (contract, effective, "position") INCLUDE (household, leg, amount) WHERE (contract IS NOT NULL);
CREATE INDEX postings_due ON read.postings USING btree (household, effective, "position") INCLUDE (side, leg, amount) WHERE ((household IS NOT NULL) AND (side = ANY (ARRAY['due'::text, 'settled'::text])));
CREATE INDEX postings_entity ON read.postings USING btree (organisation, effective, "position") INCLUDE (side, leg, amount) WHERE ((household IS NULL) AND (side = ANY (ARRAY['entity'::text, 'due'::text, 'settled'::text])));
CREATE INDEX postings_fund ON read.postings USING btree (fund, effective, "position") WHERE (fund IS NOT NULL);
CREATE INDEX postings_household ON read.postings USING btree (household, asset, effective, "position") INCLUDE (leg, amount) WHERE (side = 'household'::text);
CREATE INDEX postings_project ON read.postings USING btree (project, effective, "position") WHERE (project IS NOT NULL);
CREATE INDEX postings_shares ON read.postings USING btree (asset, effective, "position") INCLUDE (side, household, organisation, amount) WHERE ((leg = 'shares'::text) AND (side = ANY (ARRAY['household'::text, 'entity'::text])));
CREATE INDEX programme_corrections_id ON read.programme_corrections USING btree (kind, id);
CREATE INDEX programme_rows_day ON read.programme_rows USING btree (kind, effective);
CREATE INDEX programme_rows_id ON read.programme_rows USING btree (kind, id);
CREATE INDEX remarks_day ON read.remarks USING btree (effective);
CREATE INDEX row_ends_id ON read.row_ends USING btree (kind, id);
CREATE INDEX share_issues_organisation ON read.share_issues USING btree (organisation);
CREATE INDEX share_issues_reference ON read.share_issues USING btree (reference);
CREATE INDEX share_issues_register ON read.share_issues USING btree (register);
CREATE INDEX share_movements_asset ON read.share_movements USING btree (asset) WHERE (asset IS NOT NULL);
CREATE INDEX share_movements_household ON read.share_movements USING btree (household, organisation) WHERE (household IS NOT NULL);
CREATE INDEX share_movements_reference ON read.share_movements USING btree (reference);
CREATE INDEX share_movements_register ON read.share_movements USING btree (register, effective, "position");
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
