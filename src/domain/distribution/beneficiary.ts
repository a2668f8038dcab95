/** Who has a line of a list: a household, one person of it, or an organisation. */
export type Beneficiary = HouseholdBeneficiary | OrganisationBeneficiary;

interface HouseholdBeneficiary {
  /** 户编号. */
  readonly household: string;
  /** 人编号, where a basis row or 发放方式 names a person. */
  readonly person?: string;
  readonly organisation?: undefined;
}

interface OrganisationBeneficiary {
  /** 主体编号. */
  readonly organisation: string;
  readonly household?: undefined;
  readonly person?: undefined;
}

/**
 * The beneficiaries in the order of ties, which is that of the lines (contract part 2, W): by
 * 户编号, then 人编号, a line without one first; organisations after all households by 主体编号; each
 * ascending by code point. The array given is left as it is. Throws where one stands twice, for
 * then there is no order.
 */
export function inTieOrder<B extends Beneficiary>(beneficiaries: readonly B[]): B[] {
  const ordered = [...beneficiaries].sort(compareBeneficiaries);
  for (let at = 1; at < ordered.length; at++) {
    if (compareBeneficiaries(ordered[at - 1] as B, ordered[at] as B) === 0)
      throw new Error("a beneficiary has one line");
  }
  return ordered;
}

function compareBeneficiaries(left: Beneficiary, right: Beneficiary): number {
  if (left.household === undefined) {
    if (right.household !== undefined) return 1;
    return compareCodePoints(left.organisation, right.organisation);
  }
  if (right.household === undefined) return -1;
  const order = compareCodePoints(left.household, right.household);
  return order === 0 ? compareCodePoints(left.person ?? "", right.person ?? "") : order;
}

/**
 * Below 0, 0 or above: the order of two well-formed texts by code point. `<` compares UTF-16 code
 * units, by which a character beyond the basic plane (𠮷) stands before U+E000 to U+FFFF.
 */
export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) return inOrderOfCodePoints(a) - inOrderOfCodePoints(b);
  }
  return left.length - right.length;
}

/** Surrogates behind all other code units: they begin the characters with the highest numbers. */
function inOrderOfCodePoints(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x1_0000 : unit;
}
