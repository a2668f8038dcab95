import type { Random } from "./random.ts";

type Weighted = readonly (readonly [item: string, weight: number])[];

const commonFamilies = parse(
  "李120 杨95 王90 张85 陈50 刘48 赵42 周36 黄30 马26 郭24 孙22 朱22 徐20 何20 高18 " +
    "董18 罗18 沈16 吴16 孔14 段14 姚12 田12 曾12 郑12 唐11 范11 代10 苏10 胡10 余10 许9 金9 " +
    "彭8 谢8 付8 褚7 严7 柏7 申7 姜7 韩6 冯6 蒋6 邓6 解6 钱6 丁5 潘5 常5 武5 任5 秦5 尹5 袁5 " +
    "汪4 梁4 雷4 向4 卢4 魏4 宋4 邱4 " +
    "梅4 卜3 计3 保3 邢3 温3 饶3 晏3 岳3 史3 章3 殷3 尚2 燕2 伏2 桂2",
);

const hillFamilies = parse(
  "普80 李60 杨50 龙34 王30 方26 张24 毕22 施20 矣18 师18 熊18 陶16 沐14 " +
    "鲁14 罗14 马14 者12 资12 自12 项10 侯10 古10 白10 禄8 钟8 祝6 起6 阿4",
);

const maleGiven = [
  ..."国建军文明志华学平云贵富强忠义林伟勇东海江春生荣福寿光辉红刚祥顺发友兴有才成永世德家绍启正宏俊",
];
const femaleGiven = [
  ..."秀英兰芳琼珍丽梅凤仙美玉桂花芬艳红萍琴霞莲香翠云燕春娟慧娥菊淑会存焕佳思雨巧素",
];

/** A family name of a place where `minorityPercent` in a hundred are Yi and Miao families. */
export function familyName(random: Random, minorityPercent: number): string {
  return random.weighted(random.chance(minorityPercent) ? hillFamilies : commonFamilies);
}

/** One or two characters after a family name, put together by chance. */
export function givenName(random: Random, isMale: boolean): string {
  const characters = isMale ? maleGiven : femaleGiven;
  const last = random.pick(characters);
  return random.chance(18) ? last : random.pick(characters) + last;
}

function parse(text: string): Weighted {
  return text.split(" ").map((entry) => [entry.slice(0, 1), Number(entry.slice(1))] as const);
}
