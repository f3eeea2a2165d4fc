/** The value below which the share `q` (0 to 1) of an ascending list lies; nearest rank. */
export function quantile(sorted: number[], q: number): number {
  if (sorted.length === 0) throw new Error("there is nothing to take a quantile of");
  const rank = Math.max(1, Math.ceil(q * sorted.length));
  return sorted[rank - 1] as number;
}
