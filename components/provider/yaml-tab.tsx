"use client";
import { useMutation } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { stringify } from "yaml";
import { api } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import { EstimateNote } from "@/components/estimate/estimate-note";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { cx } from "@/components/ui/cx";
import { Dialog } from "@/components/ui/dialog";
import { ErrorState } from "@/components/ui/error-state";
import { Spinner } from "@/components/ui/spinner";
import type { InstanceKind } from "@/lib/model/image";
import type { KubernetesObject } from "@/lib/model/kubernetes";
import type { ProviderView } from "@/lib/model/provider-views";
import type { InstanceDetail } from "@/lib/model/stream";
import { editable } from "./editable";
import { EditorPair } from "./editor-pair";
import { diffLines } from "./line-diff";
import { instancePath, useManifest } from "./use-manifest";

interface YamlTabProps {
  provider: ProviderView;
  kind: InstanceKind;
  instance: InstanceDetail;
}

/** The object as form and YAML. Changes are tried on the cluster, shown as a diff, and then applied. */
export default function YamlTab(props: YamlTabProps) {
  const t = useTranslations("provider");
  const [base, setBase] = useState(props.instance.object);
  const current = props.instance.object;
  const newer = (current.metadata.generation ?? 0) > (base.metadata.generation ?? 0);
  const moved =
    newer && stringify(editable(base)) !== stringify(editable(current)) ? () => setBase(current) : undefined;
  return (
    <>
      {moved ? (
        <p role="status" className="mb-3 flex flex-wrap items-center gap-3 rounded-md bg-warn-soft px-3 py-2">
          <span className="min-w-0 flex-1">{t("changedMeanwhile")}</span>
          <Button size="sm" onClick={moved}>
            {t("reload")}
          </Button>
        </p>
      ) : null}
      <Editor
        key={base.metadata.resourceVersion ?? ""}
        {...props}
        base={base}
        current={isBefore(current, base) ? base : current}
        onSaved={setBase}
      />
    </>
  );
}

/** Right after saving, the answer is newer than what the stream has brought so far. */
function isBefore(left: KubernetesObject, right: KubernetesObject): boolean {
  return Number(left.metadata.resourceVersion ?? 0) < Number(right.metadata.resourceVersion ?? 0);
}

interface EditorProps extends YamlTabProps {
  /** What the edit began from. */
  base: KubernetesObject;
  /** As it stands now: its version goes with the change, and status updates must not get in the way. */
  current: KubernetesObject;
  onSaved: (object: KubernetesObject) => void;
}

function Editor({ provider, kind, instance, base, current, onSaved }: EditorProps) {
  const t = useTranslations("provider");
  const { namespace, mayEdit } = useSession();
  const [before] = useState(() => stringify(editable(base), { lineWidth: 0, indentSeq: false }));
  const state = useManifest(kind, before, provider.name, current);
  const [reviewing, setReviewing] = useState(false);
  const { manifest, object, check, fields, failures } = state;
  const dirty = manifest.text !== before;
  const save = useMutation({
    mutationFn: (body: KubernetesObject) =>
      api<{ object: KubernetesObject }>(
        "PUT",
        instancePath({ namespace, provider: provider.name, plural: kind.plural, existing: instance.name }),
        {
          object: {
            ...body,
            metadata: { ...body.metadata, resourceVersion: current.metadata.resourceVersion },
          },
        },
      ),
    onSuccess: (answer) => {
      setReviewing(false);
      onSaved(answer.object);
    },
  });
  return (
    <div>
      <EditorPair kind={kind} state={state} strict={dirty} editing disabled={!mayEdit || save.isPending} />
      {check.error && dirty && fields.length === 0 ? (
        <div className="mt-4">
          <ErrorState error={check.error} inline />
        </div>
      ) : null}
      <footer className="sticky bottom-2 z-10 mt-4 flex flex-wrap items-center justify-end gap-2 rounded-lg border border-line bg-surface px-4 py-3 shadow-raised">
        <p role="status" className="mr-auto flex basis-full items-center gap-2 text-muted @lg:basis-auto">
          {!dirty ? (
            t("unchanged")
          ) : check.pending ? (
            <>
              <Spinner size={14} />
              {check.waiting ?? t("checking")}
            </>
          ) : check.accepted ? (
            <>
              <CircleCheck size={16} aria-hidden className="text-ok" />
              {t("accepted")}
            </>
          ) : manifest.faults.length > 0 ? (
            t("yamlFaulty")
          ) : failures.length > 0 ? (
            t("formFaulty", { count: failures.length })
          ) : null}
        </p>
        <CopyButton text={manifest.text} label={t("copyYaml")} />
        <Button size="sm" disabled={!dirty} onClick={() => state.setText(before)}>
          {t("discard")}
        </Button>
        <Button
          size="sm"
          variant="primary"
          disabled={!dirty || !check.accepted || !mayEdit}
          onClick={() => setReviewing(true)}
        >
          {t("review")}
        </Button>
      </footer>
      <Dialog
        open={reviewing}
        onOpenChange={setReviewing}
        size="lg"
        title={t("reviewTitle", { name: instance.name })}
        description={t("reviewHint")}
        footer={
          <>
            <Button onClick={() => setReviewing(false)}>{t("cancel")}</Button>
            <Button variant="primary" loading={save.isPending} onClick={() => object && save.mutate(object)}>
              {t("applyChanges")}
            </Button>
          </>
        }
      >
        <Diff before={before} after={manifest.text} />
        {check.estimate ? (
          <div className="mt-3">
            <EstimateNote estimate={check.estimate} />
          </div>
        ) : null}
        {save.error ? (
          <div className="mt-3">
            <ErrorState error={save.error} inline />
          </div>
        ) : null}
      </Dialog>
    </div>
  );
}

function Diff({ before, after }: { before: string; after: string }) {
  const t = useTranslations("provider");
  return (
    <div className="overflow-x-auto rounded-md border border-line bg-sunken py-2 font-mono text-xs leading-5">
      {diffLines(before, after).map((line, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity of their own
          key={index}
          className={cx(
            "px-3 whitespace-pre",
            line?.kind === "added" && "bg-ok-soft text-ok",
            line?.kind === "removed" && "bg-danger-soft text-danger",
            line === null && "text-muted",
          )}
        >
          {line === null ? (
            "⋯"
          ) : (
            <>
              <span aria-hidden>{line.kind === "added" ? "+ " : line.kind === "removed" ? "− " : "  "}</span>
              {line.kind === "same" ? null : <span className="sr-only">{t(`diff.${line.kind}`)} </span>}
              {line.text}
            </>
          )}
        </div>
      ))}
    </div>
  );
}
