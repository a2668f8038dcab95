import { day } from "./exact.ts";
import { familyName, givenName } from "./names.ts";
import type { Random } from "./random.ts";
import { county, type Township, townships, type Village } from "./villages.ts";

/** An invented person of the roster. */
export interface Person {
  readonly number: string;
  readonly name: string;
  readonly identity: string;
  readonly relation: string;
  readonly age: number;
  readonly health: string;
  readonly skill: string;
  readonly phone: string;
}

/** An invented household; its head stands first. */
export interface Household {
  readonly number: string;
  readonly township: Township;
  readonly village: Village;
  readonly group: string;
  readonly kind: string;
  readonly watchKind: string;
  readonly firstSeen: string;
  readonly isRiskGone: string;
  readonly account: string;
  readonly people: readonly Person[];
  /** How many can work a full day. */
  readonly workers: number;
}

interface Member {
  readonly relation: string;
  readonly isMale: boolean;
  readonly age: number;
  readonly family: string;
}

const rosterYear = 2024;
const ableSkills: readonly string[] = ["普通劳动力", "技能劳动力"];

/** The columns of the roster file. */
export const rosterHeader: readonly string[] = (
  "县 乡 行政村 自然村 户编号 人编号 姓名 证件号码 人数 与户主关系 健康状况 劳动技能 户类型 监测对象类型 " +
  "户联系电话 人联系电话 开户行 银行账号 开户名 首次识别时间 风险是否消除"
).split(" ");

/** Some 43 households a village, numbered from 1001: they never meet the contract's sample. */
export function inventHouseholds(random: Random): readonly Household[] {
  const usedIdentities = new Set<string>();
  return townships.flatMap((township) =>
    township.villages.flatMap((village) => {
      const groups = random.int(4, 12);
      return Array.from({ length: random.int(34, 54) }, (_, index) =>
        inventHousehold(random, township, village, 1001 + index, groups, usedIdentities),
      );
    }),
  );
}

/** The roster's rows, a person each. */
export function rosterRows(households: readonly Household[]): readonly (readonly string[])[] {
  return households.flatMap((household) =>
    household.people.map((person, index) => {
      const isHead = index === 0;
      return [
        ...[county.name, household.township.name, household.village.name, household.group],
        ...[household.number, person.number, person.name, person.identity],
        ...[String(household.people.length), person.relation, person.health, person.skill],
        ...[household.kind, household.watchKind, household.people[0]?.phone ?? "", person.phone],
        ...(isHead ? ["农村信用社", household.account, person.name] : ["", "", ""]),
        ...[household.firstSeen, household.isRiskGone],
      ];
    }),
  );
}

function inventHousehold(
  random: Random,
  township: Township,
  village: Village,
  serial: number,
  groups: number,
  usedIdentities: Set<string>,
): Household {
  const number = village.code + String(serial);
  const members = inventMembers(random, township.minorityPercent);
  const people = members.map((member, index): Person => {
    const health = healthOf(random, member.age);
    return {
      number: number + String(index + 1).padStart(2, "0"),
      name: member.family + givenName(random, member.isMale),
      identity: inventIdentity(random, member, usedIdentities),
      relation: member.relation,
      age: member.age,
      health,
      skill: skillOf(random, member.age, health),
      // No mobile number begins with 100.
      phone:
        index === 0 || (member.age >= 16 && random.chance(70)) ? `1000${random.digits(7)}` : "",
    };
  });
  return {
    number,
    township,
    village,
    group: `第${String(random.int(1, groups))}村民小组`,
    ...standing(random),
    // No bank's numbers begin with 9999.
    account: `9999${number.slice(4)}${random.digits(3)}`,
    people,
    workers: people.filter((person) => ableSkills.includes(person.skill)).length,
  };
}

function standing(
  random: Random,
): Pick<Household, "kind" | "watchKind" | "firstSeen" | "isRiskGone"> {
  const kind = random.weighted([
    ["脱贫户", 70],
    ["监测户", 14],
    ["一般农户", 16],
  ] as const);
  const month = String(random.int(1, 12)).padStart(2, "0");
  if (kind === "一般农户") return { kind, watchKind: "", firstSeen: "", isRiskGone: "" };
  if (kind === "脱贫户") {
    return {
      kind,
      watchKind: "",
      firstSeen: `${String(random.int(2013, 2018))}-${month}`,
      isRiskGone: "",
    };
  }
  const watchKind = random.weighted([
    ["脱贫不稳定户", 40],
    ["边缘易致贫户", 35],
    ["突发严重困难户", 25],
  ] as const);
  const firstSeen = `${String(random.int(2020, 2023))}-${month}`;
  return { kind, watchKind, firstSeen, isRiskGone: random.chance(60) ? "是" : "否" };
}

