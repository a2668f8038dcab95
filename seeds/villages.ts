/** A village (村民委员会) or community (社区居民委员会), with its 12-digit statistical code. */
export interface Village {
  readonly code: string;
  /** As a roster writes it: 吗达村民委员会. */
  readonly name: string;
  /** As people say it: 吗达村, 西门社区. */
  readonly short: string;
}

/** A township with what its households grow and keep. */
export interface Township {
  readonly code: string;
  readonly name: string;
  readonly short: string;
  readonly crops: readonly string[];
  /** How often in a hundred a family name is one of the Yi and Miao villages. */
  readonly minorityPercent: number;
  readonly villages: readonly Village[];
}

/** The county and its code (GB/T 2260). */
export const county = { code: "530424", name: "华宁县" } as const;

/**
 * The five townships of 华宁县 and their 77 villages and communities, names and codes as in the
 * National Bureau of Statistics' 统计用区划代码 of 2023.
 */
export const townships: readonly Township[] = [
  township("001", "宁州街道", "宁州", ["蔬菜", "食用菌", "肉牛", "烤烟"], 15, [
    "001西门 002城关 003甸尾 004上村 005右所 006王马 007郭家营 008新庄 009平地 010铁埂 011马鞍山",
    "207吗达 208法果 209咱乐 210冲麦 211西冲 213普茶寨 214岔纳 215新城 216阿路本 217暮车",
    "218舍木多 219火特 220红坡 221茂地村 222葫芦冲 223那果",
  ]),
  township("102", "盘溪镇", "盘溪", ["柑桔", "蓝莓", "蔬菜", "食用菌"], 20, [
    "002东升 003下街 004盘江 005乐士堂 006大寨 007方那",
    "205九甸 208新村 209月红寨 210平坝 211磨沙塘 212各纳甸 213小龙潭 214龙潭营 215法高",
    "216矣得 217富民",
  ]),
  township("103", "华溪镇", "华溪", ["柑桔", "蔬菜", "肉牛"], 55, [
    "001华溪 002甫甸 202独家村 204黑牛白 205小寨 206大新寨",
  ]),
  township("104", "青龙镇", "青龙", ["烤烟", "蓝莓", "天门冬", "核桃", "肉牛"], 20, [
    "001青龙 002海镜 003海关 202落梅 203紫马龙 204矣马白 205斗居 206城门硐 207红岩 208山岐",
    "209矣甫 210倒马坎 211马鹿塘 212大母公竜 215大村 216中村 217革勒 218禄丰 219糯租",
    "220老田 221海迤",
  ]),
  township("201", "通红甸彝族苗族乡", "通红甸", ["烤烟", "天门冬", "附子", "核桃", "肉牛"], 60, [
    "001通红甸 202所梅早 203山羊母 204小得勒 205大婆左 206大龙树",
  ]),
];

function township(
  suffix: string,
  name: string,
  short: string,
  crops: readonly string[],
  minorityPercent: number,
  lines: readonly string[],
): Township {
  const code = county.code + suffix;
  const villages = lines
    .join(" ")
    .split(" ")
    .map((entry): Village => {
      const number = entry.slice(0, 3);
      const stem = entry.slice(3);
      // The statistical rules number communities below 200, villages from 200 on.
      const isCommunity = Number(number) < 200;
      return {
        code: code + number,
        name: stem + (isCommunity ? "社区居民委员会" : "村民委员会"),
        short: stem + (isCommunity ? "社区" : stem.endsWith("村") ? "" : "村"),
      };
    });
  return { code, name, short, crops, minorityPercent, villages };
}
