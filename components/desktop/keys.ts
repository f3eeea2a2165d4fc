/** Whether keys are named as on a Mac. For what is drawn in the browser only. */
export function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}

export function commandKey(): string {
  return isMac() ? "⌘K" : "Ctrl K";
}
