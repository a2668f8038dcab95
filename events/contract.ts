import { z } from "zod";
import { day, decimal4, firstVersion, freeText, identifier, money } from "./define.ts";

/** What every contract states, whatever its type. */
export const contractTerms = {
  contract: identifier,
  organisation: identifier,
  /** Binds the contract to one household; absent: open to every household. */
  household: identifier.optional(),
  signedOn: day.optional(),
  from: day,
  /** Last day in force; absent: open. */
  to: day.optional(),
  quantity: decimal4.optional(),
  price: decimal4.optional(),
  floorPrice: decimal4.optional(),
  register: identifier.optional(),
  parValue: decimal4.optional(),
  free: freeText.optional(),
};

const payment = {
  reference: identifier,
  household: identifier,
  organisation: identifier,
  contract: identifier,
  /** mu, kilograms or days, by the type of the contract */
  quantity: decimal4,
  /** yuan a unit */
  price: decimal4,
  amount: money,
  period: z.string().optional(),
  voucher: z.string().optional(),
  free: freeText.optional(),
};

/** Stream category `contract`: one stream an agreement, `contract-<合同编号>`. */
export const contractEvents = {
  ContractSigned: firstVersion(
    "contract",
    "An agreement on leased land, ordered produce or labour, with its terms.",
    z.object({ kind: z.enum(["lease", "order", "labour"]), ...contractTerms }).strict(),
  ),
  RentPaid: firstVersion(
    "contract",
    "Rent for land reached a household under a lease (租金).",
    z.object(payment).strict(),
  ),
  ProducePurchased: firstVersion(
    "contract",
    "Produce was bought from a household at or above the protected price (订单收购).",
    z.object(payment).strict(),
  ),
  WagePaid: firstVersion(
    "contract",
    "A wage reached a household under a labour contract (工资).",
    z.object(payment).strict(),
  ),
  PaymentReversed: firstVersion(
    "contract",
    "An earlier rent, purchase or wage is taken back whole (冲销).",
    z
      .object({
        reference: identifier,
        reverses: identifier,
        leg: z.enum(["rent", "order", "wage"]),
        household: identifier,
        organisation: identifier,
        contract: identifier,
        amount: money,
        period: z.string().optional(),
        voucher: z.string().optional(),
        free: freeText.optional(),
      })
      .strict(),
  ),
};
