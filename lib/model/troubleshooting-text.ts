import type { ReasonCode, ReasonParams } from "./reasons.ts";
import type { TroubledContainer, Troubleshooting } from "./troubleshooting.ts";

/** The headings and words of the text. */
export const troubleWords = [
  "title",
  "image",
  "state",
  "revision",
  "conditions",
  "objects",
  "pods",
  "events",
  "nothing",
  "restarts",
  "exitCode",
  "lastLines",
  "linesBefore",
  "withheld",
  "tooManySecrets",
  "morePods",
  "masked",
] as const;

/** In the reader's language. */
export type TroubleWords = Record<(typeof troubleWords)[number], string>;

type Sentence = (said: {
  message?: string | undefined;
  reason?: ReasonCode | undefined;
  params?: ReasonParams | undefined;
}) => string;

/** The report as Markdown, to be pasted where somebody helps. */
export function troubleshootingText(
  report: Troubleshooting,
  words: TroubleWords,
  sentence: Sentence,
): string {
  const { said } = report;
  const parts = [
    `# ${words.title}: ${report.title ?? report.name} (${report.namespace}/${report.name})`,
    [
      `- ${report.at}`,
      `- ${words.image}: ${report.image}${report.digest ? ` (${report.digest})` : ""}`,
      `- ${words.state}: ${report.phase ?? "Pending"}`,
      ...(report.revision === undefined ? [] : [`- ${words.revision}: ${report.revision}`]),
    ].join("\n"),
    ...(said.message ? [`> ${oneLine(sentence(said))}`] : []),
    ...(said.object ? [`${said.object.kind}/${said.object.name}`] : []),
    `## ${words.conditions}`,
    list(
      report.conditions.map(
        ({ type, status, reason, message, since }) =>
          `${type}: ${status} (${reason}, ${since})${message ? ` – ${oneLine(sentence(message === said.message ? said : { message }))}` : ""}`,
      ),
      words.nothing,
    ),
    `## ${words.objects}`,
    list(
      report.objects.map(
        (object) => `${object.kind}/${object.name}: ${object.health} – ${oneLine(sentence(object))}`,
      ),
      words.nothing,
    ),
    `## ${words.pods}`,
    ...(report.pods.length === 0 ? [words.nothing] : report.pods.flatMap((pod) => podText(pod, words))),
    ...(report.morePods > 0 ? [`${words.morePods}: ${report.morePods}`] : []),
    ...(report.logs === "withheld" ? [words.withheld] : []),
    ...(report.logs === "too-many-secrets" ? [words.tooManySecrets] : []),
    `## ${words.events}`,
    list(
      report.events.map(
        ({ at, type, reason, object, count, message }) =>
          `${at} ${type} ${reason} ${object}${count > 1 ? ` ×${count}` : ""}: ${oneLine(message)}`,
      ),
      words.nothing,
    ),
    `_${words.masked}_`,
  ];
  return `${parts.join("\n\n")}\n`;
}

function podText(pod: Troubleshooting["pods"][number], words: TroubleWords): string[] {
  return [
    `### ${pod.name}: ${pod.phase}${pod.node ? ` (${pod.node})` : ""}`,
    ...pod.containers.flatMap((container) => [
      containerLine(container, words),
      ...(container.log
        ? [`${container.log.previous ? words.linesBefore : words.lastLines}:`, fenced(container.log.text)]
        : []),
    ]),
  ];
}

function containerLine(container: TroubledContainer, words: TroubleWords): string {
  const { name, image, state, restarts, exitCode } = container;
  const more = [
    ...(restarts > 0 ? [`${words.restarts} ${restarts}`] : []),
    ...(exitCode === undefined ? [] : [`${words.exitCode} ${exitCode}`]),
  ];
  return `- ${name}: ${state}${more.length > 0 ? ` (${more.join(", ")})` : ""} – ${image}`;
}

function list(lines: readonly string[], nothing: string): string {
  return lines.length === 0 ? nothing : lines.map((line) => `- ${line}`).join("\n");
}

/** A fence longer than any in the text: a log ends only where we end it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();
