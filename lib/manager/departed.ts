import { ApiError, isNotFound } from "../cluster/index.ts";
import { DEPARTED, type Departed, FIELD_MANAGER, type Installation, label } from "../model/resources.ts";
import { historyClosed } from "./history.ts";
import { installerUser } from "./subject.ts";
import type { World } from "./world.ts";

const DAY_MS = 86_400_000;

/**
 * Keeps the record of an installation that is being uninstalled, in the one ConfigMap that its workspace has for it, and
 * drops records that are too old or too many. A record is worth no trouble: what the cluster refuses is only logged.
 */
export async function keepRecord(world: World, installation: Installation): Promise<void> {
  const { name, namespace = "", uid = "" } = installation.metadata;
  const installer = world.cluster.as(installerUser(namespace)).writingAs(FIELD_MANAGER);
  const reference = { apiVersion: "v1", kind: "ConfigMap", namespace, name: DEPARTED.name };
  const key = `${name}.${uid.slice(0, 8)}`;
  const now = new Date();
  const record: Departed = {
    name,
    ...(installation.status?.title ? { title: installation.status.title } : {}),
    image: installation.spec.image,
    history: historyClosed(installation, now.toISOString()),
  };
  const data = { [key]: JSON.stringify(record) };
  try {
    const known = await installer.find<{
      apiVersion: string;
      kind: string;
      metadata: { name: string };
      data?: Record<string, string>;
    }>(reference);
    if (!known) {
      const labels = { [label.managedBy]: FIELD_MANAGER };
      await installer.create({ ...reference, metadata: { name: DEPARTED.name, namespace, labels }, data });
    } else if (!known.data?.[key]) {
      const gone = outdated(known.data ?? {}, now.getTime()).map((each) => [each, null]);
      await installer.patch(reference, { data: { ...Object.fromEntries(gone), ...data } }, { type: "merge" });
    }
  } catch (error) {
    // Made or changed at the same moment: the next pass finds out.
    const passing = !(error instanceof ApiError) || error.status === 0 || error.status === 409;
    if (passing || error.status === 429 || error.status >= 500) throw error;
    if (!isNotFound(error)) world.log.warn({ err: error, namespace, name }, "a record was not kept");
  }
}

/** Keys of records that ended too long ago, and of the oldest beyond the most that are kept. */
export function outdated(data: Readonly<Record<string, string>>, now: number): string[] {
  const ends = Object.entries(data)
    .map(([key, text]) => ({ key, end: endOf(text) }))
    .sort((a, b) => b.end - a.end);
  return ends
    .filter(({ end }, index) => index >= DEPARTED.most - 1 || now - end > DEPARTED.days * DAY_MS)
    .map(({ key }) => key);
}

/** The ConfigMap is the workspace's: what is not a record has no time, and goes first. */
function endOf(text: string): number {
  try {
    const { history } = JSON.parse(text) as Partial<Departed>;
    return Date.parse(history?.at(-1)?.at ?? "") || 0;
  } catch {
    return 0;
  }
}
