"use client";
import { useQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import { useReason } from "@/components/i18n/reason";
import { isStuck } from "@/components/pods/state";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { ErrorState } from "@/components/ui/error-state";
import { EventList } from "@/components/ui/event-list";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { StatusMark } from "@/components/ui/status-badge";
import type { TroubledContainer, Troubleshooting } from "@/lib/model/troubleshooting";
import { type TroubleWords, troubleshootingText, troubleWords } from "@/lib/model/troubleshooting-text";

/** As an installation goes through them; what else there is comes last. */
const ORDER = ["Resolved", "ProviderReady", "Applied", "Healthy", "Ready"];

function inOrder(conditions: Troubleshooting["conditions"]): Troubleshooting["conditions"] {
  const place = (type: string) => ORDER.indexOf(type) + 1 || ORDER.length + 1;
  return [...conditions].sort((a, b) => place(a.type) - place(b.type));
}

/** Everything that tells how an installation fares, in one place, to look at or to copy for somebody who helps. */
export default function TroubleshootTab({ name, version }: { name: string; version: string }) {
  const t = useTranslations("installation.troubleshoot");
  const say = useReason();
  const { namespace } = useSession();
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ["troubleshooting", namespace, name, version],
    queryFn: ({ signal }) =>
      api<Troubleshooting>(
        "GET",
        apiPath("namespaces", namespace, "installations", name, "troubleshooting"),
        undefined,
        { signal },
      ),
    placeholderData: (before) => before,
    staleTime: 0,
  });
  if (error && !data) return <ErrorState error={error} title={t("unreadable")} onRetry={refetch} inline />;
  if (!data) return <Skeleton className="h-64 w-full" />;
  const words = Object.fromEntries(troubleWords.map((word) => [word, t(word)])) as TroubleWords;
  const unwell = data.objects.filter(({ health }) => health !== "Current");
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center gap-2">
        <CopyButton text={troubleshootingText(data, words, say)} label={t("copy")} />
        <Button
          size="sm"
          loading={isFetching}
          icon={<RotateCw size={14} aria-hidden />}
          onClick={() => refetch()}
        >
          {t("again")}
        </Button>
        <span className="text-sm text-muted">
          <RelativeTime value={data.at} /> · {t("masked")}
        </span>
      </div>
      {data.said.message ? (
        <p className="max-w-prose wrap-anywhere">
          {say(data.said)}
          {data.said.object ? (
            <span className="block text-sm text-muted">
              {data.said.object.kind} <span className="font-mono">{data.said.object.name}</span>
            </span>
          ) : null}
        </p>
      ) : null}
      <Section title={t("conditions")}>
        <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
          {inOrder(data.conditions).map(({ type, status, reason, message, since }) => (
            <li key={type} className="flex gap-3 px-4 py-2.5">
              <span className="mt-1.5">
                <StatusMark
                  status={status === "True" ? "Running" : status === "False" ? "Warning" : "Unknown"}
                />
              </span>
              <p className="min-w-0 flex-1 wrap-anywhere">
                <span className="font-medium">{type}</span>{" "}
                <span className="text-sm text-muted">{reason}</span>
                {message ? (
                  <span className="block text-sm">
                    {say(message === data.said.message ? data.said : { message })}
                  </span>
                ) : null}
              </p>
              <RelativeTime value={since} className="shrink-0 text-sm text-muted" />
            </li>
          ))}
        </ul>
      </Section>
      <Section title={t("objects")}>
        <p>{t("objectsWell", { well: data.objects.length - unwell.length, total: data.objects.length })}</p>
        {unwell.length > 0 ? (
          <ul className="mt-2 divide-y divide-line rounded-lg border border-line bg-surface">
            {unwell.map((object) => (
              <li key={`${object.apiVersion} ${object.kind}/${object.name}`} className="px-4 py-2.5">
                <span className="font-mono text-sm wrap-anywhere">
                  {object.kind}/{object.name}
                </span>
                <span className="block wrap-anywhere">{say(object)}</span>
              </li>
            ))}
          </ul>
        ) : null}
      </Section>
      <Section title={t("pods")}>
        {data.logs === "withheld" ? <p className="mb-2 text-muted">{t("withheld")}</p> : null}
        {data.logs === "too-many-secrets" ? <p className="mb-2 text-muted">{t("tooManySecrets")}</p> : null}
        {data.pods.length === 0 ? <p className="text-muted">{t("nothing")}</p> : null}
        <ul className="flex flex-col gap-3">
          {data.pods.map((pod) => (
            <li key={pod.name} className="rounded-lg border border-line bg-surface px-4 py-3">
              <p className="flex flex-wrap gap-x-2">
                <span className="min-w-0 font-mono text-sm wrap-anywhere">{pod.name}</span>
                <span className="text-sm text-muted">
                  {pod.phase}
                  {pod.node ? ` · ${pod.node}` : ""}
                </span>
              </p>
              {pod.containers.map((container) => (
                <Container key={container.name} container={container} />
              ))}
            </li>
          ))}
        </ul>
        {data.morePods > 0 ? (
          <p className="mt-2 text-muted">
            {t("morePods")}: {data.morePods}
          </p>
        ) : null}
      </Section>
      <Section title={t("events")}>
        <EventList
          events={data.events.map(({ at, ...event }) => ({ ...event, lastSeen: at }))}
          ready
          empty={t("nothing")}
        />
      </Section>
    </div>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section aria-label={title}>
      <h2 className="mb-2 font-medium">{title}</h2>
      {children}
    </section>
  );
}

function Container({ container }: { container: TroubledContainer }) {
  const t = useTranslations("installation.troubleshoot");
  const { name, image, ready, state, restarts, exitCode, log } = container;
  const well = ready || state === "Completed";
  return (
    <div className="mt-2">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <StatusMark status={well ? "Running" : restarts > 0 || isStuck(state) ? "Failed" : "Pending"} />
        <span className="font-medium">{name}</span>
        <span className="text-sm">{state}</span>
        {restarts > 0 ? (
          <span className="text-sm text-muted tabular-nums">
            {t("restarts")} {restarts}
          </span>
        ) : null}
        {exitCode === undefined ? null : (
          <span className="text-sm text-muted tabular-nums">
            {t("exitCode")} {exitCode}
          </span>
        )}
        <span className="min-w-0 font-mono text-xs text-muted wrap-anywhere">{image}</span>
      </p>
      {log ? (
        <section
          aria-label={`${name}: ${t(log.previous ? "linesBefore" : "lastLines")}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
          tabIndex={0}
          className="mt-1 max-h-48 overflow-auto rounded-md bg-sunken p-2"
        >
          <pre className="font-mono text-xs">{log.text}</pre>
        </section>
      ) : null}
    </div>
  );
}
