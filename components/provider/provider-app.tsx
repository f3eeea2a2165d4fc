"use client";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { segmentsOf, useNavigation } from "@/components/data/navigation";
import { LazyMessages } from "@/components/i18n/messages";
import { ReasonMessages } from "@/components/i18n/reason";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import type { ProviderView } from "@/lib/model/provider-views";
import { ListPage } from "./list-page";
import { PageSkeleton } from "./parts";

const CreatePage = lazy(() => import("./create-page"));
const DetailPage = lazy(() => import("./detail-page"));

/** Every provider's pages: `/providers/{provider}`, `…/{plural}/new`, `…/{plural}/{name}`. */
export default function ProviderApp() {
  return (
    <Suspense fallback={null}>
      <LazyMessages area="provider">
        <ReasonMessages>
          <div className="@container h-full overflow-y-auto bg-canvas">
            <Pages />
          </div>
        </ReasonMessages>
      </LazyMessages>
    </Suspense>
  );
}

function Pages() {
  const t = useTranslations("provider");
  const { path } = useNavigation();
  const [, provider = "", plural, name] = segmentsOf(path);
  const { data, error, refetch } = useQuery({
    queryKey: ["provider", provider],
    queryFn: ({ signal }) => api<ProviderView>("GET", apiPath("providers", provider), undefined, { signal }),
  });
  if (error && !data) return <ErrorState error={error} title={t("unreadable")} onRetry={refetch} />;
  if (!data) return <PageSkeleton />;
  if (!plural || !name) return <ListPage provider={data} />;
  const kind = data.kinds.find((each) => each.plural === plural);
  if (!kind) return <EmptyState title={t("noSuchKind", { kind: plural, provider: data.title })} />;
  return (
    <Suspense fallback={<PageSkeleton />}>
      {name === "new" ? (
        <CreatePage key={plural} provider={data} kind={kind} />
      ) : (
        <DetailPage key={`${plural}/${name}`} provider={data} kind={kind} name={name} />
      )}
    </Suspense>
  );
}
