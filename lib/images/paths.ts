import { ImageError } from "./error.ts";

/** The path as the image stores it (`a/b.yaml`). @throws ImageError when it leaves the image. */
export function imagePath(path: string): string {
  if (path.includes("\0") || path.includes("\\")) {
    throw new ImageError(
      ["a path in the image has a character that is not allowed", "镜像中的路径含有不允许的字符"],
      { file: path },
    );
  }
  const steps = path.split("/").filter((step) => step !== "" && step !== ".");
  if (path.startsWith("/") || steps.includes("..") || steps.length === 0) {
    throw new ImageError(["this path leaves the image", "该路径指向镜像之外"], { file: path });
  }
  return steps.join("/");
}
