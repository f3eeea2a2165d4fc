"use client";
import { Search, SlidersHorizontal, X } from "lucide-react";
import { lazy, type RefObject, Suspense, useEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { queryOf, useNavigation, withQuery } from "@/components/data/navigation";
import { Button, IconButton } from "@/components/ui/button";
import { Select } from "@/components/ui/select";
import { TextField } from "@/components/ui/text-field";
import { Results } from "./results";
import { FILTERS, hubQueryOf, useRepositories } from "./use-repositories";

/** Its place is there before it is. */
const Filters = lazy(() => import("./filters"));

const SORTS = ["installs", "updated", "name"] as const;

/** The list of images: search, categories, kinds, sort. All of it is in the address. */
export function HubPage() {
  const t = useTranslations("hub");
  const { path, navigate } = useNavigation();
  const asked = hubQueryOf(queryOf(path));
  const { text, q, type } = useSearch(asked.q);
  const query = { ...asked, q };
  const search = useRef<HTMLInputElement>(null);
  const [filtersOpen, setFiltersOpen] = useState(false);
  const repositories = useRepositories(query);
  const first = repositories.data?.pages[0];
  const set = (changes: Record<string, string | undefined>) =>
    navigate(withQuery(path, changes), { replace: true });
  useFocusOnArrival(search);

  const active = FILTERS.filter((name) => query[name]).length;
  return (
    <div className="mx-auto flex w-full max-w-[1360px]">
      <aside className="sticky top-0 hidden max-h-[calc(100dvh-48px)] w-56 overflow-y-auto shrink-0 self-start p-6 pr-2 @4xl:block">
        <Suspense>
          <Filters list={first} query={query} onChange={set} />
        </Suspense>
      </aside>
      <div className="min-w-0 flex-1">
        <header className="sticky top-0 z-20 border-b border-transparent bg-canvas px-4 pt-4 pb-3 @4xl:px-6">
          <h1 className="sr-only">{t("title")}</h1>
          <div className="flex items-center gap-2">
            <search className="min-w-0 flex-1">
              <TextField
                ref={search}
                label={t("search")}
                hideLabel
                type="search"
                value={text}
                placeholder={t("searchPlaceholder")}
                before={<Search size={16} aria-hidden />}
                onChange={({ target, nativeEvent }) =>
                  type(target.value, (nativeEvent as InputEvent).isComposing)
                }
                onCompositionEnd={({ currentTarget }) => type(currentTarget.value)}
                onKeyDown={(event) => {
                  if (event.key === "Escape" && text !== "") {
                    event.stopPropagation();
                    type("");
                  }
                }}
              />
            </search>
            <Select
              label={t("sort")}
              hideLabel
              className="hidden w-44 shrink-0 @xl:block"
              value={query.sort}
              onValueChange={(sort) => set({ sort })}
              options={[
                { value: "", label: t("sorts.relevance") },
                ...SORTS.map((value) => ({ value, label: t(`sorts.${value}`) })),
              ]}
            />
            <Button
              className="@4xl:hidden"
              icon={<SlidersHorizontal size={16} aria-hidden />}
              aria-expanded={filtersOpen}
              onClick={() => setFiltersOpen(!filtersOpen)}
            >
              <span className="sr-only @md:not-sr-only">{t("filters")}</span>
              {active > 0 ? <span className="tabular-nums">{active}</span> : null}
            </Button>
          </div>
          {filtersOpen ? (
            <div className="mt-3 rounded-lg border border-line bg-surface p-4 @4xl:hidden">
              <div className="mb-1 flex items-center">
                <span className="flex-1 font-semibold">{t("filters")}</span>
                <IconButton label={t("closeFilters")} onClick={() => setFiltersOpen(false)}>
                  <X size={16} aria-hidden />
                </IconButton>
              </div>
              <Suspense>
                <Filters list={first} query={query} onChange={set} sorted />
              </Suspense>
            </div>
          ) : null}
        </header>
        <Results
          repositories={repositories}
          query={query}
          onClear={() => set(Object.fromEntries(FILTERS.map((name) => [name, undefined])))}
        />
      </div>
    </div>
  );
}

/**
 * The text in the search field, and what is searched for: at once what was typed, and the address's when that changes by
 * other means (back, a link). While an input method composes a word, nothing is searched for.
 */
function useSearch(asked: string) {
  const { path, navigate } = useNavigation();
  const [text, setText] = useState(asked);
  const [q, setQ] = useState(asked);
  const [seen, setSeen] = useState(asked);
  /** On their way into the address, which follows a moment later. */
  const [sent, setSent] = useState<string[]>([]);
  if (asked !== seen) {
    setSeen(asked);
    const arrived = sent.indexOf(asked);
    setSent(arrived < 0 || asked === q ? [] : sent.slice(arrived + 1));
    if (arrived < 0 && asked !== q) {
      setText(asked);
      setQ(asked);
    }
  }
  const type = (typed: string, composing = false) => {
    setText(typed);
    const wanted = typed.trim();
    if (composing || wanted === q) return;
    setQ(wanted);
    setSent([...sent, wanted]);
    navigate(withQuery(path, { q: wanted }), { replace: true });
  };
  return { text, q, type };
}

/** The keyboard goes to the search field, unless the screen would fill with a touch keyboard. */
function useFocusOnArrival(field: RefObject<HTMLInputElement | null>) {
  useEffect(() => {
    if (window.matchMedia("(hover: hover)").matches) field.current?.focus({ preventScroll: true });
  }, [field]);
}
