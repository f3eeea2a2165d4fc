"use client";
import { lazy, Suspense } from "react";
import { segmentsOf, useNavigation } from "@/components/data/navigation";
import { LazyMessages } from "@/components/i18n/messages";
import { HubPage } from "./hub-page";
import { InstallHost } from "./install-host";
import { ImageSkeleton } from "./skeletons";

const PublishingApp = lazy(() => import("@/components/publishing/publishing-app"));
const ImagePage = lazy(() => import("./image-page"));

/** The Image Hub: the list at `/hub`, one image at `/hub/{org}/{repo}`. */
export default function HubApp() {
  const { path } = useNavigation();
  const [, org, repo, more] = segmentsOf(path);
  return (
    <Suspense fallback={null}>
      <LazyMessages area="hub">
        <InstallHost>
          {/* Positioned, so that what is hidden for all but screen readers scrolls with the rest. */}
          <div className="@container relative h-full overflow-y-auto bg-canvas" data-scroller>
            {org === "-" || more ? (
              <PublishingApp segments={segmentsOf(path).slice(1)} />
            ) : org && repo ? (
              <Suspense fallback={<ImageSkeleton />}>
                <ImagePage key={`${org}/${repo}`} org={org} repo={repo} />
              </Suspense>
            ) : (
              <HubPage />
            )}
          </div>
        </InstallHost>
      </LazyMessages>
    </Suspense>
  );
}
