import { useCallback, useState } from "react";
import type { RepositoryWords } from "@/lib/model/words";

export interface Draft {
  /** What it was made of, for the three-way comparison. */
  base: RepositoryWords;
  words: RepositoryWords;
  at: string;
}

/** What somebody typed and has not saved, kept in this browser: a reload or a lost session loses nothing. */
export function useDraft(uid: string, image: string) {
  const key = `draft:${uid}:${image}`;
  const [found] = useState(() => read(key));
  const keep = useCallback(
    (draft: Draft | undefined) => {
      if (draft) localStorage.setItem(key, JSON.stringify(draft));
      else localStorage.removeItem(key);
    },
    [key],
  );
  return { found, keep };
}

function read(key: string): Draft | undefined {
  const text = typeof localStorage === "undefined" ? null : localStorage.getItem(key);
  if (!text) return undefined;
  try {
    const draft = JSON.parse(text) as Draft;
    return draft.base && draft.words && draft.at ? draft : undefined;
  } catch {
    return undefined; // Not of our making: there is no draft.
  }
}
