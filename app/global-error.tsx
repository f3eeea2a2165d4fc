"use client";

/** The last resort, when the layout itself fails: nothing here may depend on anything else. */
export default function GlobalError({
  error,
  retry,
}: {
  error: Error & { digest?: string };
  retry: () => void;
}) {
  return (
    <html lang="en">
      <body>
        <main>
          <h1>The console could not draw this page · 控制台无法显示此页面</h1>
          <p>Try again. If it stays, tell an administrator. · 请重试；如果仍然失败，请联系管理员。</p>
          <p>{error.digest}</p>
          <button type="button" onClick={retry}>
            Try again · 重试
          </button>
        </main>
      </body>
    </html>
  );
}
