// A plan over two households of the sample county, brought as far as its notice.
import type { TestService } from "./service.ts";

/** Its number, which no page may take for markup. */
export const hostilePlan = "JH-<b>1&2</b>";
/** A household of the sample county, and another one. */
export const planned = ["5304241022150000", "5304240010010004"] as const;

/** Drafts, freezes and publishes the plan; somebody objects. */
export async function seedPlan({ post, get, ledger }: TestService): Promise<void> {
  const load = async (kind: string, ...lines: readonly string[]): Promise<void> => {
    const csv = { "content-type": "text/csv" };
    const answer = (await post(`/v1/imports/${kind}`, `${lines.join("\n")}\n`, csv)).json<{
      refused: unknown[];
      position: string;
    }>();
    if (answer.refused.length > 0) throw new Error(JSON.stringify(answer.refused));
    await ledger.projector.reach(BigInt(answer.position));
  };
  const { rows } = await ledger.pool.query<{ organisation: string }>(
    "SELECT min(organisation) AS organisation FROM read.organisations",
  );
  const organisation = rows[0]?.organisation ?? "";
  await load(
    "income",
    "收益编号,主体编号,业务日期,所属期,可分配金额",
    `SY-1,${organisation},2025-01-10,2024,100`,
  );
  await load(
    "plans",
    "计划编号,收益编号,分配方式,分配金额,业务日期,程序,收入类别,说明理由",
    `${hostilePlan},SY-1,按基数,100,2025-01-20,村级,分红,平分`,
  );
  await load(
    "basis",
    "明细编号,计划编号,户编号,基数",
    ...planned.map((household, at) => `MX-${at},${hostilePlan},${household},1`),
  );
  const head = "步骤编号,计划编号,步骤,业务日期,经办人";
  await load("steps", head, `BZ-1,${hostilePlan},定案,2025-02-01,孙会计`);
  await load(
    "steps",
    `${head},应到人数,实到人数,同意人数,材料,主持人,单位,意见`,
    `BZ-2,${hostilePlan},决议,2025-02-02,孙会计,30,20,11,${"0f".repeat(32)},赵支书,,`,
    `BZ-3,${hostilePlan},审核,2025-02-03,钱审核,,,,,,镇政府,同意`,
  );
  const path = `/v1/plans/${encodeURIComponent(hostilePlan)}`;
  const { list } = (await get(path)).json<{ list: { hash: string } }>();
  await load(
    "steps",
    `${head},级别,地点,渠道,截止日期,清单哈希,举报电话`,
    `BZ-4,${hostilePlan},公示,2025-02-04,孙会计,村,公开栏,张榜,2025-02-13,${list.hash},12317 0877-5012345`,
  );
  await load(
    "steps",
    `${head},异议编号,户编号`,
    `BZ-5,${hostilePlan},异议,2025-02-05,欧阳反映,YY-1,${planned[1]}`,
  );
}
