"use client";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { AppLink, useNavigation, withQuery } from "@/components/data/navigation";
import { cx } from "@/components/ui/cx";
import { Select } from "@/components/ui/select";
import type { RepositoryList } from "./types";
import type { HubQuery } from "./use-repositories";

/** A category in the reader's language; one that we have no word for is shown as its image names it. */
export function useCategoryName(): (name: string) => string {
  const t = useTranslations("hub");
  return (name) => {
    const key = `categories.${name.toLowerCase().replace(/[^a-z]+/g, "-")}`;
    return t.has(key) ? t(key) : name.charAt(0).toUpperCase() + name.slice(1);
  };
}

/** As many as fit beside the first rows of cards. */
const FEW = 12;

interface FiltersProps {
  list: RepositoryList | undefined;
  query: HubQuery;
  onChange: (changes: Record<string, string | undefined>) => void;
  /** On a narrow page the sort is here too. */
  sorted?: boolean;
}

/** Kinds and categories with their counts. Each is a link: it can be opened in a tab of its own. */
export function Filters({ list, query, onChange, sorted }: FiltersProps) {
  const t = useTranslations("hub");
  const categoryName = useCategoryName();
  const modes = list?.modes ?? [];
  const all = modes.reduce((sum, mode) => sum + mode.count, 0);
  const [long, setLong] = useState(false);
  const categories = list?.categories ?? [];
  const short = categories.filter((category, index) => index < FEW || category.name === query.category);
  return (
    <nav aria-label={t("filters")} className="flex flex-col gap-6">
      {sorted ? (
        <Select
          label={t("sort")}
          className="@xl:hidden"
          value={query.sort}
          onValueChange={(sort) => onChange({ sort })}
          options={["", "installs", "updated", "name"].map((value) => ({
            value,
            label: t(`sorts.${value || "relevance"}`),
          }))}
        />
      ) : null}
      <Group title={t("kind")}>
        <Choice name="mode" value="" current={query.mode} label={t("everything")} count={all} />
        {modes.map((mode) => (
          <Choice
            key={mode.name}
            name="mode"
            value={mode.name}
            current={query.mode}
            label={t(`modesMany.${mode.name}`)}
            count={mode.count}
          />
        ))}
      </Group>
      <Group title={t("category")}>
        <Choice name="category" value="" current={query.category} label={t("everyCategory")} />
        {(long ? categories : short).map((category) => (
          <Choice
            key={category.name}
            name="category"
            value={category.name}
            current={query.category}
            label={categoryName(category.name)}
            count={category.count}
          />
        ))}
        {short.length < categories.length && !long ? (
          <li>
            <button
              type="button"
              className="flex h-8 w-full items-center rounded-md px-2 text-muted -outline-offset-2 hover:bg-hover"
              onClick={() => setLong(true)}
            >
              {t("allCategories", { count: categories.length })}
            </button>
          </li>
        ) : null}
      </Group>
    </nav>
  );
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div>
      <h2 className="mb-1 px-2 text-xs font-medium text-muted">{title}</h2>
      <ul>{children}</ul>
    </div>
  );
}

interface ChoiceProps {
  name: "mode" | "category";
  value: string;
  current: string;
  label: string;
  count?: number;
}

function Choice({ name, value, current, label, count }: ChoiceProps) {
  const { path } = useNavigation();
  const chosen = value === current;
  return (
    <li>
      <AppLink
        to={withQuery(path, { [name]: value })}
        replace
        aria-current={chosen ? "true" : undefined}
        className={cx(
          "flex h-8 items-center gap-2 rounded-md px-2 -outline-offset-2",
          chosen ? "bg-accent-soft font-medium text-accent-text" : "hover:bg-hover",
        )}
      >
        <span className="min-w-0 flex-1 truncate">{label}</span>
        {count === undefined ? null : (
          <span className={cx("text-sm tabular-nums", !chosen && "text-muted")}>{count}</span>
        )}
      </AppLink>
    </li>
  );
}
