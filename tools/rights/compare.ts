import type { Use } from "./audit.ts";
import { holderOf, type Right } from "./rights.ts";

export interface Comparison {
  /** Each right with how often it was used. */
  rights: { right: Right; uses: number }[];
  /** What web or manager asked for in their own name and was refused; people are refused every day. */
  refused: { use: Use; times: number }[];
}

/**
 * Suites in which somebody tries what is forbidden, in the name of web or manager: there a refusal is what is wanted.
 * Their successes still count.
 */
const ATTACKS = /(^|\.)(announcements|defaults|takeover|tenants|tenancy|rights|grants)$/;
/** Kinds that tests bring themselves: who may follow them comes along, a moment after the kind. */
const OF_TESTS = /(^|\.)example\.(com|org)$/;

/** Collects what was used of the rights; give it every use, then ask for the result. */
export class Ledger {
  readonly #rights: { right: Right; uses: number }[];
  readonly #index = new Map<string, { right: Right; uses: number }[]>();
  readonly #refused = new Map<string, { use: Use; times: number }>();
  readonly #accounts: ReadonlySet<string>;

  constructor(rights: readonly Right[]) {
    this.#rights = rights.map((right) => ({ right, uses: 0 }));
    this.#accounts = new Set(rights.map(({ account }) => account));
    for (const entry of this.#rights) {
      const key = keyOf(entry.right);
      this.#index.set(key, [...(this.#index.get(key) ?? []), entry]);
    }
  }

  count(given: Use): void {
    const holder = holderOf(given.account);
    if (holder === undefined || !this.#accounts.has(holder)) return;
    const use = { ...given, account: holder };
    const fitting = (this.#index.get(keyOf(use)) ?? []).filter(({ right }) => gives(right, use));
    if (!use.allowed) {
      // An API server that has just started refuses what is granted, until it has read the roles.
      const own = holder === given.account;
      const expected = ATTACKS.test(use.suite) || OF_TESTS.test(use.group);
      if (own && !expected && fitting.length === 0) this.#refuse(use);
      return;
    }
    // Of several rights that allow it, the narrowest is the one that was needed.
    fitting.sort((a, b) => narrowness(b.right) - narrowness(a.right));
    const [first] = fitting;
    if (!first) return;
    for (const each of fitting) if (narrowness(each.right) === narrowness(first.right)) each.uses++;
  }

  result(): Comparison {
    return { rights: this.#rights, refused: [...this.#refused.values()] };
  }

  #refuse(use: Use): void {
    const key = [use.account, use.verb, use.group, use.resource, use.name].join(" ");
    const known = this.#refused.get(key);
    if (known) known.times++;
    else this.#refused.set(key, { use, times: 1 });
  }
}

function keyOf({ account, verb, group, resource }: Right | Use): string {
  return [account, verb, group, resource].join(" ");
}

function gives(right: Right, use: Use): boolean {
  if (right.namespace !== undefined && right.namespace !== use.namespace) return false;
  return right.name === undefined || right.name === use.name;
}

function narrowness({ name, namespace }: Right): number {
  return (name === undefined ? 0 : 2) + (namespace === undefined ? 0 : 1);
}
