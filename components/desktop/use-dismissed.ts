import { useCallback, useEffect, useState } from "react";

/** Editions remembered; older ones have ended long ago. */
const MOST = 100;

/** Which editions of announcements this person has put away in this browser, in all of its tabs. */
export function useDismissed(uid: string): {
  dismissed: ReadonlySet<string>;
  dismiss: (edition: string) => void;
} {
  const key = `hub-announcements-${uid}`;
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(() => new Set(read(key)));
  useEffect(() => {
    setDismissed(new Set(read(key)));
    const changed = (event: StorageEvent) => {
      if (event.key === key) setDismissed(new Set(read(key)));
    };
    addEventListener("storage", changed);
    return () => removeEventListener("storage", changed);
  }, [key]);
  const dismiss = useCallback(
    (edition: string) => {
      const next = [...read(key).filter((each) => each !== edition), edition].slice(-MOST);
      localStorage.setItem(key, JSON.stringify(next));
      setDismissed(new Set(next));
    },
    [key],
  );
  return { dismissed, dismiss };
}

function read(key: string): string[] {
  const text = typeof localStorage === "undefined" ? null : localStorage.getItem(key);
  if (text === null) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
  } catch {
    // Somebody else's text under our name: nothing has been put away.
    return [];
  }
}
