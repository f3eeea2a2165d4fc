"use client";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { AppLink, useNavigation, withQuery } from "@/components/data/navigation";
import { cx } from "@/components/ui/cx";
import { Select } from "@/components/ui/select";
import type { RepositoryPage } from "@/lib/model/repository-views";
import { needName, useCategoryName } from "./names";
import type { FILTERS, HubQuery } from "./use-repositories";

/** As many as fit beside the first rows of cards. */
const FEW = 12;
const FEW_MORE = 6;

interface FiltersProps {
  list: RepositoryPage | undefined;
  query: HubQuery;
  onChange: (changes: Record<string, string | undefined>) => void;
  /** On a narrow page the sort is here too. */
  sorted?: boolean;
}

/** Kinds and categories with their counts. Each is a link: it can be opened in a tab of its own. */
export default function Filters({ list, query, onChange, sorted }: FiltersProps) {
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
      {(list?.organizations.length ?? 0) > 1 || query.organization ? (
        <Group title={t("publisher")}>
          <Choice name="organization" value="" current={query.organization} label={t("everybody")} />
          {some(list?.organizations ?? [], query.organization).map(({ name, title, count }) => (
            <Choice
              key={name}
              name="organization"
              value={name}
              current={query.organization}
              label={title}
              count={count}
            />
          ))}
        </Group>
      ) : null}
      {(list?.needs.length ?? 0) > 0 || query.needs ? (
        <Group title={t("needs")}>
          <Choice name="needs" value="" current={query.needs} label={t("anything")} />
          {some(list?.needs ?? [], query.needs).map(({ name, count }) => (
            <Choice
              key={name}
              name="needs"
              value={name}
              current={query.needs}
              label={needName(name)}
              hint={name}
              count={count}
            />
          ))}
        </Group>
      ) : null}
      <Narrowing
        name="verified"
        current={query.verified}
        title={t("trust")}
        all={t("anybody")}
        only={t("verified")}
        count={list?.verified ?? 0}
      />
      {list?.signed || query.signed ? (
        <Narrowing
          name="signed"
          current={query.signed}
          title={t("signature")}
          all={t("signedOrNot")}
          only={t("signedOnly")}
          count={list?.signed ?? 0}
        />
      ) : null}
      <ul>
        {(["publish", "organizations"] as const).map((page) => (
          <li key={page}>
            <AppLink
              to={`/hub/-/${page}`}
              className="flex h-8 items-center rounded-md px-2 text-muted hover:bg-hover"
            >
              {t(page === "publish" ? "publishImage" : page)}
            </AppLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The first few, and the chosen one. */
function some<Item extends { name: string }>(items: Item[], chosen: string): Item[] {
  return items.filter(({ name }, at) => at < FEW_MORE || name === chosen);
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div>
      <h2 className="mb-1 px-2 text-xs font-medium text-muted">{title}</h2>
      <ul>{children}</ul>
    </div>
  );
}

interface NarrowingProps extends Pick<ChoiceProps, "name" | "current" | "count"> {
  title: string;
  all: string;
  only: string;
}

/** All, or only those of which something is so. */
function Narrowing({ name, current, title, all, only, count }: NarrowingProps) {
  return (
    <Group title={title}>
      <Choice name={name} value="" current={current} label={all} />
      <Choice name={name} value="true" current={current} label={only} count={count} />
    </Group>
  );
}

interface ChoiceProps {
  name: (typeof FILTERS)[number];
  value: string;
  current: string;
  label: string;
  /** The whole name, where the label is a part of it. */
  hint?: string;
  count?: number;
}

function Choice({ name, value, current, label, hint, count }: ChoiceProps) {
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
        <span className="min-w-0 flex-1 truncate" title={hint}>
          {label}
        </span>
        {count === undefined ? null : (
          <span className={cx("text-sm tabular-nums", !chosen && "text-muted")}>{count}</span>
        )}
      </AppLink>
    </li>
  );
}
