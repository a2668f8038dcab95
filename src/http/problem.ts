import type { FastifyReply } from "fastify";
import { z } from "zod";
import type { Refusal, RefusalCode } from "../domain/refusal.ts";

interface Kind {
  readonly status: number;
  readonly title: string;
}

/** The answer to each refusal: bad input 400, a clash with the ledger 409, a broken rule 422. */
const refusals: Readonly<Record<RefusalCode, Kind>> = {
  MalformedField: { status: 400, title: "字段格式不对 Malformed field" },
  ReferenceConflict: { status: 409, title: "编号已用于其他内容 Recorded with other content" },
  HouseholdUnknown: { status: 422, title: "户编号不在名册 Household unknown" },
  OrganisationUnknown: { status: 422, title: "主体编号不在名册 Organisation unknown" },
  ContractUnknown: { status: 422, title: "合同不存在 Contract unknown" },
  RegisterUnknown: { status: 422, title: "股权登记簿不存在 Register unknown" },
  OriginalUnknown: { status: 422, title: "原业务不存在 Original movement unknown" },
  ContractMismatch: { status: 422, title: "与合同不符 Contract does not fit" },
  ContractNotInForce: { status: 422, title: "合同不在有效期 Contract not in force" },
  PriceNotContract: { status: 422, title: "单价与合同不符 Price is not the contract's" },
  PriceBelowFloor: { status: 422, title: "低于保护价 Price below the floor price" },
  AmountMismatch: { status: 422, title: "金额不等于数量乘单价 Amount does not follow" },
  SharesNotExact: { status: 422, title: "折股不能整除 Shares are not exact" },
  NoShares: { status: 422, title: "当日无人持股 No shares are held" },
  AlreadyReversed: { status: 409, title: "已经冲销 Already reversed" },
  PeriodClosed: { status: 422, title: "月份已结账 The month is closed" },
  PlanUnknown: { status: 422, title: "分配计划不存在 Plan unknown" },
  StepOutOfOrder: { status: 422, title: "步骤次序不符 Step out of order" },
  IncomeUnknown: { status: 422, title: "收益不存在 Income unknown" },
  DateBefore: { status: 422, title: "日期早于前一步 Dated before what it follows" },
  SchemeTakesNoBasis: { status: 422, title: "该分配方式不用基数 The scheme takes no basis" },
  PlanFrozen: { status: 422, title: "计划已定案 The plan has a list" },
  RatioBelowFloor: { status: 422, title: "按交易量比例过低 Ratio below the floor" },
  PersonUnknown: { status: 422, title: "人员不在该户 Person unknown in the household" },
  LossNotHouseholds: { status: 422, title: "亏损不由农户承担 No loss of households" },
  LossNotVillages: { status: 422, title: "亏损不由村集体承担 No loss of villages" },
  AgreementMissing: { status: 422, title: "缺少分享协议 The agreement is missing" },
  QuantityExceeded: { status: 422, title: "超过交售数量 More than was sold" },
  DaysPaid: { status: 422, title: "日期已付 Days are paid already" },
  AdvanceExceeded: { status: 422, title: "超过垫付余额 More than is owed" },
  PrincipalExceeded: { status: 422, title: "超过本金 More than the principal" },
  AttendanceMissing: { status: 422, title: "超过出勤 More than was attended" },
  DecisionMissing: { status: 422, title: "资产没有决议 No decision about the asset" },
  ValuationMissing: { status: 422, title: "资产没有评估 The asset is not valued" },
  ValuationExceeded: { status: 422, title: "超过资产价值 More than the asset is worth" },
  TransmissionContested: { status: 422, title: "继承有争议 The inheritance is disputed" },
  DividendMissing: { status: 422, title: "超过所得分红 More than the dividends received" },
  SharesInsufficient: { status: 422, title: "股份不足 Too few shares" },
  LotNotValued: { status: 422, title: "实物未评估 What is put in is not valued" },
  ShareConsentMissing: { status: 422, title: "缺少入股同意 The household's consent is missing" },
  SharesFromLoan: { status: 422, title: "不得以贷款入股 No shares from a loan" },
  DuplicateBeneficiary: { status: 422, title: "受益人重复 Beneficiary stated twice" },
  BasisMissing: { status: 422, title: "没有分配对象 Nobody to divide over" },
  BasisNotYet: { status: 422, title: "基准日未到 The basis is of a later day" },
  ReasonMissing: { status: 422, title: "缺少说明理由 A reason is needed" },
  PoolTooSmall: { status: 422, title: "分配金额不足保底 The pool is too small" },
  IncomeExceeded: { status: 422, title: "超过可分配金额 More than the income has" },
  RatioExceeded: { status: 422, title: "超过合同分配比例 More than the contract's part" },
  QuorumNotMet: { status: 422, title: "人数不足 The quorum is not met" },
  ListChanged: { status: 422, title: "清单哈希不符 Not the frozen list's hash" },
  NoticeIncomplete: { status: 422, title: "公示内容不全 The notice is incomplete" },
  NoticeTooShort: { status: 422, title: "公示期不足 The notice is too short" },
  NoticeNotRunning: { status: 422, title: "不在公示期 No notice is running" },
  ObjectionConflict: { status: 422, title: "异议编号已用 The objection's number is used" },
  ObjectionUnknown: { status: 422, title: "异议不存在 Objection unknown" },
  ObjectionAnswered: { status: 422, title: "异议已答复 Objection answered already" },
  NoticeRunning: { status: 422, title: "公示未到期 The notice is still running" },
  ObjectionOpen: { status: 422, title: "有异议未答复 An objection is open" },
  LineUnknown: { status: 422, title: "清单无此受益人 No line of this beneficiary" },
  LineNotOpen: { status: 422, title: "该行不可支付 The line is not open" },
  LineNotHeld: { status: 422, title: "该行未暂停 The line is not held" },
  LineNotReturned: { status: 422, title: "该行未退回 The line did not come back" },
  LineNotCredited: { status: 422, title: "该行未到账 The line is not credited" },
  SamePerson: { status: 422, title: "须由他人办理 Another person has to do it" },
  PlanNotApproved: { status: 422, title: "计划未批准 The plan is not approved" },
  NotFinal: { status: 422, title: "不是最终对账单 Not a final statement" },
  NotOurs: { status: 422, title: "与本账无关 Nothing of ours" },
  SumsDisagree: { status: 422, title: "合计不符 Sums disagree" },
  StatementGap: { status: 422, title: "对账单不连续 A statement is missing" },
  EntryUnknown: { status: 422, title: "流水不存在 Entry unknown" },
  PaymentAnswered: { status: 422, title: "该笔已有结果 The payment is answered" },
  TooEarly: { status: 422, title: "未到放弃期限 Too early to give up" },
  PackMalformed: { status: 400, title: "政策包格式有误 The policy pack is malformed" },
  MonthNotClosable: { status: 422, title: "月份不能结账 The month cannot be closed" },
  NothingToPay: { status: 422, title: "没有应付的行 Nothing is to be paid" },
  AccountUnchanged: { status: 422, title: "账户未变 The account has not changed" },
  FundUnknown: { status: 422, title: "资金不存在 Fund unknown" },
  ProjectUnknown: { status: 422, title: "项目不存在 Project unknown" },
  AllocationUnknown: { status: 422, title: "资金安排不存在 Allocation unknown" },
  DisbursementUnknown: { status: 422, title: "拨付不存在 Disbursement unknown" },
  ModelUnknown: { status: 422, title: "模式不存在 Model unknown" },
  BindingUnknown: { status: 422, title: "绑定不存在 Binding unknown" },
  OfficerUnknown: { status: 422, title: "任职不存在 Officer unknown" },
  AssetUnknown: { status: 422, title: "资产不存在 Asset unknown" },
  CaseUnknown: { status: 422, title: "案件不存在 Case unknown" },
  LoanUnknown: { status: 422, title: "贷款不存在 Loan unknown" },
  GuaranteeUnknown: { status: 422, title: "担保不存在 Guarantee unknown" },
  PolicyUnknown: { status: 422, title: "保单不存在 Policy unknown" },
  ClaimUnknown: { status: 422, title: "赔案不存在 Claim unknown" },
  AccountUnknown: { status: 422, title: "风险金账户不存在 Account unknown" },
  HerdUnknown: { status: 422, title: "借养不存在 Herd unknown" },
  PartyUnknown: { status: 422, title: "户或主体不存在 Neither household nor organisation" },
  KindMismatch: { status: 422, title: "类别不符 Of another kind" },
  FundExceeded: { status: 422, title: "超过资金余额 More than the fund has" },
  ProjectCancelled: { status: 422, title: "项目已取消 The project is cancelled" },
  ProjectNotInBank: { status: 422, title: "项目未入库 The project is not in the bank" },
  PlanExceeded: { status: 422, title: "超过计划金额 More than is planned" },
  AllocationExceeded: { status: 422, title: "超过安排余额 More than is allocated" },
  ProjectNotApproved: { status: 422, title: "项目未批准 The project is not approved" },
  NotAccepted: { status: 422, title: "未验收合格 Not accepted" },
  OrganisationListed: { status: 422, title: "主体在惩戒期 The organisation is sanctioned" },
  ClassCapExceeded: { status: 422, title: "超过补助上限 Above the cap" },
  DutyUnmet: { status: 422, title: "带动责任未履行 A duty is not met" },
  EvidenceMissing: { status: 422, title: "缺少材料 Documents are needed" },
  AwardAboveRate: { status: 422, title: "奖补超过标准 Awards above the rate" },
  DutyMissing: { status: 422, title: "未签带动责任 No duty of the year" },
  CooperativeTooSmall: { status: 422, title: "合作社户数不足 Too few households" },
  DisbursementExceeded: { status: 422, title: "超过拨付余额 More than was paid" },
  PurposeForbidden: { status: 422, title: "用途不允许 The purpose is forbidden" },
  ReturnExceeded: { status: 422, title: "退回超过余额 More than is free" },
  ModelNotRecognised: { status: 422, title: "模式未认定 The model is not recognised" },
  IndustryNotListed: { status: 422, title: "产业不在目录 The industry is not listed" },
  NotApplied: { status: 422, title: "未申请 It has not applied" },
  LinkageMissing: { status: 422, title: "缺少利益联结 No linkage is in force" },
  TitleMissing: { status: 422, title: "产权不明 Titles are missing" },
  TenderMissing: { status: 422, title: "未招标采购 No tender" },
  ArchiveIncomplete: { status: 422, title: "归档不全 The archive is incomplete" },
  ChannelsFew: { status: 422, title: "公告渠道不足 Too few channels" },
  FundsOut: { status: 422, title: "资金未收回 Money is still allocated" },
  ConsentMissing: { status: 422, title: "缺少同意书 No consent" },
  ModeMissing: { status: 422, title: "缺少帮扶方式 No mode of help" },
  IndustryMismatch: { status: 422, title: "产业与意愿不符 Another industry" },
  SupervisorOperates: { status: 422, title: "监督员兼领办人 A supervisor operates" },
  YearReported: { status: 409, title: "该年已报 The year is reported" },
  HiringUnmet: { status: 422, title: "未招用贫困户 Nobody poor was hired" },
  LoanAboveLimit: { status: 422, title: "贷款超过限额 Loans above the limit" },
  TermAboveLimit: { status: 422, title: "期限超过上限 The term is too long" },
  GuaranteeForbidden: { status: 422, title: "不得要求担保 No guarantee may be asked" },
  RateAboveBenchmark: { status: 422, title: "利率高于基准 Above the benchmark rate" },
  TermOutOfBand: { status: 422, title: "期限超出范围 The term is out of its band" },
  LoanAboveHouseholds: { status: 422, title: "超过带动户数额度 Above the households" },
  ParticipationMissing: { status: 422, title: "农户未参与生产 The household takes no part" },
  ShareNotWhole: { status: 422, title: "分担比例不足一 Shares are not one whole" },
  CompensationMissing: { status: 422, title: "没有风险补偿金 No risk compensation" },
  LoanOverpaid: { status: 422, title: "超过贷款余额 More than is owed" },
  RenewalUncontrolled: { status: 422, title: "续贷风险未核 Risk not under control" },
  CauseMissing: { status: 422, title: "展期原因不符 No cause to extend" },
  SubsidyDoubled: { status: 422, title: "重复贴息 Subsidised twice" },
  SubsidyAboveLimit: { status: 422, title: "贴补超过上限 Above what may be paid" },
  PremiumSubsidyLow: { status: 422, title: "保费补贴不足 The subsidy is low" },
  GroupSize: { status: 422, title: "联保户数不符 Not a group of three" },
  PremiumAboveLimit: { status: 422, title: "保费超过上限 The premium is too high" },
  PremiumHigh: { status: 422, title: "保费偏高 The premium is high" },
  RateOutOfBand: { status: 422, title: "费率超出范围 The rate is out of its band" },
  CoverMissing: { status: 422, title: "责任不全 Cover is missing" },
  ClaimAboveCover: { status: 422, title: "赔付超过保额 Above the cover" },
  UseForbidden: { status: 422, title: "账户不得如此使用 Of another account" },
  FundInsufficient: { status: 422, title: "风险金余额不足 The account has too little" },
  HeadsInsufficient: { status: 422, title: "头数不足 Too few heads" },
  AlreadyEnded: { status: 409, title: "已经终止 Already ended" },
  DependentsExist: { status: 422, title: "有后续记录 Others rest on it" },
  SupervisorHolds: { status: 422, title: "监督权与经营权同属一方 A supervisor operates it" },
  TermsMissing: { status: 422, title: "缺少必要条款 Terms are missing" },
  NotThirdParty: { status: 422, title: "评估机构不独立 Not a third party" },
  HolderDutyUnmet: { status: 422, title: "承接方责任未履行 A duty is not met" },
  DisposalNotApproved: { status: 422, title: "处置未经批准 The disposal is not approved" },
  GradeMissing: { status: 422, title: "缺少等级 No grade" },
  DisputeNotHeld: { status: 422, title: "争议行未暂停 The disputed line is not held" },
  DisputeOpen: { status: 422, title: "争议未办结 A dispute is open" },
  FindingUnknown: { status: 422, title: "问题不存在 Finding unknown" },
  RecoveryExceeded: { status: 422, title: "超过追缴金额 More than was ordered" },
  CaseOpenFinding: { status: 422, title: "问题未处理 A finding is open" },
  ClaimExceeded: { status: 422, title: "超过申报债权 More than was filed" },
  RankOutOfOrder: { status: 422, title: "清偿顺位不符 A rank above is unpaid" },
};