function inventMembers(random: Random, minorityPercent: number): readonly Member[] {
  const family = familyName(random, minorityPercent);
  const isMale = random.chance(84);
  const age = random.weighted([
    [random.int(28, 45), 30],
    [random.int(46, 60), 45],
    [random.int(61, 82), 25],
  ] as const);
  const members: Member[] = [{ relation: "户主", isMale, age, family }];
  const add = (relation: string, male: boolean, years: number, name: string): void => {
    if (years >= 0) members.push({ relation, isMale: male, age: years, family: name });
  };
  const spouseFamily = familyName(random, minorityPercent);
  const hasSpouse = random.chance(age > 65 ? 50 : 78);
  if (hasSpouse) add("配偶", !isMale, Math.max(23, age + random.int(-5, 4)), spouseFamily);
  // A child bears the father's name.
  const fatherFamily = isMale || !hasSpouse ? family : spouseFamily;
  const children = random.weighted([
    [0, hasSpouse ? 12 : 40],
    [1, 38],
    [2, 40],
    [3, hasSpouse ? 10 : 2],
  ] as const);
  let childAge = age - random.int(22, 29);
  let eldestSonAge = -1;
  for (let child = 0; child < children; child += 1) {
    const isSon = random.chance(52);
    // Daughters and sons past thirty mostly keep house elsewhere.
    if (childAge <= 30 || random.chance(30)) {
      add(isSon ? "之子" : "之女", isSon, childAge, fatherFamily);
      if (isSon) eldestSonAge = Math.max(eldestSonAge, childAge);
    }
    childAge -= random.int(2, 5);
  }
  if (eldestSonAge >= 25 && random.chance(55)) {
    add("之儿媳", false, eldestSonAge - random.int(0, 3), familyName(random, minorityPercent));
    const isBoy = random.chance(52);
    add(isBoy ? "之孙子" : "之孙女", isBoy, eldestSonAge - random.int(22, 28), fatherFamily);
  }
  if (age <= 60 && random.chance(26)) {
    add("之母", false, age + random.int(20, 28), familyName(random, minorityPercent));
  }
  if (age <= 58 && random.chance(14)) add("之父", true, age + random.int(22, 30), family);
  return members;
}

function healthOf(random: Random, age: number): string {
  const ill = age >= 60 ? 30 : age >= 40 ? 12 : 2;
  return random.weighted([
    ["健康", 92 - ill],
    ["长期慢性病", ill],
    ["残疾", 5],
    ["患有大病", 3],
  ] as const);
}

function skillOf(random: Random, age: number, health: string): string {
  if (age < 16 || age >= 80) return "无劳动力";
  if (health === "残疾" || health === "患有大病") {
    return random.chance(45) ? "丧失劳动力" : "弱劳动力或半劳动力";
  }
  if (age >= 66) return random.chance(75) ? "弱劳动力或半劳动力" : "普通劳动力";
  if (age <= 18) return "无劳动力";
  return random.chance(18) ? "技能劳动力" : "普通劳动力";
}

/** An identity number (GB 11643) of area 539999, which belongs to no county. */
function inventIdentity(random: Random, member: Member, used: Set<string>): string {
  // Ages are those of 1 November, the day before which the roster closed.
  const month = random.int(1, 12);
  const year = rosterYear - member.age - (month > 10 ? 1 : 0);
  const birth = day(year, month, random.int(1, 28));
  for (;;) {
    const order = random.int(0, 499) * 2 + (member.isMale ? 1 : 0);
    const digits = `539999${birth.replaceAll("-", "")}${String(order).padStart(3, "0")}`;
    const identity = digits + identityCheck(digits);
    if (used.has(identity)) continue;
    used.add(identity);
    return identity;
  }
}

function identityCheck(digits: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return "10X98765432".charAt(sum % 11);
}
