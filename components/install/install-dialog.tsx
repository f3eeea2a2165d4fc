"use client";
import { useMutation } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { useNavigation } from "@/components/data/navigation";
import { useSession } from "@/components/data/session";
import { stream } from "@/components/data/stream";
import { useTopic } from "@/components/data/use-topic";
import type { InstallRequest } from "@/components/hub/install-host";
import { isMoving, phaseOf } from "@/components/hub/launch";
import { imageText, localized } from "@/components/hub/types";
import { useImage } from "@/components/hub/use-image";
import { LazyMessages } from "@/components/i18n/messages";
import { ReasonMessages } from "@/components/i18n/reason";
import { useChange } from "@/components/installation/use-change";
import { AppIcon } from "@/components/ui/app-icon";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton, SkeletonGroup } from "@/components/ui/skeleton";
import { parseImageReference } from "@/lib/model/names";
import type { RepositoryCard, RepositoryDetail } from "@/lib/model/repository-views";
import type { Installation } from "@/lib/model/resources";
import { isProviderChoice } from "@/lib/model/ways";
import { LinkNotice } from "./link-notice";
import { Planner, type Submission } from "./planner";
import { ReleaseNotes } from "./release-notes";
import { StepsPanel } from "./steps-panel";

interface InstallDialogProps {
  request: InstallRequest;
  onClose: () => void;
}

/** Install or update: first the form and the plan, then the progress, in one panel. */
export default function InstallDialog(props: InstallDialogProps) {
  return (
    <Suspense fallback={null}>
      <LazyMessages area="installation">
        <ReasonMessages>
          <Body {...props} />
        </ReasonMessages>
      </LazyMessages>
    </Suspense>
  );
}

function Body({ request, onClose }: InstallDialogProps) {
  const t = useTranslations("installation");
  const locale = useLocale();
  const { card } = request;
  const { title } = localized(card, locale);
  const [name, setName] = useState<string>();
  const [again, setAgain] = useState(false);
  const updating = request.kind === "update";
  const started = name !== undefined && !again;
  const installation = useTopic<Installation>("installations").items.get(name ?? "");
  const done = installation !== undefined && isDone(installation);
  const heading = started
    ? t(updating ? (done ? "updated" : "updating") : done ? "installed" : "installing", { title })
    : t(updating ? "updateTitle" : "installTitle", { title });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size={started || card.mode !== "application" ? "md" : "xl"}
      title={
        <span className="flex items-center gap-3">
          <AppIcon src={card.icon} name={title} size={28} />
          <span className="min-w-0 wrap-break-word">{heading}</span>
        </span>
      }
    >
      {started ? (
        <Progress name={name} request={request} onClose={onClose} onChangeInputs={() => setAgain(true)} />
      ) : (
        <Setup
          request={request}
          onClose={onClose}
          {...(name ? { name } : {})}
          onStarted={(installation) => {
            stream.accept("installations", installation.metadata.name, installation);
            setName(installation.metadata.name);
            setAgain(false);
          }}
        />
      )}
    </Dialog>
  );
}

/** Whether what the status says is about what is wanted now. */
function isSeen({ status, metadata }: Installation): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}

const isDone = (installation: Installation) => isSeen(installation) && phaseOf(installation) === "Running";

interface SetupProps extends InstallDialogProps {
  /** Set when the inputs of an installation that failed are changed. */
  name?: string;
  onStarted: (installation: Installation) => void;
}