/** Problems of the request or the service rather than of what it says. */
const faults = {
  MalformedRequest: { status: 400, title: "请求格式不对 Malformed request" },
  OriginNotAllowed: { status: 403, title: "不接受其他网站的请求 Request of another site" },
  NotFound: { status: 404, title: "没有这个地址 No such address" },
  Unknown: { status: 404, title: "没有这个编号 No such id" },
  MethodNotAllowed: { status: 405, title: "不支持这种方法 Method not allowed" },
  TooSlow: { status: 408, title: "请求传送太慢 The request came too slowly" },
  IdempotencyKeyInUse: { status: 409, title: "同一请求正在处理 The same request is under way" },
  TooLarge: { status: 413, title: "内容过大 Content too large" },
  MediaTypeNotSupported: { status: 415, title: "不支持这种内容类型 Media type not supported" },
  ExpectationNotMet: { status: 417, title: "不支持这种期望 Expectation not met" },
  HostNotAllowed: { status: 421, title: "不是本服务的主机名 Not a name of this service" },
  FileMalformed: { status: 422, title: "文件不是可读的表格 The file is no readable table" },
  IdempotencyKeyReused: { status: 422, title: "幂等键已用于其他请求 Key of another request" },
  HeadersTooLarge: { status: 431, title: "请求头过大 Headers too large" },
  Fault: { status: 500, title: "服务内部错误 A fault of ours" },
  NotReady: { status: 503, title: "服务尚未就绪 Not ready" },
  NotProjectedYet: { status: 503, title: "数据尚未汇总到该位置 Not projected yet" },
  TooManyImports: { status: 503, title: "导入任务过多 Too many imports at once" },
  Unavailable: { status: 503, title: "数据库暂不可用 The database cannot be reached" },
  Overloaded: { status: 503, title: "请求过多，请稍后再试 Too much is waiting" },
  NoRoom: { status: 503, title: "空间或资源不足 No room" },
  ClockAhead: { status: 503, title: "服务器时钟过快 The clock is ahead" },
  AppendAmbiguous: { status: 503, title: "不能确定是否已记录 Perhaps recorded" },
  ForeignLedger: { status: 503, title: "日志由另一数据库写入 Written by way of another database" },
  LogDamaged: { status: 503, title: "日志已损坏 The log is damaged" },
  EventUnreadable: { status: 503, title: "有事件不能读取 An event cannot be read" },
  StreamRefused: { status: 503, title: "日志拒绝写入 The log refuses a stream" },
  TimedOut: { status: 503, title: "处理超时 Timed out" },
} as const satisfies Readonly<Record<string, Kind>>;

