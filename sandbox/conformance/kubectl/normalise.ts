const RULES: readonly (readonly [RegExp, string])[] = [
  // A URL that carries credentials, or the address that a server listens on.
  [/https?:\/\/(\S+@)?127\.0\.0\.1:\d+/g, "<server>"],
  [/127\.0\.0\.1:\d+/g, "<server>"],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uid>"],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?[+-]\d{4}|Z)?/g, "<time>"],
  [/[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, "<time>"],
  // kubectl's own diary of watches that end while it waits: there or not from run to run.
  [/^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ \w+\.go:\d+\].*\n/gm, ""],
  [/(resourceVersion\\*"?: ?\\*"?|Resource Version: +)\d+/g, "$1<version>"],
  [/kube-api-access-[a-z0-9]{5}/g, "kube-api-access-<random>"],
  [/\b(gen|debugger)-[a-z0-9]{5}\b/g, "$1-<random>"],
  [/\b(LIVE|MERGED)-\d+/g, "$1-<random>"],
  [/\S*\/(LIVE|MERGED)-/g, "$1-"],
  [/\b10\.\d+\.\d+\.\d+\b/g, "<address>"],
  [/(\d:|NodePort: .*|nodePort"?: ?)3[0-2]\d{3}\b/g, "$1<port>"],
  [/\((\d+[smhdy])+ ago\)/g, "(<age> ago)"],
  [/\(x(\d+) over (\d+[smhdy])+\)/g, "(x$1 over <age>)"],
  [/("(buildDate|compiler|gitCommit|gitTreeState|goVersion|platform)": ?)"[^"]*"/g, '$1"<build>"'],
  [/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, "<token>"],
];

/**
 * What kubectl printed, without what differs from run to run: times, ages, uids, revisions, addresses and drawn names.
 * Columns keep their order and contents; how wide they are depends on the ages in them.
 */
export function normalise(text: string): string {
  let plain = text;
  for (const [pattern, by] of RULES) plain = plain.replaceAll(pattern, by);
  return plain
    .split("\n")
    .map((line) =>
      line
        .replaceAll(/(?<=\S)[ \t]{2,}/g, "  ")
        .replaceAll(/(?<=^| {2})(\d+[smhdy]){1,2}(?= |$)/g, "<age>")
        .trimEnd(),
    )
    .join("\n");
}