function Setup({ request, name, onClose, onStarted }: SetupProps) {
  const t = useTranslations("installation");
  const { namespace } = useSession();
  const locale = useLocale();
  const { card } = request;
  const tag = tagOf(request);
  const { title } = localized(card, locale);
  const installations = useTopic<Installation>("installations");
  const updating = request.kind === "update";
  const existing = name ? installations.items.get(name) : updating ? request.installation : undefined;
  const image = updating ? upgradeImage(request.installation, card, tag) : imageText(card, tag);
  const target = existing?.metadata.name;
  const linked = request.kind === "install" ? request.linked : undefined;
  const current = existing ? existing.spec.inputs : linked?.values;
  const detail = useImage({ org: card.org, repo: card.repo, tag });
  const installedTag = updating ? parseImageReference(request.installation.spec.image)?.tag : undefined;
  // Only to tell which inputs are new.
  const before = useImage(
    installedTag && installedTag !== tag ? { org: card.org, repo: card.repo, tag: installedTag } : undefined,
  );
  const submit = useMutation({
    mutationFn: ({ inputs, secretInputs, digest, recreate, providers }: Submission) =>
      target
        ? api<Installation>("PATCH", apiPath("namespaces", namespace, "installations", target), {
            image,
            inputs: { ...inputs, ...secretInputs },
            digest,
            recreate,
            providers,
          })
        : api<Installation>("POST", apiPath("namespaces", namespace, "installations"), {
            image,
            inputs,
            secretInputs,
            digest,
            providers,
          }),
    onSuccess: onStarted,
  });

  if (detail.error) {
    return (
      <ErrorState
        error={detail.error}
        title={t("imageUnreadable", { image })}
        onRetry={detail.refetch}
        inline
      />
    );
  }
  if (!detail.data) {
    return (
      <SkeletonGroup label={t("plan.working")} className="flex flex-col gap-4 pb-4">
        <Skeleton className="h-9 w-full" />
        <Skeleton className="h-9 w-full" />
        <Skeleton className="h-9 w-2/3" />
      </SkeletonGroup>
    );
  }
  const kept = new Set(
    existing?.spec.inputsFrom?.length
      ? detail.data.inputs.filter((input) => input.secret).map((input) => input.name)
      : [],
  );
  return (
    <Planner
      image={image}
      {...(target ? { name: target } : {})}
      inputs={detail.data.inputs}
      {...(current ? { current } : {})}
      {...(linked && !existing ? { above: <LinkNotice linked={linked} /> } : {})}
      {...(updating
        ? {
            above: (
              <div className="mb-5">
                <ReleaseNotes tag={tag} notes={notesOf(detail.data, tag)} />
              </div>
            ),
          }
        : {})}
      fresh={freshInputs(detail.data, before.data)}
      kept={kept}
      chosen={existing?.spec.providers}
      generated={target ? [] : detail.data.generated}
      busy={submit.isPending}
      onLeave={onClose}
      problem={submit.error}
      onSubmit={(submission) => submit.mutate(submission)}
      actions={({ ready, submit: press }) => (
        <>
          <span className="mr-auto font-mono text-sm text-muted">{image}</span>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button variant="primary" loading={submit.isPending} disabled={!ready} onClick={press}>
            {name
              ? t("apply")
              : t(updating ? "updateNamed" : "installNamed", updating ? { title, tag } : { title })}
          </Button>
        </>
      )}
    />
  );
}

function tagOf(request: InstallRequest): string {
  const available = request.kind === "update" ? request.installation.status?.available?.tag : undefined;
  return request.tag ?? available ?? request.card.latestTag ?? "latest";
}

/** A tag that has moved names the same as before, so its digest says what is wanted. */
function upgradeImage(installation: Installation, card: RepositoryCard, tag: string): string {
  const named = imageText(card, tag);
  const { available } = installation.status ?? {};
  const moved = available?.tag === tag && parseImageReference(installation.spec.image)?.tag === tag;
  return moved ? `${named}@${available.digest}` : named;
}

function notesOf({ tags }: RepositoryDetail, tag: string): string | undefined {
  return tags.find((each) => each.tag === tag)?.releaseNotes;
}

/** Inputs that the installed version does not have. */
function freshInputs(now: RepositoryDetail, before: RepositoryDetail | undefined): ReadonlySet<string> {
  const known = new Set((before ?? now).inputs.map(({ name }) => name));
  return new Set(now.inputs.flatMap(({ name }) => (known.has(name) ? [] : [name])));
}

interface ProgressProps extends InstallDialogProps {
  name: string;
  onChangeInputs: () => void;
}

function Progress({ name, request, onClose, onChangeInputs }: ProgressProps) {
  const t = useTranslations("installation");
  const { openApp, navigate } = useNavigation();
  const installation = useTopic<Installation>("installations").items.get(name);
  const retry = useChange(name);
  const { title } = localized(request.card, useLocale());
  const { org, repo } = request.card;
  const declared = useImage({ org, repo, tag: tagOf(request) }).data?.inputs ?? [];
  if (!installation) return <p className="pb-4 text-muted">{t("gone")}</p>;
  const phase = isSeen(installation) ? phaseOf(installation) : "Installing";
  return (
    <>
      <StepsPanel
        installation={installation}
        ways={{
          onRetry: () => retry.mutate({ retry: true }),
          retrying: retry.isPending,
          ...(declared.length > 0 || isProviderChoice(installation.status?.reason) ? { onChangeInputs } : {}),
          onLeave: onClose,
          ...(request.kind === "update"
            ? {
                onRollBack: () => {
                  onClose();
                  navigate(`/installations/${name}?rollback=before`);
                },
              }
            : {}),
          onUninstall: () => {
            onClose();
            navigate(`/installations/${name}?uninstall=1`);
          },
        }}
      />
      {retry.error ? (
        <div className="mt-3">
          <ErrorState error={retry.error} inline />
        </div>
      ) : null}
      <p role="status" className="mt-4 text-muted">
        {phase === "Running" ? t("doneHint", { title }) : isMoving(phase) ? t("mayClose") : null}
      </p>
      <div className="sticky -bottom-5 z-10 -mx-6 mt-5 -mb-5 flex flex-wrap justify-end gap-2 border-t border-line bg-surface px-6 py-4 sm:rounded-b-xl">
        <Button onClick={onClose}>{t("close")}</Button>
        {phase === "Failed" ? null : (
          <Button
            variant="primary"
            disabled={phase !== "Running" && phase !== "Degraded"}
            onClick={() => {
              onClose();
              openApp(name);
            }}
          >
            {t("openNamed", { title })}
          </Button>
        )}
      </div>
    </>
  );
}