/** What is wrong with a request or the service: see the table above. */
export type FaultCode = keyof typeof faults;

/** The media type of RFC 9457. */
export const problemType = "application/problem+json";

/** A field that is at fault: its name in JSON and its column in files. */
export interface ProblemField {
  readonly name: string;
  readonly column?: string;
}

/** What the answer to a request that failed says (RFC 9457). */
export const problemSchema = z
  .object({
    type: z.string().describe("urn:sunshine-ledger:problem:… with the code"),
    title: z.string(),
    status: z.int(),
    code: z.string().describe("what programs go by; it never changes"),
    detail: z.string().optional().describe("for people; repeats no value of the request"),
    field: z
      .object({
        name: z.string().describe("the field of the JSON document or the parameter"),
        column: z.string().optional().describe("the column of the file, in Chinese"),
      })
      .optional(),
    requestId: z.string().optional().describe("under which the log speaks of this request"),
  })
  .meta({ id: "Problem" });

/** Extras of a problem answer. */
export interface ProblemDetails {
  /** Its code where it says more than the fault's own: `HouseholdUnknown`, `FileUnreadable`. */
  readonly code?: string;
  readonly field?: ProblemField;
  /** Whole seconds after which trying again makes sense. */
  readonly retryAfter?: number;
  /** What else the answer says: of an import, what was done until it ended. */
  readonly members?: object;
}

