import type { AssetRight, AssetStep } from "../../../events/asset-words.ts";
import { assetRights, assetSteps as stepNames } from "../../../events/asset-words.ts";
import { count, filledText, id, may, money, moneyOrZero, ref, words } from "../columns.ts";
import type { ContractEvent } from "../contract.ts";
import { signedOf, termsOf } from "../contract.ts";
import { bareName } from "../distribution/people.ts";
import { keys, streams } from "../facts.ts";
import type { Cells, Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { isQuorate } from "../packs.ts";
import { contract, organisation } from "../things.ts";
import type { AssetState } from "./asset-state.ts";
import { assetOutOfOrder, assetState } from "./asset-state.ts";
import { householdHolding, isNoHolder } from "./assets.ts";
import { unmetDuty } from "./duties-done.ts";
import { organisationListed } from "./entities.ts";
import { notBeforeSteps } from "./ordered.ts";
import { programmeOf } from "./programme.ts";
import { notBefore, ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";
import { asset } from "./things.ts";

const nameMax = 200;

const columns = {
  step: id("步骤编号", "the step's own id"),
  asset: ref("资产编号", "the asset that it is a step of", asset),
  kind: words<AssetStep>("步骤", "which step", stepNames),
  by: filledText("经办人", "who took it", nameMax),
  appraiser: may(filledText("评估机构", "who values it: 主体编号 or a name", nameMax)),
  value: may(money("价值", "what it is worth")),
  expected: may(count("应到人数", "how many may vote")),
  present: may(count("实到人数", "how many came")),
  agreed: may(count("同意人数", "how many agreed")),
  contract: may(ref("合同编号", "the contract by which it is let, a 资产租赁", contract)),
  organisation: may(ref("主体编号", "to whom it is handed over", organisation)),
  right: may(words<AssetRight>("权利", "which right changes hands", assetRights)),
  holder: may(id("承受人", "who holds it from the day on, written as in assets.csv")),
  amount: may(moneyOrZero("金额", "yuan: what is lost, spent or received; 0 for a 处置 alone")),
  unit: may(filledText("单位", "which unit approves", nameMax)),
  ...rowColumns,
};

type Column = keyof typeof columns;
type JudgedStep = Judged<typeof columns>;

/** The columns that a step reads, beside those of every step. */
const reads = {
  appraise: ["appraiser", "value"],
  resolve: ["expected", "present", "agreed"],
  commission: [],
  lease: ["contract"],
  handOver: ["organisation"],
  changeRight: ["right", "holder"],
  idle: [],
  damage: ["amount"],
  repair: ["amount"],
  requestDisposal: [],
  approveDisposal: ["unit"],
  dispose: ["amount"],
} as const satisfies Readonly<Record<AssetStep, readonly Column[]>>;

/** Those of them that must be filled. */
const needs: Readonly<Record<AssetStep, readonly Column[]>> = {
  ...reads,
  appraise: [...reads.appraise, "documents"],
  resolve: [...reads.resolve, "documents"],
  changeRight: [...reads.changeRight, "documents"],
  repair: [],
};

/** The kind of contract by which an asset is let, a name of `contractKinds`. */
const assetLease = "assetLease";

/** What a 出租 asks of its contract. */
interface Lease {
  readonly kind: string;
  readonly organisation: string;
  /** 资产编号, of contracts that have one. */
  readonly asset?: string | undefined;
}

function stateFor({ row, facts }: JudgedStep): AssetState {
  return assetState(programmeOf(facts), row.asset);
}

/** The contract of a 出租, by its terms of the day. */
function leaseOf({ row, facts }: JudgedStep): Lease | undefined {
  if (row.contract === undefined) return undefined;
  const event: ContractEvent | undefined = facts.known(keys.contract(row.contract));
  return event && { ...signedOf(event), ...termsOf(event, row.date) };
}

/** Who gets 经营权 by a 出租 or a 移交. */
function operatorBy(judged: JudgedStep): string | undefined {
  return leaseOf(judged)?.organisation ?? judged.row.organisation;
}

/** The numbers and names that an appraiser or a holder goes by. */
function namesOf(id: string, { facts }: JudgedStep): readonly string[] {
  const name = facts.known(keys.organisation(id))?.data.name;
  return [id, ...(name === undefined ? [] : [name])].map(bareName);
}

function isInvolved(judged: JudgedStep): string | false {
  const { appraiser } = judged.row;
  if (appraiser === undefined) return false;
  const { ownership, operation, income } = stateFor(judged).rights;
  const holders = new Set([ownership, operation, income].flatMap((id) => namesOf(id, judged)));
  const isOne = namesOf(appraiser, judged).some((name) => holders.has(name));
  return isOne && "评估机构 holds 所有权, 经营权 or 收益权";
}

function isNotQuorate({ row, policy }: JudgedStep): string | false {
  if (row.kind !== "resolve") return false;
  const { expected: due = 0, present = 0, agreed = 0 } = row;
  const quorum = { present: policy.value("quorum.present"), agreed: policy.value("quorum.agreed") };
  if (isQuorate({ due, present, agreed }, quorum)) return false;
  return (
    `at least ${quorum.present} of 应到人数 must be present and more than ${quorum.agreed} ` +
    "of 实到人数 agree"
  );
}

function isNoLease(judged: JudgedStep): string | false {
  const lease = leaseOf(judged);
  if (lease === undefined) return false;
  if (lease.kind !== assetLease) return "the contract is no 资产租赁";
  return lease.asset !== judged.row.asset && "the contract is of another asset";
}

function isListed(judged: JudgedStep): string | false {
  const [, , broken] = organisationListed;
  const { row, facts } = judged;
  return broken({ row: { organisation: operatorBy(judged), date: row.date }, facts });
}

/** Whether 监督权 and 经营权 would come into one hand by the step. */
function isInOneHand(judged: JudgedStep): string | false {
  const { right, holder = "" } = judged.row;
  const { operation, supervision } = stateFor(judged).rights;
  const message = "监督权 and 经营权 would be in one hand";
  const operator = operatorBy(judged) ?? (right === "operation" ? holder : undefined);
  if (operator !== undefined) return operator === supervision && message;
  return right === "supervision" && holder === operation && message;
}

function isDutyUnmet(judged: JudgedStep): string | false {
  const operator = operatorBy(judged);
  const { date: day } = judged.row;
  return operator !== undefined && unmetDuty({ organisation: operator, day }, judged.facts);
}

/** Rows of asset-steps.csv: what becomes of an asset, step by step. */
export const assetSteps = rowKind({
  ...ofProgramme("asset-steps"),
  summary: "Record a step of an asset",
  columns,
  personal: rowPersonal,
  id: "step",
  key: keys.assetStep,
  by: "kind",
  needs,
  only: reads,
  surveys: true,
  checks: [
    [
      "kind",
      ({ kind }: Cells<typeof columns>, isFilled) =>
        kind === "requestDisposal" && !isFilled(rowPersonal.explanation.column) && "说明 is needed",
    ],
    [
      "amount",
      ({ kind, amount }) =>
        kind !== "dispose" && amount === "0.00" && "金额 is above zero but for a 处置",
    ],
  ],
  rules: [
    "asset",
    "contract",
    "organisation",
    ["PartyUnknown", "holder", ({ row, facts }) => isNoHolder("承受人", row.holder, facts)],
    ["StepOutOfOrder", "kind", (judged) => assetOutOfOrder(stateFor(judged), judged.row.kind)],
    notBefore("asset"),
    notBeforeSteps("asset-steps"),
    ["NotThirdParty", "appraiser", isInvolved],
    ["QuorumNotMet", "agreed", isNotQuorate],
    ["ContractMismatch", "contract", isNoLease],
    ["OrganisationListed", "organisation", isListed],
    ["SupervisorHolds", "kind", isInOneHand],
    ["HolderDutyUnmet", "kind", isDutyUnmet],
    [
      "DisposalNotApproved",
      "kind",
      (judged) =>
        judged.row.kind === "dispose" &&
        stateFor(judged).disposal !== "approved" &&
        "a 处置 follows its 处置申请, a 决议 and a 处置批准",
    ],
  ],
  records: (judged) => {
    const { row, facts } = judged;
    return {
      stream: streams.programme(),
      type: "AssetStepTaken",
      data: {
        ...statedBy(judged),
        operator: operatorBy(judged),
        household: row.holder === undefined ? undefined : householdHolding(row.holder, facts),
      },
    };
  },
  examples: [
    { step: "ZB-00001", asset: "ZC-00001", kind: "commission", by: "示例", date: "2026-05-01" },
  ],
});
