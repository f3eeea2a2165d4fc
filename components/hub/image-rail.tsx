"use client";
import { ExternalLink } from "lucide-react";
import { lazy, type ReactNode, useState } from "react";
import { useFormatter, useLocale, useTranslations } from "use-intl";
import { AppLink } from "@/components/data/navigation";
import { useSession } from "@/components/data/session";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { MiddleTruncate } from "@/components/ui/middle-truncate";
import { RelativeTime } from "@/components/ui/relative-time";
import { formatBytes } from "@/components/ui/units";
import type { RepositoryDetail } from "@/lib/model/repository-views";
import { ImageWords } from "./image-words";
import { useCategoryName } from "./names";
import { SignatureFact } from "./signature";
import { imageText } from "./types";

const ContainerSizes = lazy(() => import("./container-sizes"));

const Share = lazy(() => import("./share"));

/** The facts beside an image: size, digest, dates, links, and the command for the terminal. */
export function ImageRail({ detail }: { detail: RepositoryDetail }) {
  const t = useTranslations("hub");
  const format = useFormatter();
  const locale = useLocale();
  const categoryName = useCategoryName();
  const { card } = detail;
  const tag = detail.tags.find((each) => each.tag === detail.tag);
  const { namespace } = useSession();
  const installation = {
    apiVersion: "hub.sealos.io/v1alpha1",
    kind: "Installation",
    metadata: { name: card.repo, namespace },
    spec: { image: imageText(card, detail.tag) },
  };
  const commands = [
    `hub run ${imageText(card, detail.tag)} -n ${namespace}`,
    `echo '${JSON.stringify(installation)}' | kubectl apply -f -`,
  ];
  const links = detail.links.filter((link) => /^https?:\/\//.test(link.url));
  return (
    <div className="flex flex-col gap-5">
      <div>
        <h2 className="mb-1.5 text-xs font-medium text-muted">{t("rail.terminal")}</h2>
        <ul className="flex flex-col divide-y divide-line rounded-md border border-line bg-sunken">
          {commands.map((command) => (
            <li key={command} className="flex items-start gap-1 py-1.5 pr-0.5 pl-3">
              <code className="line-clamp-2 min-w-0 flex-1 font-mono text-sm wrap-anywhere">{command}</code>
              <CopyButton text={command} name={t("rail.command")} />
            </li>
          ))}
        </ul>
      </div>
      <ImageWords>
        <Share detail={detail} />
      </ImageWords>
      <dl className="flex flex-col gap-2.5">
        <Fact name={t("rail.installs")}>
          <span className="tabular-nums">{format.number(card.installs)}</span>
        </Fact>
        {tag?.size === undefined ? null : (
          <Fact name={t("rail.size")}>
            <span className="tabular-nums">{formatBytes(tag.size, locale)}</span>
          </Fact>
        )}
        {tag ? (
          <Fact name={t("rail.digest")}>
            <span className="flex min-w-0 items-center">
              <MiddleTruncate text={tag.digest} tail={6} mono className="text-sm" />
              <CopyButton text={tag.digest} name={t("rail.digest")} />
            </span>
          </Fact>
        ) : null}
        {tag?.signature ? <SignatureFact signature={tag.signature} /> : null}
        {card.updatedAt ? (
          <Fact name={t("rail.updated")}>
            <RelativeTime value={card.updatedAt} />
          </Fact>
        ) : null}
        {detail.licence ? <Fact name={t("rail.licence")}>{detail.licence}</Fact> : null}
      </dl>
      {card.categories.length > 0 ? (
        <Part title={t("category")}>
          <ul className="flex flex-wrap gap-1.5">
            {card.categories.map((category) => (
              <li key={category}>
                <AppLink
                  to={`/hub?category=${encodeURIComponent(category)}`}
                  className="inline-flex h-8 items-center rounded-md bg-sunken px-2.5 text-sm hover:bg-hover"
                >
                  {categoryName(category)}
                </AppLink>
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
      {links.length > 0 ? (
        <Part title={t("rail.links")}>
          <ul>
            {links.map((link) => (
              <li key={link.url}>
                <a
                  href={link.url}
                  target="_blank"
                  rel="noopener noreferrer nofollow"
                  className="inline-flex min-h-8 max-w-full items-center gap-1.5 rounded-md text-accent-text hover:underline"
                >
                  <span className="truncate">
                    {t.has(`rail.link.${link.name}`) ? t(`rail.link.${link.name}`) : link.name}
                  </span>
                  <ExternalLink size={13} aria-hidden className="shrink-0" />
                </a>
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
      {detail.command ? (
        <Part title={t("rail.program")}>
          <p className="text-sm text-muted">{t(`rail.runs.${detail.command.runs}`)}</p>
          <pre className="mt-1 overflow-x-auto font-mono text-sm whitespace-pre-wrap wrap-break-word">
            {detail.command.lines.join("\n")}
          </pre>
        </Part>
      ) : null}
      {detail.containerImages.length > 0 ? (
        <Part title={t("rail.containers")}>
          <Containers detail={detail} />
        </Part>
      ) : null}
    </div>
  );
}

/** Their names at once, what their registries say of them when somebody asks. */
function Containers({ detail }: { detail: RepositoryDetail }) {
  const t = useTranslations("hub.rail");
  const [open, setOpen] = useState(false);
  const names = (
    <ul className="flex flex-col gap-1">
      {detail.containerImages.map((image) => (
        <li key={image} className="flex min-w-0">
          <MiddleTruncate text={image} tail={14} mono className="text-sm" />
        </li>
      ))}
    </ul>
  );
  if (open)
    return (
      <ImageWords fallback={names}>
        <ContainerSizes detail={detail} />
      </ImageWords>
    );
  return (
    <>
      {names}
      <Button size="sm" className="mt-2" onClick={() => setOpen(true)}>
        {t("sizes")}
      </Button>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex items-center gap-3">
      <dt className="w-24 shrink-0 text-muted">{name}</dt>
      <dd className="flex min-w-0 flex-1 items-center">{children}</dd>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-1.5 text-xs font-medium text-muted">{title}</h2>
      {children}
    </section>
  );
}
