import type { Cells } from "../acts.ts";
import { daysAfter, decimal, fenOf, units, yuan } from "../exact.ts";
import type { Household } from "../people.ts";
import type { Random } from "../random.ts";
import { randomFrom } from "../random.ts";
import type { Cast } from "./cast.ts";
import { numbered } from "./cast.ts";

/** A contract for posts, and who works under it. */
interface Post {
  readonly contract: string;
  readonly entity: string;
  readonly village: string;
  readonly households: number;
  /** Yuan a day, as the contract says. */
  readonly price: string;
}

const posts: readonly Post[] = [
  {
    ...{ contract: "HN-XY-41", entity: "通红甸大婆左村", village: "大婆左村" },
    ...{ households: 8, price: "60" },
  },
  {
    ...{ contract: "HN-XY-42", entity: "宁州城关社区", village: "城关社区" },
    ...{ households: 6, price: "55" },
  },
];

/** January 2025 to September 2026, by quarters. */
const quarters = Array.from({ length: 7 }, (_, at) => {
  const month = (nth: number): string => String(3 * (at % 4) + nth).padStart(2, "0");
  const year = at < 4 ? "2025" : "2026";
  return [1, 2, 3].map((nth) => `${year}-${month(nth)}`);
});

/** Who worked how many days at a post in each month, and what was paid for a quarter of it. */
export function postsWorked(cast: Cast): {
  readonly attended: readonly Cells[];
  readonly paid: readonly Cells[];
} {
  const random = randomFrom(53042408);
  const attended: Cells[] = [];
  const paid: Cells[] = [];
  for (const post of posts) {
    for (const household of cast.village(post.village).slice(0, post.households)) {
      for (const months of quarters) worked(random, cast, post, household, months, attended, paid);
    }
  }
  return {
    attended: numbered("出勤编号", "HN-CQ", attended),
    paid: numbered("业务编号", "HN-YG", paid),
  };
}

function worked(
  random: Random,
  cast: Cast,
  { contract, entity, price }: Post,
  { number, people }: Household,
  months: readonly string[],
  attended: Cells[],
  paid: Cells[],
): void {
  const own = { 合同编号: contract, 户编号: number, 人编号: people[0]?.number ?? "" };
  const days = months.map((month) => {
    const worked = random.int(15, 24);
    attended.push({ ...own, 数量: String(worked), 业务日期: `${month}-28` });
    return worked;
  });
  const quantity = BigInt(days.reduce((sum, one) => sum + one, 0)) * 10_000n;
  const last = months.at(-1) ?? "";
  paid.push({
    ...{ 业务类型: "公益岗位", ...own, 主体编号: cast.entity(entity), 单价: price },
    ...{ 数量: decimal(quantity), 金额: yuan(fenOf(quantity, units(price))) },
    ...{ 业务日期: daysAfter(`${last}-28`, 2), 所属期: last.slice(0, 7), 凭证号: `YG${last}` },
  });
}
