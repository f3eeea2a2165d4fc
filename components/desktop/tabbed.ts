/** Focus that follows a Tab within this time was moved by the person, not by a script. */
const WINDOW_MS = 300;
let lastTab = Number.NEGATIVE_INFINITY;

if (typeof window !== "undefined") {
  window.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Tab" || event.key === "F6") lastTab = event.timeStamp;
    },
    true,
  );
}

/** Whether Tab was pressed just before `now` (an event's time stamp, in milliseconds). */
export function tabbedSince(now: number): boolean {
  return now - lastTab < WINDOW_MS;
}
