"use client";
import { useState } from "react";
import { SessionProvider } from "@/components/data/session";
import { LanguageButton } from "@/components/desktop/language-button";
import { ProductMark } from "@/components/desktop/product-mark";
import { Wallpaper } from "@/components/desktop/wallpaper";
import { Spinner } from "@/components/ui/spinner";
import { type DecidedBy, DeviceRequest, RedirectRequest } from "./decision";
import { EnterCode } from "./enter-code";
import { Everywhere } from "./everywhere";

/** One card on the wallpaper: which command line asks, and a person's word on it. */
export function CliLoginPage({ deviceCode, redirect }: DecidedBy) {
  const [typed, setTyped] = useState(deviceCode);
  return (
    <div className="relative flex min-h-dvh flex-col items-center justify-center p-4">
      <Wallpaper name={undefined} />
      <main className="relative w-full max-w-[460px] rounded-xl bg-surface p-6 shadow-window sm:p-8">
        <header className="mb-6 flex flex-col items-center gap-3 text-center">
          <ProductMark size={48} />
        </header>
        <SessionProvider loading={<Spinner size={24} />}>
          {redirect ? (
            <RedirectRequest asked={redirect} />
          ) : typed ? (
            <DeviceRequest code={typed} onAgain={() => setTyped(undefined)} />
          ) : (
            <>
              <EnterCode onCode={setTyped} />
              <Everywhere />
            </>
          )}
        </SessionProvider>
      </main>
      <div className="relative mt-4">
        <LanguageButton />
      </div>
    </div>
  );
}
