import { decimal, usageCsv } from "../../lib/metering/csv.ts";
import { API_VERSION, type Usage } from "../../lib/model/resources.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { workspaceOf } from "./workspace.ts";

type Apps = NonNullable<NonNullable<Usage["status"]>["apps"]>;

interface Row {
  app: string;
  coreHours: number;
  memoryGiBHours: number;
  storageGiBHours: number;
  /** A decimal number; empty where there are no prices. */
  cost: string;
  currency: string;
}

const HOUR = 3600;
const GIB = 2 ** 30;

/** Prints what the workspace used from one day to another, summed by app, or as CSV by day and app. */
export async function printUsage(
  context: Context,
  given: { from: string | undefined; to: string | undefined; csv: boolean },
): Promise<void> {
  const today = new Date().toISOString().slice(0, 10);
  const from = dayOf(given.from) ?? `${today.slice(0, 8)}01`;
  const to = dayOf(given.to) ?? today;
  const { cluster, namespace } = await workspaceOf(context);
  const { items } = await cluster.list<Usage>({ apiVersion: API_VERSION, kind: "Usage", namespace });
  const days = items
    .filter(({ metadata: { name } }) => name >= from && name <= to)
    .map(({ metadata, status }) => ({
      day: metadata.name,
      currency: status?.currency,
      apps: status?.apps ?? {},
      gaps: status?.gaps ?? [],
    }))
    .sort((a, b) => a.day.localeCompare(b.day));
  if (given.csv) return context.out.result(days, () => usageCsv(days).trimEnd());
  const number = (value: number) => value.toFixed(2);
  context.out.table(rowsOf(days), [
    { title: "APP", of: ({ app }) => app },
    { title: "CORE-HOURS", of: ({ coreHours }) => number(coreHours) },
    { title: "MEMORY GIB-HOURS", of: ({ memoryGiBHours }) => number(memoryGiBHours) },
    { title: "STORAGE GIB-HOURS", of: ({ storageGiBHours }) => number(storageGiBHours) },
    { title: "COST", of: ({ cost, currency }) => (cost ? `${cost} ${currency}` : "-") },
  ]);
  for (const gap of days.flatMap(({ gaps }) => gaps))
    context.out.warn(
      [
        "From {from} to {to} nobody was counting: what came and went is not included.",
        "{from} 至 {to} 期间没有计量：其间创建又消失的未计入。",
      ],
      { from: gap.from, to: gap.to },
    );
}

function rowsOf(days: readonly { currency: string | undefined; apps: Apps }[]): Row[] {
  const rows = new Map<string, Row & { micros: number | undefined }>();
  for (const { apps, currency } of days)
    for (const [app, sum] of Object.entries(apps)) {
      const key = `${app} ${currency ?? ""}`;
      const row = rows.get(key) ?? {
        app,
        coreHours: 0,
        memoryGiBHours: 0,
        storageGiBHours: 0,
        cost: "",
        currency: currency ?? "",
        micros: undefined,
      };
      row.coreHours += sum.cpuSeconds / HOUR;
      row.memoryGiBHours += sum.memoryByteSeconds / GIB / HOUR;
      row.storageGiBHours += sum.storageByteSeconds / GIB / HOUR;
      if (sum.cost !== undefined) row.micros = (row.micros ?? 0) + sum.cost;
      rows.set(key, row);
    }
  return [...rows.values()]
    .sort((a, b) => (b.micros ?? 0) - (a.micros ?? 0) || b.coreHours - a.coreHours)
    .map(({ micros, ...row }) => ({ ...row, cost: micros === undefined ? "" : decimal(micros) }));
}

function dayOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(`${text}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(time || 0).toISOString().startsWith(text)) return text;
  throw new CommandError(
    ["{text} is no day. Write it like 2026-01-31.", "{text} 不是日期，请写成 2026-01-31 的形式。"],
    { params: { text }, exit: "usage" },
  );
}
