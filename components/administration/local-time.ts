/** A moment (RFC 3339) as a `datetime-local` field has it, in the reader's own time zone; empty for none. */
export function localTime(value: string | undefined): string {
  const time = new Date(value ?? Number.NaN);
  if (Number.isNaN(time.getTime())) return "";
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** What such a field holds as a moment (RFC 3339, UTC); null while it is empty or not complete. */
export function timeOf(local: string): string | null {
  const time = new Date(local);
  return local === "" || Number.isNaN(time.getTime()) ? null : time.toISOString();
}
