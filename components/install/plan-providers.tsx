"use client";
import { useId } from "react";
import { useLocale, useTranslations } from "use-intl";
import { Reason } from "@/components/i18n/reason";
import { titleOf } from "@/components/provider/titles";
import { Badge } from "@/components/ui/badge";
import { cx } from "@/components/ui/cx";
import type { PlannedProvider } from "@/lib/model/plan";
import type { ProviderChoice } from "@/lib/model/resources";
import { isProviderChoice } from "@/lib/model/ways";
import { Part } from "./plan-part";

interface ProvidersPartProps {
  providers: readonly PlannedProvider[];
  /** What was chosen since the plan was made. */
  chosen?: readonly ProviderChoice[] | undefined;
  /** Absent where the plan is only looked at. */
  onChoose: ((kind: string, image: string) => void) | undefined;
}

/** Kinds that several images could bring: which is taken and why, and the others to choose from. */
export function ProvidersPart({ providers, chosen = [], onChoose }: ProvidersPartProps) {
  const t = useTranslations("installation");
  const open = providers.filter(({ offers, reason }) => offers.length > 1 || isProviderChoice(reason));
  if (open.length === 0) return null;
  return (
    <Part title={t("plan.providers")}>
      <div className="flex flex-col gap-4">
        {open.map((each) => (
          <Choice
            key={each.kind}
            provider={each}
            chosen={chosen.find(({ kind }) => kind === each.kind)?.image}
            onChoose={onChoose}
          />
        ))}
      </div>
    </Part>
  );
}

function Choice({
  provider,
  chosen,
  onChoose,
}: { provider: PlannedProvider; chosen: string | undefined } & Pick<ProvidersPartProps, "onChoose">) {
  const t = useTranslations("installation");
  const locale = useLocale();
  const name = useId();
  const { kind, what, offers, taken, reason } = provider;
  const settled =
    reason === "offer-served" || offers.some(({ image, installed }) => installed && image === taken);
  // The press of a button shows before the plan of it is there.
  const marked = !settled && offers.some(({ image }) => image === chosen) ? chosen : taken;
  return (
    <fieldset>
      <legend className="wrap-break-word">{t("plan.bringsKind", { what })}</legend>
      <p className="mb-1.5 text-sm text-muted wrap-break-word" aria-live="polite">
        <Reason of={provider} />
      </p>
      <ul className="flex flex-col gap-1">
        {offers.map(({ image, trusted, installed, ...named }) => (
          <li key={image}>
            <label
              className={cx(
                "flex min-h-8 items-start gap-2 rounded-md border px-3 py-2",
                image === marked ? "border-accent bg-accent-soft" : "border-line",
                settled || !onChoose ? "" : "cursor-pointer hover:bg-hover",
              )}
            >
              <input
                type="radio"
                name={name}
                className="mt-1 shrink-0 accent-accent"
                checked={image === marked}
                disabled={settled || !onChoose || !trusted}
                onChange={() => onChoose?.(kind, image)}
              />
              <span className="min-w-0 flex-1">
                <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
                  <span className="wrap-break-word">{titleOf(named, locale)}</span>
                  {installed ? <Badge tone="ok">{t("plan.offerInstalled")}</Badge> : null}
                  {trusted ? null : <Badge tone="warn">{t("plan.offerUntrusted")}</Badge>}
                </span>
                <span className="block font-mono text-xs text-muted wrap-anywhere">{image}</span>
              </span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