/**
 * Thrown at the edge for a request that cannot be answered and is no refusal; answered as a
 * problem.
 */
export class HttpProblem extends Error {
  readonly fault: FaultCode;
  readonly details: ProblemDetails;

  constructor(fault: FaultCode, message: string, details: ProblemDetails = {}) {
    super(message);
    this.fault = fault;
    this.details = details;
  }
}

/** Answers with a fault of the request or the service. */
export function sendProblem(
  reply: FastifyReply,
  fault: FaultCode,
  detail?: string,
  details: ProblemDetails = {},
): FastifyReply {
  const { retryAfter } = details;
  if (retryAfter !== undefined) reply.header("retry-after", String(retryAfter));
  return send(
    reply,
    faults[fault].status,
    problemDocument(fault, detail, reply.request.id, details),
  );
}

/** Answers with a refusal; `field` is the refusal's column with its name in JSON. */
export function sendRefusal(
  reply: FastifyReply,
  { code, message: detail }: Refusal,
  field: ProblemField | undefined,
): FastifyReply {
  const { status, title } = refusals[code];
  const requestId = reply.request.id;
  return send(reply, status, { type: typeOf(code), title, status, code, detail, field, requestId });
}

/** The problem of a fault as a document. */
export function problemDocument(
  fault: FaultCode,
  detail: string | undefined,
  requestId: string,
  { code = fault, field, members }: ProblemDetails = {},
): object {
  const { status, title } = faults[fault];
  return { type: typeOf(code), title, status, code, detail, field, requestId, ...members };
}

