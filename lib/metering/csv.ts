import type { UsageStatus } from "./ledger.ts";

const HEADER = [
  "day",
  "app",
  "cpu_core_seconds",
  "memory_byte_seconds",
  "storage_byte_seconds",
  "load_balancer_seconds",
  "cost",
  "currency",
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
    ]),
  );
  return [HEADER, ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
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
