import type { JsonObject } from "../encoding/canonical.ts";
import type { ContractCommand } from "../domain/contract.ts";
import { decideContract, parseContract } from "../domain/contract.ts";
import type { DecidedEvent, Facts } from "../domain/facts.ts";
import { keys, onces } from "../domain/facts.ts";
import type { RosterCommand } from "../domain/household.ts";
import { decideRosterRow, parseRosterRow } from "../domain/household.ts";
import { decideMovement } from "../domain/movement.ts";
import type { MovementCommand } from "../domain/movement-command.ts";
import { parseMovement } from "../domain/movement-command.ts";
import type { OrganisationCommand } from "../domain/organisation.ts";
import { decideOrganisation, parseOrganisation } from "../domain/organisation.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { FreeText, Parsed, Row, SealedText } from "../domain/row.ts";
import type { Vault, VaultItem } from "../vault/vault.ts";
import type { FactsNeeded } from "./facts-cache.ts";

/** The files a bureau brings, in the order in which they build on each other. */
export const commandKinds = ["roster", "organisations", "contracts", "movements"] as const;
/** One of them. */
export type CommandKind = (typeof commandKinds)[number];

/** Commands of one kind, in order, from one caller. */
export interface CommandBatch {
  readonly kind: CommandKind;
  readonly commands: readonly unknown[];
  /** One context a command. */
  readonly contexts: readonly CommandContext[];
}

/** Who hands a command in, and with what it belongs together. */
export interface CommandContext {
  readonly actor: string;
  /** Ties together what one import or request recorded. */
  readonly correlation?: string | undefined;
}

/** What a kind of command is made of: how a row is parsed, what it looks up, how it is judged. */
export interface CommandType<Command> {
  /** The column that identifies a row. */
  readonly idColumn: string;
  parse(row: Row): Parsed<Command>;
  /** The key under which the command's own event is recorded. */
  ownKey(command: Command): string;
  /** Adds what judging will ask for: all that is not the own key of a movement. */
  need(command: Command, needed: FactsNeeded): void;
  /**
   * Adds what judging asks for and no other command of the batch is likely to: it is looked up for
   * the whole batch before the first is judged, the holdings of registers in any case.
   */
  foresee?(command: Command, needed: FactsNeeded): void;
  /** Moves its personal data into vault items, then judges it. */
  decide(command: Command, context: DecideContext): DecidedEvent[] | Refusal;
}

/** What judging a command may use. */
export interface DecideContext {
  readonly facts: Facts;
  readonly vault: Pick<Vault, "name" | "fingerprint">;
  /** The day of import in Asia/Shanghai. */
  readonly today: string;
  /** Takes what must lie in the vault before the events are recorded. */
  readonly keep: (item: VaultItem) => void;
}

const roster: CommandType<RosterCommand> = {
  idColumn: "人编号",
  parse: parseRosterRow,
  ownKey: ({ person }) => keys.person(person),
  need({ person, household }, needed) {
    needed.keys.add(keys.person(person));
    needed.keys.add(keys.household(household));
    needed.keys.add(keys.status(household));
    needed.keys.add(keys.payee(household));
  },
  decide(command, { facts, vault, today, keep }) {
    const { household, account } = command;
    const personal = vault.name(household, command.personal);
    const payee = account === undefined ? undefined : vault.name(household, account);
    const sealed = {
      personal: personal.item,
      fingerprint: vault.fingerprint(command.content),
      account:
        payee === undefined
          ? undefined
          : { item: payee.item, fingerprint: vault.fingerprint(payee.content) },
    };
    const events = decideRosterRow(command, sealed, today, facts);
    if (events.length > 0) keep(personal);
    if (events.some((event) => event.type === "PayeeAccountRecorded") && payee) keep(payee);
    return events;
  },
};

const organisations: CommandType<OrganisationCommand> = {
  idColumn: "主体编号",
  parse: parseOrganisation,
  ownKey: ({ organisation }) => keys.organisation(organisation),
  need({ organisation }, needed) {
    needed.keys.add(keys.organisation(organisation));
  },
  decide(command, context) {
    return withText(command.free, undefined, context, (sealed) =>
      decideOrganisation(command, sealed, context.today, context.facts),
    );
  },
};

const contracts: CommandType<ContractCommand> = {
  idColumn: "合同编号",
  parse: parseContract,
  ownKey: ({ contract }) => keys.contract(contract),
  need({ contract, household, organisation, register }, needed) {
    needed.keys.add(keys.contract(contract));
    if (household !== undefined) needed.keys.add(keys.household(household));
    needed.keys.add(keys.organisation(organisation));
    if (register !== undefined) needed.onces.add(onces.registerOpened(register));
  },
  decide(command, context) {
    return withText(command.free, command.household, context, (sealed) =>
      decideContract(command, sealed, context.facts),
    );
  },
};

const movements: CommandType<MovementCommand> = {
  idColumn: "业务编号",
  parse: parseMovement,
  ownKey: ({ reference }) => keys.movement(reference),
  foresee(command, needed) {
    if (command.type === "reversal") {
      needed.keys.add(keys.movement(command.original));
      needed.keys.add(keys.list(command.reference));
      needed.onces.add(onces.movementReversed(command.original));
    } else if (command.type === "dividend") {
      needed.keys.add(keys.list(command.reference));
      needed.registers.add(command.register);
    }
  },
  need(command, needed) {
    if (command.type === "reversal") return;
    needed.keys.add(keys.organisation(command.organisation));
    if (command.type === "dividend") {
      needed.onces.add(onces.registerOpened(command.register));
      return;
    }
    needed.keys.add(keys.household(command.household));
    needed.keys.add(keys.contract(command.contract));
    if (command.type === "shares") needed.onces.add(onces.registerOpened(command.register));
  },
  decide(command, context) {
    if (command.free === undefined) return decideMovement(command, undefined, context.facts);
    const household = "household" in command ? command.household : undefined;
    return withText(command.free, household, context, (sealed) =>
      decideMovement(command, sealed, context.facts),
    );
  },
};

/** Free text of a row becomes a vault item, under its household's key where that is known. */
function withText(
  free: FreeText | undefined,
  household: string | undefined,
  { facts, vault, keep }: DecideContext,
  decide: (sealed: SealedText | undefined) => DecidedEvent[] | Refusal,
): DecidedEvent[] | Refusal {
  if (free === undefined) return decide(undefined);
  const known = household !== undefined && facts.known(keys.household(household)) !== undefined;
  const content: JsonObject = { ...free.extra, ...free.compared };
  const item = vault.name(known ? household : undefined, content);
  const compared = Object.keys(free.compared).length > 0;
  const sealed = {
    item: item.item,
    fingerprint: compared ? vault.fingerprint(free.compared) : undefined,
  };
  const decided = decide(sealed);
  if (Array.isArray(decided) && decided.length > 0) keep(item);
  return decided;
}

/** Every kind of command. The list; there is no other. */
export const commandTypes = { roster, organisations, contracts, movements } as const;

/** A kind of command whose commands are not told apart by type: for code that treats all alike. */
export function commandType(kind: CommandKind): CommandType<unknown> {
  const types: Record<CommandKind, unknown> = commandTypes;
  return types[kind] as CommandType<unknown>;
}
