import { expect, it } from "vitest";
import { columnText } from "./columns";

it("reads bare bytes as an amount, and leaves amounts with a unit and other numbers as they are", () => {
  const text = (type: "quantity" | "number", value: string | number) => columnText({ type }, value, "en");
  expect(text("quantity", "2097152")).toBe("2 MiB");
  expect(text("quantity", "10Gi")).toBe("10Gi");
  expect(text("number", 3)).toBe("3");
});
