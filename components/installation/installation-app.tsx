"use client";
import { lazy, Suspense } from "react";
import { segmentsOf, useNavigation } from "@/components/data/navigation";
import { LazyMessages } from "@/components/i18n/messages";
import { ReasonMessages } from "@/components/i18n/reason";
import { InstallationPage } from "./installation-page";

const BinPage = lazy(() => import("./bin-page"));

/** One installation in full: `/installations/{name}`; or what was uninstalled: `/installations/-/bin`. */
export default function InstallationApp() {
  const { path } = useNavigation();
  const name = segmentsOf(path)[1] ?? "";
  return (
    <Suspense fallback={null}>
      <LazyMessages area="installation">
        <ReasonMessages>
          <div className="@container h-full overflow-y-auto bg-canvas">
            {name === "-" ? <BinPage /> : <InstallationPage key={name} name={name} />}
          </div>
        </ReasonMessages>
      </LazyMessages>
    </Suspense>
  );
}
