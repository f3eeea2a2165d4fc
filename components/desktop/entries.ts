import type { Said } from "@/components/i18n/reason";
import type { Status } from "@/components/ui/status";
import { parseImageReference } from "@/lib/model/names";
import type { App, Installation } from "@/lib/model/resources";

/** The Hub's own icon; its title comes from the messages. */
export const HUB = "system-hub";
/** The window that shows one installation's details. */
export const DETAILS = "system-details";
/** The window that shows what the workspace used and what it cost. */
export const USAGE = "system-usage";
/** The window in which administrators see the whole cluster. */
export const ADMINISTRATION = "system-administration";
/** The window that tells who did what in the workspace. */
export const TIMELINE = "system-timeline";

/** Where in that window uninstalled apps are. */
export const BIN_PATH = "/installations/-/bin";

/** Windows of the console's own that begin at a page of theirs. */
const homes: Readonly<Record<string, string>> = {
  [HUB]: "/hub",
  [USAGE]: "/usage",
  [ADMINISTRATION]: "/administration",
  [TIMELINE]: "/timeline",
};

/** Where a window of the console's own begins; undefined for apps, and for details, which are always of something. */
export function systemHome(app: string): string | undefined {
  return Object.hasOwn(homes, app) ? homes[app] : undefined;
}

/** Whether a window is the console's own, and no app's. */
export function isSystem(app: string): boolean {
  return app === DETAILS || systemHome(app) !== undefined;
}

/** An icon: an App, or an installation that has none yet, or the Hub. */
export interface Entry {
  app: string;
  title: string;
  icon?: string;
  /** Absent for what is not installed by AppManager. */
  status?: Status;
  /** 0…1 while installing. */
  progress?: number;
  /** One sentence about the state. */
  message?: string;
  /** The tag of a newer version. */
  newer?: string;
  installation?: string;
  /** Whether it is wanted stopped; absent for what is not one's own to stop. */
  suspended?: boolean;
  /** What the App says about opening. Absent while it is not there yet. */
  opens?: { type: "iframe" | "app" | "link"; url: string };
  displayType: "normal" | "more" | "hidden";
}

const INSTALLATION_LABEL = "hub.sealos.io/installation";

/** Joins Apps and Installations by name; sorted by the time they came, so that new icons come last. */
export function entriesOf(
  apps: Iterable<App>,
  installations: ReadonlyMap<string, Installation>,
  locale: string,
  words: (said: Said) => string = ({ message = "" }) => message,
): Entry[] {
  const entries = new Map<string, Entry & { createdAt: string }>();
  const covered = new Set<string>();
  for (const app of apps) {
    const name = app.metadata.name;
    const installationName = app.metadata.labels?.[INSTALLATION_LABEL] ?? name;
    const installation = installations.get(installationName);
    if (installation) covered.add(installationName);
    entries.set(name, {
      app: name,
      title: app.spec.i18n?.[locale]?.name ?? app.spec.name,
      icon: app.spec.icon,
      displayType: app.spec.displayType ?? "normal",
      ...(app.spec.data?.url ? { opens: { type: app.spec.type, url: app.spec.data.url } } : {}),
      ...(installation ? stateOf(installation, words) : {}),
      createdAt: (installation ?? app).metadata.creationTimestamp ?? "",
    });
  }
  for (const [name, installation] of installations) {
    if (covered.has(name) || entries.has(name)) continue;
    const reference = parseImageReference(installation.spec.image);
    entries.set(name, {
      app: name,
      title: installation.status?.title ?? reference?.repo ?? name,
      ...(reference ? { icon: `/api/hub/repositories/${reference.org}/${reference.repo}/icon` } : {}),
      displayType: "normal",
      ...stateOf(installation, words),
      createdAt: installation.metadata.creationTimestamp ?? "",
    });
  }
  return [...entries.values()]
    .sort((left, right) => left.createdAt.localeCompare(right.createdAt) || left.app.localeCompare(right.app))
    .map(({ createdAt: _, ...entry }) => entry);
}

function stateOf(
  installation: Installation,
  words: (said: Said) => string,
): Pick<Entry, "status" | "progress" | "message" | "newer" | "installation" | "suspended"> {
  const { spec, status } = installation;
  const leaving = installation.metadata.deletionTimestamp !== undefined;
  const phase = leaving ? "Uninstalling" : (status?.phase ?? "Pending");
  const counted = status?.progress && status.progress.total > 0 ? status.progress : undefined;
  const moving = phase === "Installing" || phase === "Pending";
  return {
    installation: installation.metadata.name,
    status: phase,
    ...(status?.mode === "application" && !leaving ? { suspended: spec.suspended === true } : {}),
    ...(moving && counted ? { progress: counted.done / counted.total } : {}),
    ...(status?.message ? { message: words(status) } : {}),
    ...(status?.available && !moving && !leaving ? { newer: status.available.tag } : {}),
  };
}

/** Whether double-click should lead to the details: it cannot be opened, and they say why. */
export function leadsToDetails(entry: Entry): boolean {
  if (!entry.installation) return false;
  return !entry.opens || ["Failed", "Suspended", "Uninstalling"].includes(entry.status ?? "");
}
