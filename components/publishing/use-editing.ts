import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { api, apiPath } from "@/components/data/api";
import { ApiProblem } from "@/components/data/problem";
import type { EditView, Saved } from "@/lib/model/editing-views";
import {
  changedFields,
  mergeWords,
  type RepositoryWords,
  type WordsField,
  withoutEmpty,
} from "@/lib/model/words";
import { useDraft } from "./use-draft";

/** What is being edited: what it was made of, what it is now, and what others did meanwhile. */
export function useEditing(uid: string, org: string, repo: string) {
  const path = `${apiPath("hub", "repositories", org, repo)}/edit`;
  const client = useQueryClient();
  const { found, keep } = useDraft(uid, `${org}/${repo}`);
  const view = useQuery({
    queryKey: ["repository-words", org, repo],
    queryFn: ({ signal }) => api<EditView>("GET", path, undefined, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [base, setBase] = useState<RepositoryWords | undefined>(found?.base);
  const [words, setWords] = useState<RepositoryWords | undefined>(found?.words);
  const [theirs, setTheirs] = useState<RepositoryWords>();
  const [taken, setTaken] = useState<WordsField[]>([]);
  const [restored, setRestored] = useState(found?.at);
  const now = view.data?.words;
  useEffect(() => {
    if (now && !base) {
      setBase(now);
      setWords(now);
    }
  }, [now, base]);

  const dirty =
    base !== undefined &&
    words !== undefined &&
    changedFields(withoutEmpty(base), withoutEmpty(words)).length > 0;
  useEffect(() => {
    if (!base || !words) return;
    keep(dirty ? { base, words, at: new Date().toISOString() } : undefined);
  }, [base, words, dirty, keep]);

  const save = useMutation({
    mutationFn: () => api<Saved>("PUT", path, { base, words: withoutEmpty(words ?? {}) }),
    onSuccess: (saved) => {
      setBase(saved.words);
      setWords(saved.words);
      setTaken(saved.taken);
      setTheirs(undefined);
      setRestored(undefined);
      client.setQueryData(["repository-words", org, repo], saved);
      for (const key of ["repository", "readme", "repositories", "repository-history"])
        void client.invalidateQueries({ queryKey: [key] });
    },
    onError: async (error) => {
      if (!(error instanceof ApiProblem) || error.code !== "conflict") return;
      setTheirs((await api<EditView>("GET", path)).words);
    },
  });

  const set = useCallback((changes: Partial<RepositoryWords>) => {
    setTaken([]);
    setWords((before) => ({ ...before, ...changes }));
  }, []);
  const conflicts = base && words && theirs ? mergeWords(base, withoutEmpty(words), theirs).conflicts : [];
  /** From then on my words of that field are made of what they have made of it. */
  const choose = (field: WordsField, whose: "mine" | "theirs") => {
    if (!theirs) return;
    setBase((before) => withoutEmpty({ ...before, [field]: theirs[field] }));
    if (whose === "theirs") setWords((before) => withoutEmpty({ ...before, [field]: theirs[field] }));
  };
  const discard = () => {
    setBase(view.data?.words);
    setWords(view.data?.words);
    setTheirs(undefined);
    setRestored(undefined);
    save.reset();
    void view.refetch().then(({ data }) => {
      setBase(data?.words);
      setWords(data?.words);
    });
  };
  return { view, base, words, theirs, taken, restored, dirty, conflicts, save, set, choose, discard };
}
