import type { InputDeclaration } from "@/lib/model/resources";

const PREFIX = "input.";
const LONGEST = 4096;

export interface LinkedInputs {
  /** What the form begins with. */
  values: Record<string, string>;
  /** Named by the link, and declared by nobody. */
  unknown: string[];
  /** Secrets, which are never taken from an address: it stands in histories and logs. */
  secret: string[];
  /** Too long to be filled in from a link. */
  long: string[];
}

/** What an install link fills in: `?input.name=value`. Of a name given twice, the first counts. */
export function linkedInputs(query: URLSearchParams, inputs: readonly InputDeclaration[]): LinkedInputs {
  const linked: LinkedInputs = { values: {}, unknown: [], secret: [], long: [] };
  const declared = new Map(inputs.map((input) => [input.name, input]));
  for (const key of new Set(query.keys())) {
    if (!key.startsWith(PREFIX)) continue;
    const name = key.slice(PREFIX.length);
    const value = query.get(key) ?? "";
    const input = declared.get(name);
    if (!input) linked.unknown.push(name.slice(0, 60));
    else if (input.secret) linked.secret.push(name);
    else if (value.length > LONGEST) linked.long.push(name);
    else linked.values[name] = value;
  }
  return linked;
}

interface Named {
  org: string;
  repo: string;
}

/** Where anybody who is signed in, or signs in then, finds the install dialog open. */
export function installLink(origin: string, { org, repo }: Named): string {
  return `${origin}/install/${org}/${repo}`;
}

/** The badge's own address; English is what it is without a language. */
export function badgePath({ org, repo }: Named, locale: string): string {
  return `/badge/${org}/${repo}.svg${locale === "zh" ? "?lang=zh" : ""}`;
}

/** The badge as a README has it: a picture that leads to the install link. */
export function badgeMarkdown(
  origin: string,
  card: Named,
  { locale, title }: { locale: string; title: string },
): string {
  const alt = title.replace(/[[\]\\`<>]/g, "\\$&").replace(/\s+/g, " ");
  return `[![${alt}](${origin}${badgePath(card, locale)})](${installLink(origin, card)})`;
}
