import { useLocale, useTranslations } from "use-intl";
import { cx } from "@/components/ui/cx";
import type { ChangeEstimate, EstimatedObject } from "@/lib/model/estimate";
import type { MeterDeclaration } from "@/lib/model/image";
import { difference, sizesOf } from "./estimate-view";

interface EstimateNoteProps {
  estimate: ChangeEstimate;
  /** It belongs to what was there before the last keystroke. */
  stale?: boolean;
  /** What is new is beside the instance that people look at, such as a copy of it. */
  beside?: boolean;
  /** What is counted of it as it is used, which nobody knows before. */
  counted?: readonly MeterDeclaration[];
  className?: string;
}

/** What a change makes of requests and cost, before it is made; nothing where there is nothing to tell. */
export function EstimateNote({
  estimate,
  stale = false,
  beside = false,
  counted = [],
  className,
}: EstimateNoteProps) {
  const t = useTranslations("provider.estimate");
  const locale = useLocale();
  const { objects, unread } = estimate;
  if (objects.length + unread.length === 0) return null;
  return (
    <section
      aria-label={t("title")}
      aria-live="polite"
      className={cx("flex min-w-0 flex-col gap-1 transition-opacity", stale && "opacity-60", className)}
    >
      {objects.map((object) => (
        <Told
          key={`${object.kind}/${object.name}`}
          object={object}
          named={beside && object.before === undefined}
        />
      ))}
      {unread.map(({ kind, name }) => (
        <p key={`${kind}/${name}`} className="text-sm text-muted">
          {t("unread", { kind, name })}
        </p>
      ))}
      {counted.map((meter) => (
        <p key={meter.name} className="text-sm text-muted">
          {t("counted", { title: meter.i18n?.[locale]?.title ?? meter.title, unit: meter.unit })}
        </p>
      ))}
    </section>
  );
}

function Told({
  object: { kind, name, before, after, expected },
  named,
}: {
  object: EstimatedObject;
  named: boolean;
}) {
  const t = useTranslations("provider.estimate");
  const locale = useLocale();
  const sizes = sizesOf(before, after, locale);
  const more = difference(before, after);
  const money = (micros: number, signed = false) =>
    new Intl.NumberFormat(locale, {
      ...{ style: "currency", currency: after.cost?.currency ?? "XXX" },
      ...(signed && { signDisplay: "exceptZero" }),
    }).format(micros / 1_000_000);
  const now = before?.cost && money(before.cost.monthlyMicros);
  const priced = after.cost && money(after.cost.monthlyMicros);
  const then = priced && after.least ? t("atLeast", { amount: priced }) : priced;
  return (
    <div>
      {named ? (
        <p className="text-sm text-muted wrap-anywhere">{t(expected ? "expected" : "new", { kind, name })}</p>
      ) : null}
      {then && sizes.length > 0 ? (
        <p className="flex flex-wrap items-baseline gap-x-2 tabular-nums">
          <span className="font-medium">
            {more === undefined || more === 0 || now === undefined
              ? t("monthly", { amount: then })
              : t("monthlyMoves", { before: now, after: then })}
          </span>
          {more === undefined ? null : more === 0 ? (
            <span className="text-sm text-muted">{t("same")}</span>
          ) : (
            <span className="text-sm text-muted">{money(more, true)}</span>
          )}
        </p>
      ) : null}
      <p className="flex flex-wrap gap-x-3 text-sm text-muted tabular-nums">
        {sizes.length === 0 ? t("nothing") : null}
        {sizes.map(({ size, before: was, after: is }) => (
          <span key={size} className="whitespace-nowrap">
            {t(`sizes.${size}`, { amount: was === undefined ? is : t("moves", { before: was, after: is }) })}
          </span>
        ))}
        {after.least && !after.cost ? <span>{t("least")}</span> : null}
      </p>
      {before && after.storage < before.storage ? (
        <p className="text-sm text-muted">{t("volumesStay")}</p>
      ) : null}
    </div>
  );
}
