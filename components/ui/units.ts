const BINARY = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Bytes as people read them, in binary units: 1536 → "1.5 KiB". At most one decimal. */
export function formatBytes(bytes: number, locale: string): string {
  let unit = 0;
  let value = bytes;
  while (Math.abs(value) >= 1024 && unit < BINARY.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = Math.abs(value) < 10 ? 1 : 0;
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)} ${BINARY[unit]}`;
}

/** CPU cores with at most two decimals: 0.25, 1.5, 12. */
export function formatCores(cores: number, locale: string): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(cores);
}
