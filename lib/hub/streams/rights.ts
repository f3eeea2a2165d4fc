import type { Hub } from "../hub.ts";
import type { AccessQuestion } from "../members.ts";
import { knownProblem } from "../problems.ts";

const REVIEW_MS = 60_000;
/** The API server's authorizer learns of a change a moment after we do, so that is not the time for one answer only. */
const AFTER_CHANGE_MS = [0, 1_000, 5_000];

interface Holder {
  /** Rights without which the stream ends, all of them. */
  questions: () => AccessQuestion[];
  forbidden: () => void;
}

interface MemberWatch {
  holders: Set<Holder>;
  stop(): void;
}

const known = new WeakMap<Hub, Map<string, MemberWatch>>();

/**
 * Asks again whether the member still has the rights: when their account or binding changes, and now and then; once
 * for all streams of a member, however many tabs there are. Returns the way to stop asking.
 */
export function watchRights(
  hub: Hub,
  who: { uid: string; namespace: string },
  questions: () => AccessQuestion[],
  forbidden: () => void,
): () => void {
  const watches = known.get(hub) ?? new Map<string, MemberWatch>();
  known.set(hub, watches);
  const key = `${who.namespace} ${who.uid}`;
  const watch = watches.get(key) ?? watchMember(hub, who);
  watches.set(key, watch);
  const holder = { questions, forbidden };
  watch.holders.add(holder);
  return () => {
    watch.holders.delete(holder);
    if (watch.holders.size > 0 || watches.get(key) !== watch) return;
    watches.delete(key);
    watch.stop();
  };
}

function watchMember(hub: Hub, who: { uid: string; namespace: string }): MemberWatch {
  const holders = new Set<Holder>();
  const soon = new Set<NodeJS.Timeout>();
  const stop = hub.members.onChange(who.uid, who.namespace, () => {
    for (const timer of soon) clearTimeout(timer);
    soon.clear();
    for (const ms of AFTER_CHANGE_MS) soon.add(setTimeout(() => void review(hub, who, holders), ms).unref());
  });
  const timer = setInterval(() => void review(hub, who, holders), REVIEW_MS);
  timer.unref();
  return {
    holders,
    stop: () => {
      clearInterval(timer);
      for (const each of soon) clearTimeout(each);
      stop();
    },
  };
}

/** Asks each question once, whatever the number of streams that depend on its answer. */
async function review(
  hub: Hub,
  { uid, namespace }: { uid: string; namespace: string },
  holders: Set<Holder>,
): Promise<void> {
  const answers = new Map<string, Promise<boolean>>();
  const may = (question: AccessQuestion) => {
    const key = JSON.stringify(question);
    const answer = answers.get(key) ?? hub.members.may(uid, namespace, question);
    answers.set(key, answer);
    return answer;
  };
  for (const { questions, forbidden } of [...holders])
    try {
      hub.members.requireAccount(uid, namespace);
      for (const question of questions())
        if (!(await may(question))) {
          forbidden();
          break;
        }
    } catch (error) {
      // A cluster that does not answer takes no rights away; the next review tells.
      if (knownProblem(error).code === "not-found") forbidden();
      else hub.log.warn({ err: error }, "rights could not be reviewed");
    }
}
