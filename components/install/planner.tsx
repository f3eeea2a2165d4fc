"use client";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { ApiProblem } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import { useReason } from "@/components/i18n/reason";
import { cx } from "@/components/ui/cx";
import { ErrorState } from "@/components/ui/error-state";
import type { InputDeclaration, ProviderChoice } from "@/lib/model/resources";
import { faultsOf, initialValues, toSend, type Values } from "./inputs";
import { InputsForm } from "./inputs-form";
import { PlanPanel } from "./plan-panel";
import { usePlan } from "./use-plan";

export interface Submission {
  inputs: Values;
  secretInputs: Values;
  /** Of the image that the plan was made for. */
  digest?: string | undefined;
  /** Objects (`Kind/name`) that the person lets be made anew. */
  recreate?: readonly string[];
  /** Which images bring kinds that it needs; absent where nothing was chosen. */
  providers?: readonly ProviderChoice[];
}

interface PlannerProps {
  image: string;
  /** The installation's name, when it is there already. */
  name?: string;
  inputs: readonly InputDeclaration[];
  current?: Values;
  /** Secret inputs that are set already. */
  kept?: ReadonlySet<string>;
  /** Inputs that the installed version does not have. */
  fresh?: ReadonlySet<string>;
  /** What the installation chooses already. */
  chosen?: readonly ProviderChoice[] | undefined;
  generated?: readonly { name: string; description?: string }[];
  busy: boolean;
  /** What pressing the button answered. */
  problem: unknown;
  onSubmit: (submission: Submission) => void;
  /** Draws the button, told whether pressing it makes sense and whether the fields differ from how they began. */
  actions: (state: { ready: boolean; changed: boolean; submit: () => void }) => ReactNode;
  above?: ReactNode;
  /** Before a link leads away. */
  onLeave?: () => void;
}

const NONE: ReadonlySet<string> = new Set();

/** The form and, beside it and always in view, what it would do. */
export function Planner({
  image,
  name,
  inputs,
  current,
  kept = NONE,
  fresh = NONE,
  chosen,
  generated,
  busy,
  problem,
  onSubmit,
  actions,
  above,
  onLeave,
}: PlannerProps) {
  const t = useTranslations("installation");
  const { namespace } = useSession();
  const [begun] = useState<Values>(() => initialValues(inputs, current));
  const [values, setValues] = useState(begun);
  const [left, setLeft] = useState<ReadonlySet<string>>(NONE);
  const [tried, setTried] = useState(false);
  const [recreate, setRecreate] = useState<readonly string[]>([]);
  const [providers, setProviders] = useState(chosen);
  const faults = useMemo(() => faultsOf(inputs, values, kept), [inputs, values, kept]);
  const incomplete = Object.keys(faults).length > 0;
  const send = useMemo(() => toSend(inputs, values), [inputs, values]);
  const words = useReason();
  const { plan, error, stale, retry } = usePlan(
    namespace,
    incomplete
      ? undefined
      : {
          image,
          inputs: { ...send.inputs, ...send.secretInputs },
          ...(name ? { name } : {}),
          ...(recreate.length > 0 ? { recreate } : {}),
          ...(providers ? { providers } : {}),
        },
  );

  const errors: Record<string, string> = {};
  for (const [field, fault] of Object.entries(faults)) {
    if (tried || (left.has(field) && fault !== "missing")) errors[field] = t(`faults.${fault}`);
  }
  const known = new Set(inputs.map((input) => input.name));
  const fields = [problem, error].flatMap((each) =>
    each instanceof ApiProblem ? (each.problem.fields ?? []) : [],
  );
  for (const said of fields) {
    const input = said.field.replace(/^(spec\.)?inputs\./, "");
    if (known.has(input)) errors[input] ??= words(said);
  }
  const elsewhere = (each: unknown) =>
    !(each instanceof ApiProblem) ||
    !each.problem.fields?.length ||
    each.problem.fields.some(({ field }) => !known.has(field.replace(/^(spec\.)?inputs\./, "")));

  /** Nothing to fill in: the plan has the place to itself. */
  const bare = inputs.length === 0 && (generated?.length ?? 0) === 0 && !above;

  const changed = providers !== chosen || inputs.some(({ name: input }) => values[input] !== begun[input]);
  const ready = !incomplete && !stale && plan?.possible === true && !error;
  const submit = () => {
    setTried(true);
    if (ready && !busy)
      onSubmit({
        ...send,
        digest: plan.digest,
        ...(recreate.length > 0 ? { recreate } : {}),
        ...(providers && providers !== chosen ? { providers } : {}),
      });
  };

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      className="@container"
    >
      <div
        className={cx(
          "grid gap-x-8 gap-y-6",
          !bare &&
            (inputs.length === 0
              ? "@2xl:grid-cols-[minmax(0,280px)_minmax(0,1fr)]"
              : "@2xl:grid-cols-[minmax(0,1fr)_minmax(300px,380px)]"),
        )}
      >
        <div className={cx("min-w-0", bare && !problem && "hidden")}>
          {above}
          <InputsForm
            inputs={inputs}
            values={values}
            errors={errors}
            kept={kept}
            fresh={fresh}
            {...(generated ? { generated } : {})}
            disabled={busy}
            onChange={(field, value) => setValues((now) => ({ ...now, [field]: value }))}
            onLeave={(field) => setLeft((now) => new Set(now).add(field))}
          />
          {problem && elsewhere(problem) ? (
            <div className="mt-4">
              <ErrorState error={problem} inline />
            </div>
          ) : null}
        </div>
        <div
          className={cx(
            "min-w-0",
            !bare &&
              "border-t border-line pt-5 @2xl:sticky @2xl:top-0 @2xl:max-h-[calc(86dvh-170px)] @2xl:self-start @2xl:overflow-y-auto @2xl:border-t-0 @2xl:border-l @2xl:pt-0 @2xl:pl-8",
          )}
        >
          <PlanPanel
            onLeave={onLeave}
            plan={plan}
            error={error && elsewhere(error) ? error : null}
            stale={stale}
            incomplete={incomplete || (error ? !elsewhere(error) : false)}
            onRetry={retry}
            chosen={providers}
            onChoose={(kind, image) =>
              setProviders((now = []) => [...now.filter((each) => each.kind !== kind), { kind, image }])
            }
            {...(name ? { onRecreate: (object: string) => setRecreate((now) => [...now, object]) } : {})}
          />
        </div>
      </div>
      <div className="sticky -bottom-5 z-10 -mx-6 mt-5 -mb-5 flex flex-wrap items-center justify-end gap-2 border-t border-line bg-surface px-6 py-4 sm:rounded-b-xl">
        {actions({ ready: ready || incomplete, changed, submit })}
      </div>
    </form>
  );
}
