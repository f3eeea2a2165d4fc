"use client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Play, Square } from "lucide-react";
import { Suspense, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { ApiProblem, api, apiPath } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import { stream } from "@/components/data/stream";
import { useTopic } from "@/components/data/use-topic";
import { LazyMessages } from "@/components/i18n/messages";
import { useReason } from "@/components/i18n/reason";
import { faultsOf, initialValues, toSend } from "@/components/install/inputs";
import { InputsForm } from "@/components/install/inputs-form";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { StatusMark } from "@/components/ui/status-badge";
import type { ActionRun, ActionSummary } from "@/lib/model/resources";
import type { InstanceDetail } from "@/lib/model/stream";
import { actionTitle } from "./actions";

interface ActionsTabProps {
  actions: readonly ActionSummary[];
  instance: InstanceDetail;
  /** The action whose form is open at first. */
  chosen?: string | undefined;
}

/** What can be done with an instance beyond editing it, and how it went. */
export default function ActionsTab(props: ActionsTabProps) {
  return (
    <Suspense fallback={null}>
      <LazyMessages area="installation">
        <Body {...props} />
      </LazyMessages>
    </Suspense>
  );
}

function Body({ actions, instance, chosen }: ActionsTabProps) {
  const t = useTranslations("provider.runs");
  const locale = useLocale();
  const runs = useTopic<ActionRun>("actionruns");
  const [open, setOpen] = useState(chosen);
  const mine = [...runs.items.values()]
    .filter(({ spec }) => spec.instance?.name === instance.name && spec.instance.kind === instance.kind)
    .sort((a, b) => created(b).localeCompare(created(a)));
  if (actions.length === 0 && mine.length === 0) return <EmptyState title={t("noActions")} />;
  return (
    <div className="flex flex-col gap-6">
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {actions.map((action) => (
          <li key={action.name} className="px-4 py-3">
            <ActionItem
              action={action}
              instance={instance}
              open={open === action.name}
              onOpen={(wanted) => setOpen(wanted ? action.name : undefined)}
            />
          </li>
        ))}
      </ul>
      <section aria-labelledby="runs-title">
        <h2 id="runs-title" className="mb-2 font-medium">
          {t("history")}
        </h2>
        {mine.length === 0 ? (
          <p className="text-muted">{t("noRuns")}</p>
        ) : (
          <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
            {mine.map((run, index) => (
              <Run
                key={run.metadata.uid}
                run={run}
                title={titleIn(actions, run.spec.action, locale)}
                before={mine.slice(index + 1).filter(({ status }) => !status?.finishedAt).length}
              />
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

const created = ({ metadata }: ActionRun) => metadata.creationTimestamp ?? "";

function titleIn(actions: readonly ActionSummary[], name: string, locale: string): string {
  const action = actions.find((each) => each.name === name);
  return action ? actionTitle(action, locale) : name;
}

interface ActionItemProps {
  action: ActionSummary;
  instance: InstanceDetail;
  open: boolean;
  onOpen: (open: boolean) => void;
}

function ActionItem({ action, instance, open, onOpen }: ActionItemProps) {
  const t = useTranslations("provider.runs");
  const locale = useLocale();
  const { mayEdit } = useSession();
  const description = action.i18n?.[locale]?.description ?? action.description;
  const gone = instance.phase === "Deleting";
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <div className="min-w-0 flex-1 basis-56">
          <h3 className="font-medium wrap-break-word">{actionTitle(action, locale)}</h3>
          {description ? <p className="text-muted">{description}</p> : null}
        </div>
        {open ? null : (
          <Button
            aria-label={`${t("choose")}: ${actionTitle(action, locale)}`}
            disabled={!mayEdit || gone}
            onClick={() => onOpen(true)}
          >
            {t("choose")}
          </Button>
        )}
      </div>
      {open ? <FittedForm action={action} instance={instance} onClose={() => onOpen(false)} /> : null}
    </>
  );
}

interface ActionFormProps {
  action: ActionSummary;
  instance: InstanceDetail;
  onClose: () => void;
}

/** The form with the instance's present values, and only with choices that it allows. */
function FittedForm(props: ActionFormProps) {
  const t = useTranslations("provider.runs");
  const { namespace } = useSession();
  const { action, instance } = props;
  const { provider, plural, name } = instance;
  const { data, error, refetch } = useQuery({
    queryKey: ["actions", namespace, provider, plural, name],
    queryFn: ({ signal }) =>
      api<{ actions: ActionSummary[] }>(
        "GET",
        apiPath("namespaces", namespace, "providers", provider, plural, name, "actions"),
        undefined,
        { signal },
      ),
    gcTime: 0,
  });
  if (error)
    return <ErrorState error={error} title={t("notStarted")} inline onRetry={() => void refetch()} />;
  if (!data) return <Skeleton className="mt-4 h-16 max-w-xl" />;
  const fitted = data.actions.find(({ name: each }) => each === action.name) ?? action;
  return <ActionForm {...props} action={fitted} />;
}

function ActionForm({ action, instance, onClose }: ActionFormProps) {
  const t = useTranslations("provider.runs");
  const words = useReason();
  const { namespace } = useSession();
  const inputs = action.inputs ?? [];
  const [values, setValues] = useState(() => initialValues(inputs));
  const [asked, setAsked] = useState(false);
  const faults = faultsOf(inputs, values);
  const start = useMutation({
    mutationFn: () =>
      api<ActionRun>("POST", apiPath("namespaces", namespace, "actionruns"), {
        instance: { apiVersion: instance.apiVersion, kind: instance.kind, name: instance.name },
        action: action.name,
        inputs: toSend(inputs, values).inputs,
      }),
    onSuccess: (run) => {
      stream.accept("actionruns", run.metadata.name, run);
      onClose();
    },
  });
  const refused = start.error instanceof ApiProblem ? (start.error.problem.fields ?? []) : [];
  const errors = Object.fromEntries([
    ...refused.map(({ field, ...said }) => [field, words(said)]),
    ...(asked ? Object.entries(faults).map(([name, fault]) => [name, t(`faults.${fault}`)]) : []),
  ]);
  return (
    <form
      className="mt-4 flex max-w-xl flex-col gap-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (Object.keys(faults).length === 0) start.mutate();
      }}
    >
      {inputs.length > 0 ? (
        <InputsForm
          inputs={inputs}
          values={values}
          onChange={(name, value) => setValues((now) => ({ ...now, [name]: value }))}
          onLeave={() => undefined}
          errors={errors}
          disabled={start.isPending}
        />
      ) : null}
      {start.error ? <ErrorState error={start.error} title={t("notStarted")} inline /> : null}
      <div className="flex gap-2">
        <Button type="submit" variant="primary" disabled={start.isPending}>
          <Play size={16} aria-hidden />
          {t("run")}
        </Button>
        <Button onClick={onClose}>{t("cancel")}</Button>
      </div>
    </form>
  );
}

/** How a run's phases look, in the marks that all states share. */
const MARKS = {
  Pending: "Pending",
  Running: "Updating",
  Succeeded: "Succeeded",
  Failed: "Failed",
  Cancelled: "Stopped",
} as const;

function CancelButton({ run, title }: { run: ActionRun; title: string }) {
  const t = useTranslations("provider.runs");
  const { namespace, mayEdit } = useSession();
  const { name } = run.metadata;
  const cancel = useMutation({
    mutationFn: () =>
      api<ActionRun>("PATCH", apiPath("namespaces", namespace, "actionruns", name), { cancelled: true }),
    onSuccess: (changed) => stream.accept("actionruns", name, changed),
  });
  const going = cancel.isPending || Boolean(run.spec.cancelled);
  return (
    <>
      <Button
        aria-label={t("stopNamed", { title })}
        disabled={!mayEdit || going}
        onClick={() => cancel.mutate()}
      >
        <Square size={14} aria-hidden />
        {t(going ? "stopping" : "stop")}
      </Button>
      {cancel.error ? <ErrorState error={cancel.error} title={t("notStopped")} inline /> : null}
    </>
  );
}

interface RunProps {
  run: ActionRun;
  title: string;
  /** Runs on the same instance whose turn comes first. */
  before: number;
}

function Run({ run, title, before }: RunProps) {
  const t = useTranslations("provider.runs");
  const { status, spec, metadata } = run;
  const phase = status?.phase ?? "Pending";
  const complete = status?.conditions?.find(({ type }) => type === "Complete");
  const given = Object.entries(spec.inputs ?? {});
  return (
    <li className="px-4 py-3" aria-live="polite">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
          <StatusMark status={MARKS[phase]} />
          {t(`phases.${phase}`)}
        </span>
        <span className="min-w-0 font-medium wrap-break-word">{title}</span>
        {given.map(([name, value]) => (
          <code key={name} className="font-mono text-sm text-muted wrap-anywhere">
            {name}={value}
          </code>
        ))}
        <RelativeTime value={metadata.creationTimestamp} className="text-sm text-muted" />
        {phase === "Pending" || phase === "Running" ? <CancelButton run={run} title={title} /> : null}
      </div>
      {phase === "Pending" && before > 0 ? (
        <p className="text-sm text-muted">{t("before", { count: before })}</p>
      ) : null}
      {phase === "Failed" && complete ? (
        <div className="mt-1 text-danger">
          {t.has(`reasons.${complete.reason}`) ? <p>{t(`reasons.${complete.reason}`)}</p> : null}
          <p className="text-sm wrap-anywhere">{complete.message}</p>
        </div>
      ) : null}
      {status?.output ? (
        <pre className="mt-2 max-h-64 overflow-auto rounded-md bg-sunken px-3 py-2 font-mono text-sm wrap-anywhere whitespace-pre-wrap">
          {status.output}
        </pre>
      ) : null}
    </li>
  );
}