/** The status with which a refusal is answered. */
export function statusOfRefusal(code: RefusalCode): number {
  return refusals[code].status;
}

/** The status with which a fault is answered. */
export function statusOfFault(fault: FaultCode): number {
  return faults[fault].status;
}

function typeOf(code: string): string {
  return `urn:sunshine-ledger:problem:${code}`;
}

function send(reply: FastifyReply, status: number, body: object): FastifyReply {
  // The rest of the body will not be read, so the connection cannot serve another request.
  const { method, raw } = reply.request;
  if (method === "POST" && !raw.complete) reply.header("connection", "close");
  // As text, so that no schema of the route has a say.
  return reply.code(status).header("content-type", problemType).send(JSON.stringify(body));
}

const meanings: Readonly<Record<number, string>> = {
  400: "A value, parameter or header is malformed",
  403: "The request comes from a page of another site",
  404: "No such id, as known then",
  408: "The body came too slowly",
  409: "The id is recorded with other content, or was reversed already",
  413: "Larger than this route takes",
  415: "Not a media type this route takes",
  422: "A rule of the ledger is broken; nothing was recorded",
  503: "Not now; Retry-After says when to try again",
};

/** Schemas of problem answers, by status, for a route. */
export function problems(...statuses: readonly number[]): Record<number, object> {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: meanings[status] ?? "A problem",
        content: { [problemType]: { schema: problemSchema } },
      },
    ]),
  );
}
