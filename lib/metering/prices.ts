import { parseDocument } from "yaml";
import { z } from "zod";
import { type MeterKey, meterKey, type Prices, UNITS, type Unit } from "./money.ts";

/** Prices of the cluster, and those of some organizations' images where they differ. */
export interface PriceBook {
  /** ISO 4217. */
  currency: string;
  prices: Prices;
  organizations: ReadonlyMap<string, Prices>;
}

/** What is wrong with a price book, and where. */
export class PriceBookError extends Error {
  override name = "PriceBookError";
}

/** Digits after the point that a price may have: a billionth of the currency. */
const DIGITS = 9;
const price = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => /^\d{1,12}(\.\d+)?$/.test(text), "is no price: write digits and a point, like 0.025")
  .refine(
    (text) => (text.split(".")[1] ?? "").length <= DIGITS,
    `has more than ${DIGITS} digits after the point`,
  )
  .transform((text) => {
    const [whole = "0", part = ""] = text.split(".");
    return BigInt(whole + part.padEnd(DIGITS, "0"));
  });
const meters = z
  .record(
    z.string(),
    z.strictObject({ unit: z.string().min(1), per: z.enum(["hour", "each"]).default("hour"), price }),
  )
  .optional();
const some = z.strictObject({
  ...(Object.fromEntries(UNITS.map((unit) => [unit, price.optional()])) as Record<
    Unit,
    z.ZodOptional<typeof price>
  >),
  meters,
});
const book = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/, "is no currency: write its three letters, like EUR"),
  prices: some,
  organizations: z.record(z.string(), some).default({}),
});

/**
 * Reads a price book: YAML with `currency`, `prices` (per core-hour, GiB-hour of memory and of storage, and hour of a
 * load balancer, and `meters`: of images' own meters by name, for one unit; what is left out costs nothing) and `organizations` (prices that differ for the images of one).
 * @throws PriceBookError naming the place
 */
export function parsePriceBook(text: string): PriceBook {
  const document = parseDocument(text, { stringKeys: true });
  const [broken] = document.errors;
  if (broken) throw new PriceBookError(broken.message.split("\n")[0] ?? broken.message);
  const read = book.safeParse(withWrittenNumbers(document));
  if (!read.success) {
    const [issue] = read.error.issues;
    const keys = issue?.code === "unrecognized_keys" ? [...issue.path, issue.keys[0] ?? ""] : issue?.path;
    const known = issue?.code === "unrecognized_keys" ? "is not known here" : issue?.message;
    throw new PriceBookError(`${keys?.join(".") || "the price book"}: ${known}`);
  }
  const { currency, prices, organizations } = read.data;
  const general = filled(prices, { cpu: 0n, memory: 0n, storage: 0n, loadBalancers: 0n });
  return {
    currency,
    prices: general,
    organizations: new Map(Object.entries(organizations).map(([name, own]) => [name, filled(own, general)])),
  };
}

/** Prices for an image of the organization. */
export function pricesFor({ prices, organizations }: PriceBook, organization: string | undefined): Prices {
  return (organization !== undefined && organizations.get(organization)) || prices;
}

function filled({ meters = {}, ...own }: z.output<typeof some>, general: Prices): Prices {
  const known = Object.entries(own).filter(([, each]) => each !== undefined);
  const custom = Object.entries(meters).map(([name, { price, ...meter }]): [MeterKey, bigint] => [
    meterKey({ name, ...meter }),
    price,
  ]);
  return { ...general, ...Object.fromEntries([...known, ...custom]) };
}

/** Numbers as they were written: 0.0000001 must not pass through a float on its way to money. */
function withWrittenNumbers(document: ReturnType<typeof parseDocument>): unknown {
  return document.toJS({
    reviver: (_key: unknown, value: unknown) => (typeof value === "number" ? plain(value) : value),
  });
}

/** A number without an exponent. */
function plain(value: number): string {
  return /e/i.test(String(value)) ? value.toFixed(20).replace(/0+$/, "") : String(value);
}
