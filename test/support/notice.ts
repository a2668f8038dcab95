import type { Notice } from "../../src/queries/notice.ts";

/** A notice of so many lines, among them names that fonts rarely have. */
export function noticeOf(count: number): Notice {
  const shown = ["买***********", "𠮷*", "·**", "欧**", "第一村股份经济合作社（示例）"];
  const lines = Array.from({ length: count }, (_, i) => ({
    line: i + 1,
    shown: shown[i % shown.length] ?? "",
    village: `盘溪镇第 ${i % 7} 村民委员会`,
    amount: `${1_000 + i}.05`,
  }));
  const sum = lines.reduce((fen, _, i) => fen + BigInt(1_000 + i) * 100n + 5n, 0n).toString();
  return {
    plan: "JH-00003",
    version: 2,
    entity: "华宁<b>柑桔</b>合作社（示例）",
    period: "2024",
    leg: "分红",
    scheme: "按股",
    pool: "12345678.90",
    count,
    sum: `${sum.slice(0, -2)}.${sum.slice(-2)}`,
    hash: "756d08e28f0a97824ff32b94d90420561c0eeb68f82a4fe3038b1cfaa7ec5c69",
    frozen: { on: "2025-03-01", by: "罗敏" },
    notices: [
      {
        level: "村",
        place: "村务公开栏",
        channels: "张榜",
        from: "2025-03-05",
        until: "2025-03-14",
        phones: "12317、0877-5012345",
      },
      {
        level: "县",
        place: "县政务大厅",
        channels: "网站",
        from: "2025-03-06",
        until: "2025-03-16",
        phones: "0877-5012345，12317",
      },
    ],
    lines,
  };
}
