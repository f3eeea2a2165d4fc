import type { Topic } from "../../model/stream.ts";
import { SpokenProblem } from "../messages.ts";

const PLAIN = [
  "installations",
  "apps",
  "desktop",
  "providers",
  "announcements",
  "actionruns",
  "catalogue",
  "quota",
  "budgets",
  "events",
] as const satisfies Topic[];

export type ParsedTopic =
  | { kind: (typeof PLAIN)[number]; topic: Topic }
  | { kind: "pods"; topic: Topic; installation: string }
  | { kind: "instances"; topic: Topic; provider: string }
  | { kind: "instance"; topic: Topic; provider: string; plural: string; name: string };

/** Reads a topic as the address names it. Throws `topic-unknown`. */
export function parseTopic(text: string): ParsedTopic {
  const plain = PLAIN.find((topic) => topic === text);
  if (plain) return { kind: plain, topic: plain };
  const [kind, provider, plural, name, ...rest] = text.split("/");
  if (provider && rest.length === 0) {
    if (kind === "pods" && plural === undefined)
      return { kind, topic: `pods/${provider}`, installation: provider };
    if (kind === "instances" && plural === undefined)
      return { kind, topic: `instances/${provider}`, provider };
    if (kind === "instance" && plural && name)
      return { kind, topic: `instance/${provider}/${plural}/${name}`, provider, plural, name };
  }
  throw new SpokenProblem("topic-unknown", { topic: text.slice(0, 100) });
}

/** The topic's kind, for metrics: names of people's things do not belong there. */
export function topicKind(topic: Topic): string {
  return topic.split("/", 1)[0] ?? "";
}
