"use client";
import { Download } from "lucide-react";
import { useTranslations } from "use-intl";
import { download } from "@/components/data/download";
import { Button } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { Menu } from "@/components/ui/menu";
import { Select } from "@/components/ui/select";
import { doors } from "@/lib/model/door";
import {
  choices,
  type TimelineEntry,
  type TimelineFilter,
  type TimelineKind,
  timelineKinds,
} from "@/lib/model/timeline";
import { timelineCsv } from "@/lib/model/timeline-csv";

interface ToolbarProps {
  entries: readonly TimelineEntry[];
  /** Those that the filter leaves; what is exported. */
  shown: readonly TimelineEntry[];
  filter: TimelineFilter;
  onFilter: (filter: TimelineFilter) => void;
  /** Name of an exported file, without its ending. */
  file: string;
}

/** By kind, door and person; and what is left as a file. */
export function Toolbar({ entries, shown, filter, onFilter, file }: ToolbarProps) {
  const t = useTranslations("timeline");
  const offered = choices(entries);
  const toggle = (kind: TimelineKind) => {
    const has = filter.kinds.includes(kind);
    onFilter({
      ...filter,
      kinds: timelineKinds.filter((each) => (each === kind ? !has : filter.kinds.includes(each))),
    });
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <fieldset className="flex flex-wrap gap-1.5">
        <legend className="sr-only">{t("kindsTitle")}</legend>
        {timelineKinds.map((kind) => (
          <button
            key={kind}
            type="button"
            aria-pressed={filter.kinds.includes(kind)}
            onClick={() => toggle(kind)}
            className={cx(
              "h-8 rounded-full border px-3 text-sm transition-colors",
              filter.kinds.includes(kind)
                ? "border-accent bg-accent-soft text-accent-text"
                : "border-line-strong text-muted hover:bg-hover",
            )}
          >
            {t(`kinds.${kind}`)}
          </button>
        ))}
      </fieldset>
      <div className="ml-auto flex flex-wrap items-center gap-2 max-sm:ml-0 max-sm:w-full">
        <Select
          label={t("door")}
          hideLabel
          value={filter.door ?? ""}
          className="min-w-36 max-sm:flex-1"
          placeholder={t("allDoors")}
          options={offered.doors.map((door) => ({ value: door, label: t(`doors.${door}`) }))}
          onValueChange={(value) => onFilter({ ...filter, door: doors.find((door) => door === value) })}
        />
        {offered.people.length > 1 ? (
          <Select
            label={t("person")}
            hideLabel
            value={filter.person ?? ""}
            className="min-w-32 max-sm:flex-1"
            placeholder={t("allPeople")}
            options={offered.people.map(({ uid, name }) => ({ value: uid, label: name }))}
            onValueChange={(value) => onFilter({ ...filter, person: value || undefined })}
          />
        ) : null}
        <Menu
          items={[
            {
              label: t("asCsv"),
              onSelect: () => download(`${file}.csv`, "text/csv", timelineCsv(shown)),
            },
            {
              label: t("asJson"),
              onSelect: () =>
                download(`${file}.json`, "application/json", JSON.stringify(shown, undefined, 2)),
            },
          ]}
        >
          <Button icon={<Download size={16} aria-hidden />} disabled={shown.length === 0}>
            {t("export")}
          </Button>
        </Menu>
      </div>
    </div>
  );
}
