import type { Statement } from "../model/statement.ts";
import type { UsageStatus } from "./ledger.ts";
import { UNITS } from "./money.ts";

const HEADER = [
  "day",
  "app",
  "cpu_core_seconds",
  "memory_byte_seconds",
  "storage_byte_seconds",
  "load_balancer_seconds",
  "cost",
  "currency",
  "own_meters",
];

/** Usage as RFC 4180 CSV, one row per day and app; money as a decimal number. */
export function usageCsv(
  days: readonly { day: string; currency?: string | undefined; apps: NonNullable<UsageStatus["apps"]> }[],
): string {
  const rows = days.flatMap(({ day, currency = "", apps }) =>
    Object.entries(apps).map(([app, sum]) => [
      day,
      app,
      sum.cpuSeconds,
      sum.memoryByteSeconds,
      sum.storageByteSeconds,
      sum.loadBalancerSeconds ?? 0,
      sum.cost === undefined ? "" : decimal(sum.cost),
      currency,
      ownMeters(sum.charges),
    ]),
  );
  return [HEADER, ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

/** What images count of their own, as `size: 1.5 GiB-hours; calls: 7 call`. */
function ownMeters(
  charges: readonly { meter: string; unit: string; per: string; amount: number }[] = [],
): string {
  return charges
    .filter(({ meter }) => !(UNITS as readonly string[]).includes(meter))
    .map(({ meter, unit, per, amount }) => `${meter}: ${amount} ${unit}${per === "hour" ? "-hours" : ""}`)
    .join("; ");
}

/** A month as RFC 4180 CSV, one row per app, meter and price, then the totals; money as a decimal number. */
export function statementCsv({ month, apps, totals }: Statement): string {
  const rows = apps.flatMap(({ app, lines }) =>
    lines.map(({ meter, unit, per, amount, price = "", cost, currency = "" }) => [
      ...[month, app, meter, per === "hour" ? `${unit}-hour` : unit, amount, price],
      ...[cost === undefined ? "" : decimal(cost), currency],
    ]),
  );
  const sums = Object.entries(totals).map(([currency, cost]) => [
    ...[month, "", "total", "", "", ""],
    ...[decimal(cost), currency],
  ]);
  const header = ["month", "app", "meter", "unit", "quantity", "unit_price", "amount", "currency"];
  return [header, ...rows, ...sums].map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

/** Integer micro-units as a decimal number: 1234567 → `1.234567`. */
export function decimal(micros: number): string {
  const digits = String(Math.abs(micros)).padStart(7, "0");
  return `${micros < 0 ? "-" : ""}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
