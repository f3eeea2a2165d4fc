import { spokenBytes } from "../../lib/install/quantity.ts";
import type { ChangeEstimate, Estimate, EstimatedObject } from "../../lib/model/estimate.ts";
import type { Plan } from "../../lib/model/plan.ts";
import type { Context } from "../lib/context.ts";
import type { Language, Text } from "../lib/text.ts";

/** Prints what a change makes of what is requested and paid for: a row for each object, before and after. */
export function printEstimate({ out }: Context, { objects, unread }: ChangeEstimate): void {
  for (const { kind, name } of unread)
    out.warn(["What {kind} {name} will cost cannot be told.", "无法估算 {kind} {name} 的费用。"], {
      kind,
      name,
    });
  if (objects.length === 0) {
    out.note([
      "Nothing is known of it that would change requests or cost. Nothing was changed.",
      "没有已知的资源或费用变化。未做任何更改。",
    ]);
    return;
  }
  const size = (title: string, of: (each: Estimate) => string) => ({
    title,
    of: ({ before, after }: EstimatedObject) => moved(before && of(before), of(after)),
  });
  const balancers = objects.some(
    ({ before, after }) => (before?.loadBalancers ?? 0) + after.loadBalancers > 0,
  );
  out.table(objects, [
    { title: "OBJECT", of: ({ kind, name, before }) => `${before ? "" : "+ "}${kind.toLowerCase()}/${name}` },
    size("CPU", ({ cpu }) => String(Number(cpu.toFixed(3)))),
    size("MEMORY", ({ memory }) => spokenBytes(memory)),
    size("STORAGE", ({ storage }) => spokenBytes(storage)),
    ...(balancers ? [size("LOAD BALANCERS", ({ loadBalancers }) => String(loadBalancers))] : []),
    ...(objects.some(({ after }) => after.cost)
      ? [{ title: "A MONTH", of: (object: EstimatedObject) => monthly(object, out) }]
      : []),
  ]);
  for (const { kind, name } of objects.filter(({ expected }) => expected))
    out.note(
      [
        "{kind} {name} is made by its operator: this is an estimate.",
        "{kind} {name} 由 operator 创建，以上为估算。",
      ],
      {
        kind,
        name,
      },
    );
}

/** The lines of a plan's cost. */
export function costLines({ out }: Context, cost: Plan["cost"]): string[] {
  if (!cost) return [];
  const amount = (micros: number) => money(micros, cost.currency, out.language);
  const { monthlyMicros, monthlyMicrosNow: now, instances = [] } = cost;
  const line: Text =
    now === undefined || now === monthlyMicros
      ? ["  {amount} a month", "  每月 {amount}"]
      : ["  {amount} a month, now {now}", "  每月 {amount}，当前 {now}"];
  return [
    out.say(line, { amount: amount(monthlyMicros), now: amount(now ?? 0) }),
    ...instances.map((each) => {
      const least = each.least ? out.say(["at least ", "至少 "]) : "";
      const then = `${least}${amount(each.monthlyMicros)}`;
      return `    ${each.kind.toLowerCase()}/${each.name}: ${now === undefined ? then : moved(amount(each.monthlyMicrosNow), then)}`;
    }),
  ];
}

function monthly({ before, after }: EstimatedObject, out: Context["out"]): string {
  if (!after.cost) return "-";
  const { currency, monthlyMicros } = after.cost;
  const amount = (micros: number) => money(micros, currency, out.language);
  const least = after.least ? out.say(["at least ", "至少 "]) : "";
  const was = before?.cost?.monthlyMicros;
  const difference = was === undefined ? 0 : monthlyMicros - was;
  const sign = difference > 0 ? "+" : "";
  return `${moved(was === undefined ? undefined : amount(was), least + amount(monthlyMicros))}${
    difference === 0 ? "" : ` (${sign}${amount(difference)})`
  }`;
}

function moved(before: string | undefined, after: string): string {
  return before === undefined || before === after ? after : `${before} → ${after}`;
}

function money(micros: number, currency: string, language: Language): string {
  return new Intl.NumberFormat(language, { style: "currency", currency }).format(micros / 1_000_000);
}
