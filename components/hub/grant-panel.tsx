"use client";
import { useQuery } from "@tanstack/react-query";
import { CircleAlert, Dot } from "lucide-react";
import { useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { Reason } from "@/components/i18n/reason";
import { Badge } from "@/components/ui/badge";
import { CopyButton } from "@/components/ui/copy-button";
import { ErrorState } from "@/components/ui/error-state";
import type { GrantView, RepositoryDetail } from "@/lib/model/repository-views";

/** For administrators: what allowing a provider or shared image means, exactly, and the file that does it. */
export function GrantPanel({ detail }: { detail: RepositoryDetail }) {
  const t = useTranslations("hub.grant");
  const { org, repo } = detail.card;
  const path = `${apiPath("hub", "repositories", org, repo, "grant")}?tag=${encodeURIComponent(detail.tag)}`;
  const { data, error, refetch } = useQuery({
    queryKey: ["grant", org, repo, detail.tag],
    queryFn: ({ signal }) => api<GrantView>("GET", path, undefined, { signal }),
  });
  if (error) return <ErrorState error={error} onRetry={() => refetch()} />;
  if (!data) return null;
  return (
    <section className="mt-8">
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="font-semibold">{t("title")}</h3>
        {data.granted === undefined ? null : (
          <Badge tone={data.granted ? "ok" : "warn"}>{t(data.granted ? "granted" : "missing")}</Badge>
        )}
      </div>
      <p className="mt-1 max-w-prose text-muted">{t("hint")}</p>
      <ul className="mt-3 flex max-w-prose flex-col gap-2">
        {data.rights.map((right) => (
          <li key={right.message} className="flex items-start gap-2">
            {right.level === "warning" ? (
              <CircleAlert size={18} aria-hidden className="mt-0.5 shrink-0 text-warn" />
            ) : (
              <Dot size={18} aria-hidden className="mt-0.5 shrink-0 text-muted" />
            )}
            <span className="min-w-0 wrap-anywhere">
              <Reason of={right} />
            </span>
          </li>
        ))}
      </ul>
      <div className="mt-4 flex items-center justify-between gap-2">
        <code className="font-mono text-sm text-muted">kubectl apply -f {`${org}.${repo}.yaml`}</code>
        <CopyButton text={data.file} label={t("copy")} />
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached with the keyboard
        tabIndex={0}
        className="mt-2 max-h-96 overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-sm"
      >
        {data.file}
      </pre>
    </section>
  );
}
