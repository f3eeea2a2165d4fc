import type { TransferProgress } from "../../lib/oci/index.ts";
import type { Context } from "../lib/context.ts";
import type { Bar } from "../lib/progress.ts";

/** Shows each blob that is on its way; one that was there already is not worth a line. */
export function blobBars({ out }: Pick<Context, "out">): (progress: TransferProgress) => void {
  const bars = new Map<string, Bar>();
  return ({ digest, bytes, total, outcome }) => {
    if (outcome === "present") return;
    const short = digest.slice("sha256:".length, "sha256:".length + 12);
    const bar = bars.get(digest) ?? out.bar(`${short} ${humanBytes(total)}`, total);
    bars.set(digest, bar);
    if (outcome === "mounted") bar.done(out.say(["mounted", "已挂载"]));
    else if (outcome) bar.done();
    else bar.update(bytes, total);
  };
}

export function humanBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB"];
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
