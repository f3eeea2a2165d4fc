"use client";
import { Suspense } from "react";
import { segmentsOf, useNavigation } from "@/components/data/navigation";
import { LazyMessages } from "@/components/i18n/messages";
import { ReasonMessages } from "@/components/i18n/reason";
import { InstallationPage } from "./installation-page";

/** One installation in full: `/installations/{name}`. */
export default function InstallationApp() {
  const { path } = useNavigation();
  const name = segmentsOf(path)[1] ?? "";
  return (
    <Suspense fallback={null}>
      <LazyMessages area="installation">
        <ReasonMessages>
          <div className="@container h-full overflow-y-auto bg-canvas">
            <InstallationPage key={name} name={name} />
          </div>
        </ReasonMessages>
      </LazyMessages>
    </Suspense>
  );
}
