/** Wallpapers are drawn by CSS (`wallpaper.css`); the name is kept in the Desktop resource. */
export const wallpapers = ["tide", "dune", "meadow", "plain"] as const;
export type WallpaperName = (typeof wallpapers)[number];

export function wallpaperOf(name: string | undefined): WallpaperName {
  return wallpapers.find((each) => each === name) ?? "tide";
}

export function Wallpaper({ name }: { name: string | undefined }) {
  return (
    <div
      aria-hidden
      className="pointer-events-none fixed inset-0 overflow-hidden"
      data-wallpaper={wallpaperOf(name)}
    >
      <i />
      <i />
      <i />
    </div>
  );
}
