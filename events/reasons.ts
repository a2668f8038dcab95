/**
 * What a reason of a return or a rejection means, in English as ISO 20022 names it and in Chinese
 * as banks say it.
 */
export interface ReasonWords {
  readonly english: string;
  readonly chinese: string;
}

const rows: readonly (readonly [code: string, english: string, chinese: string])[] = [
  ["AB05", "Timeout at the creditor agent", "收款行处理超时"],
  ["AB08", "Creditor agent offline", "收款行系统离线"],
  ["AC01", "Account number invalid or missing", "账号不存在或账号有误"],
  ["AC02", "Debtor account number invalid or missing", "付款账号不存在或有误"],
  ["AC03", "Creditor account number invalid or missing", "收款账号不存在或有误"],
  ["AC04", "Account closed", "账户已销户"],
  ["AC05", "Debtor account closed", "付款账户已销户"],
  ["AC06", "Account blocked", "账户冻结、止付或不动户"],
  ["AC07", "Creditor account closed", "收款账户已销户"],
  ["AC08", "Branch code invalid", "开户网点代码有误"],
  ["AC09", "Account currency invalid or missing", "账户币种有误"],
  ["AC10", "Debtor account currency invalid or missing", "付款账户币种有误"],
  ["AC11", "Creditor account currency invalid or missing", "收款账户币种有误"],
  ["AC12", "Account type invalid or missing", "账户类型有误"],
  ["AC13", "Debtor account type invalid or missing", "付款账户类型有误"],
  ["AC14", "Creditor account type invalid or missing", "收款账户类型有误"],
  ["AG01", "Transaction forbidden on this type of account", "账户状态或类型不允许此交易"],
  ["AG02", "Bank operation code invalid", "业务种类有误"],
  ["AG07", "Unsuccessful direct debit", "代扣不成功"],
  ["AM01", "Amount is zero", "金额为零"],
  ["AM02", "Amount above the allowed maximum", "金额超过限额"],
  ["AM03", "Currency not processed", "币种不受理"],
  ["AM04", "Insufficient funds", "余额不足"],
  ["AM05", "Duplication", "重复支付"],
  ["AM06", "Amount below the agreed minimum", "金额低于下限"],
  ["AM07", "Funds blocked", "款项被冻结"],
  ["AM09", "Amount not as agreed or expected", "金额不符"],
  ["AM10", "Sum of amounts not equal to the control sum", "合计金额不符"],
  ["AM12", "Amount invalid or missing", "金额有误"],
  ["AM14", "Amount exceeds the limit agreed with the client", "金额超过约定限额"],
  ["AM18", "Number of transactions invalid", "笔数有误"],
  ["BE01", "Holder not consistent with the account number", "户名不符"],
  ["BE04", "Creditor address missing or incorrect", "收款人地址有误"],
  ["BE05", "Initiating party not recognised", "发起方未识别"],
  ["BE06", "Customer unknown", "无此客户"],
  ["BE07", "Debtor address missing or incorrect", "付款人地址有误"],
  ["BE08", "Name or details missing", "户名缺失"],
  ["BE16", "Debtor identification code invalid", "付款人证件号码有误"],
  ["BE17", "Creditor identification code invalid", "收款人证件号码有误"],
  ["BE22", "Creditor name missing", "收款人户名缺失"],
  ["CH03", "Requested date too far in the future", "要求执行日期过远"],
  ["CNOR", "Creditor bank not registered", "收款行未登记"],
  ["CURR", "Currency incorrect", "币种不正确"],
  ["CUST", "Requested by the customer", "客户要求退回"],
  ["DNOR", "Debtor bank not registered", "付款行未登记"],
  ["DS02", "Order cancelled", "指令被撤销"],
  ["DT01", "Date invalid or not supported", "日期有误"],
  ["DU01", "Duplicate message identification", "报文标识重复"],
  ["DU02", "Duplicate payment information identification", "批次标识重复"],
  ["DU03", "Duplicate transaction", "交易重复"],
  ["DU04", "Duplicate end-to-end identification", "端到端标识重复"],
  ["DU05", "Duplicate instruction identification", "指令标识重复"],
  ["DUPL", "Duplicate payment", "重复付款"],
  ["ED05", "Settlement failed", "清算失败"],
  ["FF01", "File format incomplete or invalid", "文件格式有误"],
  ["FOCR", "Returned following a cancellation request", "应撤销请求退回"],
  ["FRAD", "Fraudulent origin", "涉嫌欺诈"],
  ["LEGL", "Legal decision", "依法律文书处理"],
  ["MD01", "No mandate", "无授权"],
  ["MD06", "Refund requested by the end customer", "客户要求退款"],
  ["MD07", "End customer deceased", "收款人已死亡"],
  ["MS02", "Refused by the customer, reason not specified", "客户拒绝，未说明原因"],
  ["MS03", "Refused by the agent, reason not specified", "银行退回，未说明原因"],
  ["NARR", "Narrative: see the text", "其他，见银行说明"],
  ["NOAS", "No answer from the customer", "客户未答复"],
  ["RC01", "Bank identifier incorrect", "行号有误"],
  ["RC03", "Debtor bank identifier invalid or missing", "付款行行号有误"],
  ["RC04", "Creditor bank identifier invalid or missing", "收款行行号有误"],
  ["RC07", "Creditor bank identifier invalid", "收款行行号无效"],
  ["RC08", "Clearing system member identifier invalid", "清算行号无效"],
  ["RC11", "Intermediary agent invalid", "中间行有误"],
  ["RF01", "Transaction reference not unique", "交易参考号不唯一"],
  ["RR01", "Debtor account or identification missing", "缺付款账号或证件"],
  ["RR02", "Debtor name or address missing", "缺付款人名称或地址"],
  ["RR03", "Creditor name or address missing", "缺收款人名称或地址"],
  ["RR04", "Regulatory reason", "监管原因"],
  ["RUTA", "Returned following an investigation", "经查询退回"],
  ["TM01", "Received after the cut-off time", "超过截止时间"],
  ["UPAY", "Undue payment", "不应支付的款项"],
];

const words: ReadonlyMap<string, ReasonWords> = new Map(
  rows.map(([code, english, chinese]) => [code, { english, chinese }]),
);

/** The words for a reason of ISO 20022; undefined for a bank's own, which speaks for itself. */
export function reasonWords(code: string): ReasonWords | undefined {
  return words.get(code);
}
