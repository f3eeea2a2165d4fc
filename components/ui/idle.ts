/** Runs something once when the browser has nothing better to do, e.g. fetching code before it is needed. */
export function whenIdle(run: () => unknown): void {
  if (typeof window === "undefined") return;
  if (typeof requestIdleCallback === "function") requestIdleCallback(() => void run(), { timeout: 5000 });
  else setTimeout(() => void run(), 2000);
}
