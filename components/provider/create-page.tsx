"use client";
import { useMutation } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useMemo, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { ApiProblem, api } from "@/components/data/api";
import { useNavigation } from "@/components/data/navigation";
import { useSession } from "@/components/data/session";
import { useTopic } from "@/components/data/use-topic";
import { whileBusy } from "@/components/data/while-busy";
import { EstimateNote } from "@/components/estimate/estimate-note";
import { metersOf } from "@/components/estimate/estimate-view";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Spinner } from "@/components/ui/spinner";
import type { InstanceKind } from "@/lib/model/image";
import type { KubernetesObject } from "@/lib/model/kubernetes";
import type { ProviderView } from "@/lib/model/provider-views";
import type { InstanceView } from "@/lib/model/stream";
import { type FormSchema, fillTemplate, leavesOf, nameUses, withDefaults } from "./binding";
import { CountNotice } from "./count-notice";
import { EditorPair } from "./editor-pair";
import { fromForm, fromText } from "./manifest";
import { Back, PageSkeleton } from "./parts";
import { pages, titleOf } from "./titles";
import { instancePath, useManifest } from "./use-manifest";

interface CreatePageProps {
  provider: ProviderView;
  kind: InstanceKind;
}

/** Create an instance: form and YAML in step, checked by the cluster before it is made. */
export default function CreatePage(props: CreatePageProps) {
  const taken = useTopic<InstanceView>(`instances/${props.provider.name}`);
  return taken.ready ? <Editor {...props} taken={taken.items} /> : <PageSkeleton />;
}

interface EditorProps extends CreatePageProps {
  /** What is there already, for a name that is free. */
  taken: ReadonlyMap<string, InstanceView>;
}

function Editor({ provider, kind, taken }: EditorProps) {
  const t = useTranslations("provider");
  const locale = useLocale();
  const { navigate } = useNavigation();
  const { namespace, mayEdit } = useSession();
  const [initial] = useState(() => startText(kind, namespace, taken));
  const rename = useMemo(() => ({ uses: nameUses(kind.template), namespace }), [kind.template, namespace]);
  const state = useManifest(kind, initial, provider.name);
  const [tried, setTried] = useState(false);
  const kindTitle = titleOf(kind, locale);
  const { object, failures, check, manifest, fields } = state;

  const create = useMutation({
    mutationFn: (body: KubernetesObject) =>
      api<{ object: KubernetesObject }>(
        "POST",
        instancePath({ namespace, provider: provider.name, plural: kind.plural, existing: undefined }),
        { object: body },
      ),
    ...whileBusy,
    onSuccess: (answer) =>
      navigate(pages.detail(provider.name, kind.plural, answer.object.metadata.name), { replace: true }),
  });
  // A limit that is reached is told above, as it is now.
  const told = check.error instanceof ApiProblem && check.error.problem.code === "quota-exceeded";
  const problem = create.error ?? (fields.length === 0 && !told ? check.error : null);
  const submit = () => {
    setTried(true);
    if (object && failures.length === 0 && !create.isPending) create.mutate(object);
  };

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      className="flex min-h-full flex-col"
    >
      <div className="mx-auto w-full max-w-[1360px] flex-1 p-4 @3xl:px-8 @3xl:pt-6">
        <Back to={pages.list(provider.name)}>{titleOf(provider, locale)}</Back>
        <h1 className="mt-2 mb-5 text-xl font-semibold">{t("createTitle", { kind: kindTitle })}</h1>
        <CountNotice kind={kind} title={kindTitle} />
        <EditorPair
          kind={kind}
          state={state}
          strict={tried}
          editing={false}
          rename={rename}
          disabled={create.isPending || !mayEdit}
        />
        {problem ? (
          <div className="mt-4">
            <ErrorState
              error={problem}
              {...(create.error ? { title: t("notCreated", { kind: kindTitle }) } : {})}
              inline
            />
          </div>
        ) : null}
      </div>
      <footer className="sticky bottom-0 z-10 border-t border-line bg-surface">
        <div className="mx-auto flex w-full max-w-[1360px] flex-wrap items-center justify-end gap-2 px-4 py-3 @3xl:px-8">
          {check.estimate ? (
            <div className="w-full min-w-0 @2xl:w-auto @2xl:flex-1">
              <EstimateNote
                estimate={check.estimate}
                stale={check.pending || !check.accepted}
                counted={metersOf(provider.metering, kind)}
              />
            </div>
          ) : null}
          <p
            role="status"
            className="flex w-full min-w-0 items-center gap-2 text-muted empty:hidden @2xl:w-auto"
          >
            {check.pending ? (
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
            ) : tried && failures.length > 0 ? (
              t("formFaulty", { count: failures.length })
            ) : null}
          </p>
          <Button onClick={() => navigate(pages.list(provider.name))}>{t("cancel")}</Button>
          <Button
            type="submit"
            variant="primary"
            loading={create.isPending}
            disabled={!mayEdit || manifest.faults.length > 0 || fields.length > 0}
          >
            {t("createNamed", { kind: kindTitle })}
          </Button>
        </div>
      </footer>
    </form>
  );
}

/** The template with a free name and the schema's defaults in it. */
function startText(kind: InstanceKind, namespace: string, taken: ReadonlyMap<string, InstanceView>): string {
  const stem = kind.kind.toLowerCase().replace(/[^a-z0-9]/g, "");
  let number = 1;
  while (taken.has(`${kind.plural}/${stem}-${number}`)) number++;
  const leaves = leavesOf(kind.form as FormSchema);
  const manifest = fromText(fillTemplate(kind.template, { name: `${stem}-${number}`, namespace }), leaves);
  return fromForm(manifest, leaves, withDefaults(leaves, manifest.data)).text;
}
