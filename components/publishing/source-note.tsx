"use client";
import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, Info } from "lucide-react";
import { useTranslations } from "use-intl";
import { api } from "@/components/data/api";
import { AppLink } from "@/components/data/navigation";
import { ApiProblem } from "@/components/data/problem";
import { useSettled } from "@/components/data/use-settled";
import { whileBusy } from "@/components/data/while-busy";
import { Spinner } from "@/components/ui/spinner";
import type { SourceCheck } from "@/lib/model/source-check";

/** Longer than between two keys. */
const PAUSE_MS = 500;
const FRESH_MS = 30_000;
const GOOD = new Set(["found", "empty"]);
const QUIET = new Set(["not-found"]);

/** What the registry says of what is being typed; says nothing before there is a host and a name. */
export function SourceNote({ organization, source }: { organization: string; source: string }) {
  const t = useTranslations("publishing.source");
  const settled = useSettled(source.trim(), PAUSE_MS);
  const enabled = organization !== "" && /[^\s/]\/\w/.test(settled);
  const { data, error, isFetching } = useQuery({
    queryKey: ["source", organization, settled],
    queryFn: ({ signal }) =>
      api<SourceCheck>("POST", "/api/hub/sources", { organization, source: settled }, { signal }),
    enabled,
    staleTime: FRESH_MS,
    // Questions about what was typed before may still be under way.
    ...whileBusy,
  });
  return (
    <div role="status" className="text-sm *:mt-2">
      {enabled && isFetching && !data ? (
        <p className="flex animate-late items-start gap-1.5 text-muted">
          <Spinner />
          {t("asking")}
        </p>
      ) : enabled && data ? (
        <Answer check={data} organization={organization} />
      ) : enabled && error ? (
        <p className="flex items-start gap-1.5 text-muted">
          <Info size={16} aria-hidden className="mt-0.5 shrink-0" />
          {(error instanceof ApiProblem ? error.field("source") : undefined) ?? t("unknown")}
        </p>
      ) : null}
    </div>
  );
}

function Answer({ check, organization }: { check: SourceCheck; organization: string }) {
  const t = useTranslations("publishing.source");
  const { state, registry, tags } = check;
  const good = GOOD.has(state);
  const Icon = good ? CircleCheck : QUIET.has(state) ? Info : CircleAlert;
  const tone = good ? "text-ok" : QUIET.has(state) ? "text-muted" : "text-warn";
  return (
    <div className="flex items-start gap-1.5">
      <Icon size={16} aria-hidden className={`mt-0.5 shrink-0 ${tone}`} />
      <p className="min-w-0 wrap-anywhere">
        {t(`states.${state}`, { registry, tags, organization })}
        {state === "credentials" || state === "refused" ? (
          <>
            {" "}
            <AppLink
              to={`/hub/-/organizations/${organization}`}
              className="text-accent-text underline underline-offset-2"
            >
              {t("registries", { organization })}
            </AppLink>
          </>
        ) : null}
      </p>
    </div>
  );
}
