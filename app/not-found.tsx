import { createTranslator } from "use-intl";
import { loadMessages } from "@/components/i18n/load";
import { requestLocale } from "@/components/i18n/server";
import type desktop from "@/components/messages/en/desktop.json";
import { buttonClass } from "@/components/ui/button-class";

/** An address that leads nowhere. Drawn by the server, so that it costs other pages nothing. */
export default async function NotFound() {
  const locale = await requestLocale();
  const messages = (await loadMessages(locale, ["desktop"])) as { desktop: typeof desktop };
  const t = createTranslator({
    locale,
    messages,
  });
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-2 p-6 text-center">
      <h1 className="text-lg font-semibold">{t("desktop.notFound.title")}</h1>
      <p className="text-muted">{t("desktop.notFound.hint")}</p>
      <a href="/" className={`${buttonClass("primary")} mt-3`}>
        {t("desktop.notFound.back")}
      </a>
    </main>
  );
}
