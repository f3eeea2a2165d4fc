"use client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { type AbstractIntlMessages, IntlProvider } from "use-intl";
import { ApiProblem } from "@/components/data/problem";
import { MenuLayer } from "@/components/ui/menu";
import { Toaster } from "@/components/ui/toaster";
import { TooltipLayer } from "@/components/ui/tooltip";
import type { Locale } from "@/lib/model/locale";
import { timeZone } from "./messages";

/** What every page stands on: messages, queries, tooltips, toasts. */
export function ClientRoot({
  locale,
  messages,
  children,
}: {
  locale: Locale;
  messages: AbstractIntlMessages;
  children: ReactNode;
}) {
  const [queries] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: {
            staleTime: 30_000,
            refetchOnWindowFocus: false,
            // What the server refused will be refused again; what did not get through may.
            retry: (count, error) => (!(error instanceof ApiProblem) || error.status >= 500) && count < 2,
          },
        },
      }),
  );
  return (
    <IntlProvider locale={locale} messages={messages} timeZone={timeZone}>
      <QueryClientProvider client={queries}>
        {children}
        <MenuLayer />
        <TooltipLayer />
        <Toaster />
      </QueryClientProvider>
    </IntlProvider>
  );
}
