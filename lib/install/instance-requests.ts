import { Expressions, type Task } from "../images/index.ts";
import type { InstanceKind, RequestGroup } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { parseQuantity } from "../model/quantity.ts";
import { type Amounts, type ContainerDefaults, containerDefaults } from "./quota.ts";

/** What an instance asks of the cluster while it is there, by the names that quotas use, in base units. */
export interface InstanceRequest {
  amounts: Amounts;
  /** A size that the object leaves out is the operator's usual one: it may be more. */
  least: boolean;
}

const FIELDS = ["replicas", "volumes", "cpu", "memory", "storage"] as const;
type Row = Partial<Record<(typeof FIELDS)[number], string>>;
/** More items or replicas than this are a slip, not a size. */
const MOST = 1_000;

/**
 * What an instance asks for, as its provider declares it. `unread` where an expression fails or gives no amount: that is
 * the image's fault and stops nothing. Undefined where the provider declares nothing.
 * @param limitRanges of the workspace
 */
export async function instanceRequest(
  { requests }: Pick<InstanceKind, "requests">,
  object: KubernetesObject,
  limitRanges: readonly KubernetesObject[],
): Promise<InstanceRequest | "unread" | undefined> {
  if (!requests) return undefined;
  const { groups, loadBalancers = "0" } = requests;
  const tasks = [...groups.map(rowsOf), `JSON.stringify([{ replicas: String(${closed(loadBalancers)}) }])`];
  const outcomes = await (await Expressions.create()).evaluateAll(tasks.map(asTask), { object });
  const request: InstanceRequest = { amounts: {}, least: false };
  const add = (name: string, amount: number) => {
    request.amounts[name] = (request.amounts[name] ?? 0) + amount;
  };
  const defaults = containerDefaults(limitRanges);
  for (const [index, outcome] of outcomes.entries()) {
    if ("error" in outcome) return "unread";
    for (const row of JSON.parse(String(outcome.value)) as Row[]) {
      const group = groups[index];
      const replicas = countOf(row.replicas);
      if (replicas === undefined) return "unread";
      if (!group) {
        add("services.loadbalancers", replicas);
        continue;
      }
      const volumes = group.volumes === undefined ? replicas : countOf(row.volumes);
      const sizes = sizesOf(group, row, defaults);
      if (volumes === undefined || !sizes) return "unread";
      add("requests.cpu", replicas * sizes.cpu);
      add("requests.memory", replicas * sizes.memory);
      add("requests.storage", volumes * sizes.storage);
      if (sizes.least && replicas + volumes > 0) request.least = true;
    }
  }
  return request;
}

/** The group's fields as texts in JSON, once for each item; what gives nothing is left out. */
function rowsOf(group: RequestGroup): string {
  const fields = FIELDS.flatMap((field) =>
    group[field] === undefined ? [] : [`${field}: text(${closed(group[field])})`],
  );
  const items = group.each === undefined ? "[undefined]" : `[...${closed(group.each)}].slice(0, ${MOST})`;
  return `((text) => JSON.stringify(${items}.map((item) => ({ ${fields.join(", ")} }))))(
    (value) => (value === undefined || value === null || value === "" ? undefined : String(value)))`;
}

/** An expression that ends where it ends, also after a comment. */
const closed = (expression: string) => `(${expression}\n)`;

function asTask(text: string): Task {
  return { parts: [{ text, file: "requests", line: 1, occurrence: 0 }] };
}

function countOf(text: string | undefined): number | undefined {
  const count = Number(text);
  return text !== undefined && Number.isInteger(count) && count >= 0 && count <= MOST ? count : undefined;
}

/** What one of a group asks for; undefined where something is no amount. */
function sizesOf(
  group: RequestGroup,
  row: Row,
  { requests }: ContainerDefaults,
): { cpu: number; memory: number; storage: number; least: boolean } | undefined {
  const sizes = { cpu: 0, memory: 0, storage: 0, least: false };
  for (const size of ["cpu", "memory", "storage"] as const) {
    const preset = group.default?.[size];
    const amount = parseQuantity(row[size] ?? preset ?? requests[size] ?? 0);
    if (amount === undefined || !(amount >= 0 && Number.isFinite(amount))) return undefined;
    sizes[size] = amount;
    if (row[size] === undefined && preset !== undefined) sizes.least = true;
  }
  return sizes;
}
