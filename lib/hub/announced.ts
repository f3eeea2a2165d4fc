import type { Informer } from "../cluster/index.ts";
import type { AnnouncementState } from "../model/administration-views.ts";
import type { Announcement } from "../model/resources.ts";
import type { AnnouncementView } from "../model/stream.ts";
import { renderReadmeApart } from "./readme-thread.ts";
import type { Source } from "./streams/source.ts";

/** The longest that a timer can be set for. */
const LONGEST_MS = 2 ** 31 - 1;

/** When an announcement is shown, against the clock `now` (milliseconds since the epoch). */
export function stateOf({ spec }: Announcement, now: number): AnnouncementState {
  if (spec.until !== undefined && Date.parse(spec.until) <= now) return "ended";
  return spec.from !== undefined && Date.parse(spec.from) > now ? "scheduled" : "shown";
}

/**
 * What everybody who is signed in is told now. What is not to be said yet, or not any more, is in no stream; it comes and
 * goes when its time does.
 */
export function announced(informer: Informer<Announcement>): Source {
  return {
    questions: [],
    keys: () => informer.list().map(({ metadata }) => metadata.name),
    view: (name) => {
      const announcement = informer.get(undefined, name);
      return announcement && stateOf(announcement, Date.now()) === "shown"
        ? announcementView(announcement)
        : undefined;
    },
    watch: (mark) => {
      const timers = new Map<string, NodeJS.Timeout>();
      const wait = (name: string) => {
        clearTimeout(timers.get(name));
        const turn = nextTurn(informer.get(undefined, name), Date.now());
        if (turn === undefined) timers.delete(name);
        else {
          const again = () => {
            mark(name);
            wait(name);
          };
          timers.set(name, setTimeout(again, Math.min(turn - Date.now(), LONGEST_MS)).unref());
        }
      };
      for (const { metadata } of informer.list()) wait(metadata.name);
      const stop = informer.subscribe(({ object }) => {
        mark(object.metadata.name);
        wait(object.metadata.name);
      });
      return () => {
        stop();
        for (const timer of timers.values()) clearTimeout(timer);
      };
    },
  };
}

/** When it begins or ends to be shown next. */
function nextTurn(announcement: Announcement | undefined, now: number): number | undefined {
  const { from, until } = announcement?.spec ?? {};
  const turns = [from, until].map((text) => Date.parse(text ?? "")).filter((turn) => turn > now);
  return turns.length > 0 ? Math.min(...turns) : undefined;
}

/** Made once per edition: every web process shows the same announcement to many. */
const views = new WeakMap<Announcement, Promise<AnnouncementView>>();

/** An announcement as everybody reads it, its Markdown as safe HTML. */
export function announcementView(announcement: Announcement): Promise<AnnouncementView> {
  const known = views.get(announcement);
  if (known) return known;
  const view = render(announcement);
  views.set(announcement, view);
  return view;
}

async function render({ metadata, spec }: Announcement): Promise<AnnouncementView> {
  const html = async (text: string | undefined) => (text ? renderReadmeApart(text) : "");
  const i18n: AnnouncementView["i18n"] = {};
  for (const [locale, words] of Object.entries(spec.i18n ?? {}))
    i18n[locale] = { ...(words.title && { title: words.title }), html: await html(words.text) };
  return {
    name: metadata.name,
    edition: `${metadata.uid}/${metadata.generation ?? 0}`,
    severity: spec.severity ?? "info",
    title: spec.title,
    html: await html(spec.text),
    i18n,
    since: spec.from ?? metadata.creationTimestamp ?? "",
  };
}
