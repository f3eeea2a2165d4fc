"use client";
import { useQuery } from "@tanstack/react-query";
import { useLocale, useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { CopyButton } from "@/components/ui/copy-button";
import { ErrorState } from "@/components/ui/error-state";
import { MiddleTruncate } from "@/components/ui/middle-truncate";
import { Skeleton, SkeletonGroup } from "@/components/ui/skeleton";
import { formatBytes } from "@/components/ui/units";
import type { ContainerImageView, RepositoryDetail } from "@/lib/model/repository-views";

/** As long as the server remembers it. */
const FRESH_MS = 10 * 60_000;

/** The container images with what their registries say of them; asked for once somebody opens it. */
export default function ContainerSizes({ detail }: { detail: RepositoryDetail }) {
  const t = useTranslations("image.containers");
  const locale = useLocale();
  const { org, repo } = detail.card;
  const { data, error, refetch } = useQuery({
    queryKey: ["containers", org, repo, detail.tag],
    queryFn: ({ signal }) =>
      api<{ items: ContainerImageView[] }>(
        "GET",
        `${apiPath("hub", "repositories", org, repo, "containers")}?tag=${encodeURIComponent(detail.tag)}`,
        undefined,
        { signal },
      ),
    staleTime: FRESH_MS,
  });
  if (error && !data) return <ErrorState error={error} onRetry={() => refetch()} inline />;
  if (!data)
    return (
      <SkeletonGroup label={t("loading")} className="flex flex-col gap-4">
        {detail.containerImages.map((image) => (
          <div key={image}>
            <MiddleTruncate text={image} tail={14} mono className="text-sm" />
            <Skeleton className="mt-1 h-4 w-3/4" />
          </div>
        ))}
      </SkeletonGroup>
    );
  const sizes = data.items.flatMap(({ size }) => size ?? []);
  const size = formatBytes(
    sizes.reduce((sum, each) => sum + each, 0),
    locale,
  );
  const unknown = data.items.length - sizes.length;
  return (
    <>
      <ul className="flex flex-col gap-3">
        {data.items.map((image) => (
          <Row key={image.reference} image={image} />
        ))}
      </ul>
      {sizes.length > 0 && data.items.length > 1 ? (
        <p className="mt-3 text-sm text-muted tabular-nums">
          {unknown > 0 ? t("sumOfSome", { size, count: unknown }) : t("sum", { size })}
        </p>
      ) : null}
      {data.items.some((image) => image.unknown === "not-asked") ? (
        <p className="mt-3 text-sm text-muted">{t("notAsked")}</p>
      ) : null}
    </>
  );
}

function Row({ image }: { image: ContainerImageView }) {
  const t = useTranslations("image.containers");
  const locale = useLocale();
  const { reference, digest, size, platform, mirror, unknown } = image;
  return (
    <li className="min-w-0">
      <div className="flex min-w-0">
        <MiddleTruncate text={reference} tail={14} mono className="text-sm" />
      </div>
      {unknown ? <p className="text-sm text-muted">{t(`unknown.${unknown}`)}</p> : null}
      {size === undefined ? null : (
        <p className="text-sm text-muted tabular-nums">
          {[formatBytes(size, locale), platform].filter(Boolean).join(" · ")}
        </p>
      )}
      {digest ? (
        <div className="-my-1 flex min-w-0 items-center text-muted">
          <MiddleTruncate text={digest} tail={6} mono className="text-sm" />
          <CopyButton text={digest} name={t("digest", { image: reference })} />
        </div>
      ) : null}
      {mirror ? <p className="text-sm text-muted wrap-anywhere">{t("from", { mirror })}</p> : null}
    </li>
  );
}
