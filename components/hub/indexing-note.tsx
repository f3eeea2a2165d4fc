"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RefreshCw, TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { AppLink } from "@/components/data/navigation";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import type { IndexingView } from "@/lib/model/repository-views";

const LOOK_AGAIN_MS = 120_000;
/** While a check was asked for. */
const LOOK_SOON_MS = 1_000;
/** A registry that says nothing for so long is said to be slow; the manager goes on by itself. */
const PATIENCE_MS = 20_000;
const SIGN_IN = new Set(["Unauthorized", "Denied"]);

/** When the image's registry was looked at, and what stands in the way; publishers have it looked at now. */
export default function IndexingNote({ org, repo, tags }: { org: string; repo: string; tags: number }) {
  const t = useTranslations("image.indexing");
  const path = apiPath("hub", "repositories", org, repo, "indexing");
  const client = useQueryClient();
  // Begins as the image's own key does, and so is asked again when the catalogue changes.
  const queryKey = ["repository", org, repo, { of: "indexing" }];
  /** A check that somebody asked for: it is done when `checkedAt` is another than before. */
  const [asked, setAsked] = useState<{ before: string | undefined; late?: true }>();
  const waitingFor = (now: IndexingView | undefined) =>
    asked !== undefined && !asked.late && now?.checkedAt === asked.before;
  const { data } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api<IndexingView>("GET", path, undefined, { signal }),
    refetchInterval: ({ state }) => (waitingFor(state.data) ? LOOK_SOON_MS : LOOK_AGAIN_MS),
  });
  const check = useMutation({
    mutationFn: () => api<IndexingView>("POST", path),
    onMutate: () => setAsked({ before: data?.checkedAt }),
    onError: () => setAsked(undefined),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
  useEffect(() => {
    if (!asked || asked.late) return;
    const timer = setTimeout(() => setAsked({ ...asked, late: true }), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [asked]);
  if (!data || data.state === "content") return null;

  const waiting = waitingFor(data);
  const done = asked !== undefined && data.checkedAt !== asked.before;
  const { state, checkedAt, mayCheck } = data;
  const button = mayCheck ? (
    <Button
      size="sm"
      variant={state === "failed" ? "secondary" : "quiet"}
      icon={<RefreshCw size={14} aria-hidden />}
      loading={check.isPending || waiting}
      onClick={() => check.mutate()}
    >
      {t("check")}
    </Button>
  ) : null;
  // An age that goes on growing is not announced; what somebody waits for is.
  const checked = (
    <>
      <span role="status" className={done ? "sr-only" : undefined}>
        {done ? t("done") : waiting ? t("checking") : asked ? t("slow") : null}
      </span>
      {asked && !done ? null : (
        <span>
          {checkedAt ? t.rich("checked", { time: () => <RelativeTime value={checkedAt} /> }) : t("pending")}
        </span>
      )}
    </>
  );
  return (
    <div className="mt-4">
      {state === "failed" ? (
        <Failure org={org} tags={tags} indexing={data}>
          <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1">
            {button}
            <span className="text-sm text-muted">{checked}</span>
          </div>
        </Failure>
      ) : (
        <p className="flex min-h-8 flex-wrap items-center gap-x-1 text-sm text-muted">
          {checked}
          {button}
        </p>
      )}
      {check.error ? <ErrorState error={check.error} inline /> : null}
    </div>
  );
}

function Failure({
  org,
  tags,
  indexing,
  children,
}: {
  org: string;
  tags: number;
  indexing: IndexingView;
  children: React.ReactNode;
}) {
  const t = useTranslations("image.indexing");
  const { reason = "", since, message, mayCheck } = indexing;
  const known = t.has(`reasons.${reason}`) ? t(`reasons.${reason}`) : t("reasons.other");
  return (
    <section
      aria-label={t("trouble")}
      className="flex max-w-prose items-start gap-2 rounded-lg border border-line bg-warn-soft px-4 py-3"
    >
      <TriangleAlert size={18} aria-hidden className="mt-0.5 shrink-0 text-warn" />
      <div className="min-w-0 flex-1">
        <p>
          {t.rich("sentence", {
            reason: known,
            stays: t("stays", { count: tags }),
            time: () => <RelativeTime value={since} />,
          })}
        </p>
        {mayCheck && SIGN_IN.has(reason) ? (
          <p className="mt-1">
            <AppLink
              to={`/hub/-/organizations/${org}`}
              className="text-accent-text underline underline-offset-2"
            >
              {t("registries")}
            </AppLink>
          </p>
        ) : null}
        {message ? (
          <details className="mt-1 text-sm">
            <summary className="min-h-6 cursor-pointer text-muted">{t("details")}</summary>
            <p lang="en" className="mt-1 wrap-anywhere">
              {message}
            </p>
          </details>
        ) : null}
        {children}
      </div>
    </section>
  );
}
