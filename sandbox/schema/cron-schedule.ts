interface Field {
  least: number;
  most: number;
  names?: readonly string[];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
/** Minute, hour, day of the month, month, day of the week: Sunday is 0 and never 7. */
const FIELDS: readonly Field[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: MONTHS },
  { least: 0, most: 6, names: DAYS },
];
const DESCRIPTORS = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/;
/** As Go writes durations. */
const DURATION = /^[-+]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/;

/**
 * What the API server finds wrong with a CronJob's schedule, in its words; undefined for one that it takes. It is stricter
 * than most parsers: no seconds, no seventh day, no `L`, `W` and `#`.
 */
export function scheduleFault(schedule: string): string | undefined {
  // A time zone before it is taken here; that it may not stand there is said apart.
  const bare = schedule.replace(/^(CRON_)?TZ=\S+\s+/, "");
  if (bare.startsWith("@")) return descriptorFault(bare);
  const fields = bare.trim().split(/\s+/);
  if (fields.length !== FIELDS.length)
    return `expected exactly ${FIELDS.length} fields, found ${fields.length}: [${fields.join(" ")}]`;
  for (const [index, field] of FIELDS.entries())
    for (const range of fields[index]?.split(",").filter(Boolean) ?? []) {
      const fault = rangeFault(range, field);
      if (fault) return fault;
    }
  return undefined;
}

function descriptorFault(schedule: string): string | undefined {
  const every = /^@every (.*)$/s.exec(schedule)?.[1];
  if (every !== undefined)
    return DURATION.test(every)
      ? undefined
      : `failed to parse duration ${schedule}: time: invalid duration ${JSON.stringify(every)}`;
  return DESCRIPTORS.test(schedule) ? undefined : `unrecognized descriptor: ${schedule}`;
}

function rangeFault(range: string, { least, most, names }: Field): string | undefined {
  const [span = "", step, ...slashes] = range.split("/");
  const [low = "", high, ...hyphens] = span.split("-");
  const any = low === "*" || low === "?";
  const begin = any ? least : numberOf(low, names, least);
  if (typeof begin === "string") return begin;
  if (!any && hyphens.length > 0) return `too many hyphens: ${range}`;
  const last = any ? most : high === undefined ? begin : numberOf(high, names, least);
  if (typeof last === "string") return last;
  if (slashes.length > 0) return `too many slashes: ${range}`;
  const every = step === undefined ? 1 : numberOf(step);
  if (typeof every === "string") return every;
  // `5/10` is every tenth from the fifth to the last.
  const end = step !== undefined && high === undefined ? most : last;
  if (begin < least) return `beginning of range (${begin}) below minimum (${least}): ${range}`;
  if (end > most) return `end of range (${end}) above maximum (${most}): ${range}`;
  if (begin > end) return `beginning of range (${begin}) beyond end of range (${end}): ${range}`;
  return every === 0 ? `step of range should be a positive number: ${range}` : undefined;
}

/** The number that a text is, by name or in digits, or what is wrong with it. */
function numberOf(text: string, names: readonly string[] = [], first = 0): number | string {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return named + first;
  return /^\+?\d+$/.test(text)
    ? Number(text)
    : `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
}
