import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import { loadMessages } from "@/components/i18n/load";
import { ClientRoot } from "@/components/i18n/root";
import { requestLocale } from "@/components/i18n/server";
import { THEME_COOKIE, themeOf } from "@/components/i18n/theme";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Sealos Hub", template: "%s · Sealos Hub" },
  description: "A cloud console for a shared Kubernetes cluster.",
  icons: { icon: "/icon.svg" },
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  viewportFit: "cover",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f4f5f7" },
    { media: "(prefers-color-scheme: dark)", color: "#101317" },
  ],
};

export default async function Layout({ children }: { children: React.ReactNode }) {
  const locale = await requestLocale();
  const theme = themeOf((await cookies()).get(THEME_COOKIE)?.value);
  const messages = await loadMessages(locale, ["common"]);
  return (
    <html lang={locale} data-theme={theme === "system" ? undefined : theme} className="font-sans antialiased">
      <body>
        <ClientRoot locale={locale} messages={messages}>
          {children}
        </ClientRoot>
      </body>
    </html>
  );
}
