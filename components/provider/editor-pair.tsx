"use client";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { cx } from "@/components/ui/cx";
import { Skeleton } from "@/components/ui/skeleton";
import type { InstanceKind } from "@/lib/model/image";
import type { FormSchema, NameUse } from "./binding";
import { failureWords } from "./failure-words";
import { formErrors, marksOf } from "./manifest";
import type { useManifest } from "./use-manifest";

const InstanceForm = lazy(() => import("./instance-form"));
const YamlEditor = lazy(() => import("./yaml-editor"));

interface EditorPairProps {
  kind: InstanceKind;
  state: ReturnType<typeof useManifest>;
  /** The form shows its own errors only after a first try or an edit there. */
  strict: boolean;
  editing: boolean;
  rename?: { uses: readonly NameUse[]; namespace: string };
  disabled?: boolean;
}

/** Form and YAML in step: side by side when there is room, else one at a time. */
export function EditorPair({ kind, state, strict, editing, rename, disabled = false }: EditorPairProps) {
  const t = useTranslations("provider");
  const [side, setSide] = useState<"form" | "yaml">("form");
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const { manifest, leaves, failures, fields } = state;

  const { placed, rest } = useMemo(() => formErrors(leaves, fields), [leaves, fields]);
  const shown = [
    ...failures
      .filter((failure) => strict || (touched.has(failure.path[0] ?? "") && failure.keyword !== "required"))
      .map((failure) => ({ path: failure.path, message: failureWords(t, failure) })),
    ...placed,
  ];
  const marks = useMemo(
    () =>
      manifest.faults.length > 0
        ? manifest.faults.map((fault) =>
            fault.message === "not an object" ? { ...fault, message: t("notAnObject") } : fault,
          )
        : marksOf(manifest.text, fields),
    [manifest.faults, manifest.text, fields, t],
  );
  const broken = manifest.faults.length > 0;

  return (
    <div>
      <div
        role="tablist"
        aria-label={t("sides")}
        className="mb-3 inline-flex rounded-md border border-line-strong p-0.5 @4xl:hidden"
      >
        {(["form", "yaml"] as const).map((each) => (
          <button
            key={each}
            type="button"
            role="tab"
            aria-selected={side === each}
            onClick={() => setSide(each)}
            className={cx(
              "h-8 rounded-sm px-4",
              side === each ? "bg-accent-soft font-medium text-accent-text" : "text-muted",
            )}
          >
            {t(`side.${each}`)}
          </button>
        ))}
      </div>
      <div className="grid items-start gap-6 @4xl:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
        <div
          className={cx(
            "rounded-lg border border-line bg-surface p-5",
            side === "yaml" && "hidden @4xl:block",
          )}
        >
          {broken ? (
            <p role="status" className="mb-4 rounded-md bg-warn-soft px-3 py-2">
              {t("mendYaml")}
            </p>
          ) : null}
          {rest.length > 0 ? (
            <ul role="alert" className="mb-4 rounded-md bg-danger-soft px-3 py-2">
              {rest.map((error) => (
                <li key={`${error.field} ${error.message}`} className="wrap-break-word">
                  <code className="font-mono text-sm">{error.field}</code>: {error.message}
                </li>
              ))}
            </ul>
          ) : null}
          <Suspense fallback={<FormSkeleton />}>
            <InstanceForm
              schema={kind.form as FormSchema}
              data={manifest.data}
              errors={shown}
              editing={editing}
              disabled={disabled || broken}
              onChange={(data) => {
                setTouched((now) => changed(now, manifest.data, data));
                state.setForm(data, rename);
              }}
            />
          </Suspense>
        </div>
        <section
          aria-label="YAML"
          className={cx(
            "h-[min(70dvh,720px)] overflow-hidden rounded-lg border border-line bg-surface @4xl:sticky @4xl:top-4",
            side === "form" && "hidden @4xl:block",
          )}
        >
          <Suspense fallback={<Skeleton className="m-4 h-40" />}>
            <YamlEditor
              label={t("yamlOf", { kind: kind.kind })}
              value={manifest.text}
              marks={marks}
              readOnly={disabled}
              onChange={state.setText}
            />
          </Suspense>
        </section>
      </div>
    </div>
  );
}

/** The fields that differ between two states of the form join those touched before. */
function changed(
  touched: ReadonlySet<string>,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
) {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const fresh = [...names].filter((name) => before[name] !== after[name] && !touched.has(name));
  return fresh.length > 0 ? new Set([...touched, ...fresh]) : touched;
}

function FormSkeleton() {
  return (
    <div className="flex flex-col gap-5">
      {["a", "b", "c", "d"].map((key) => (
        <div key={key}>
          <Skeleton className="h-4 w-28" />
          <Skeleton className="mt-2 h-9 w-full" />
        </div>
      ))}
    </div>
  );
}
