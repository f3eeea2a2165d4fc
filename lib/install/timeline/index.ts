export { timelineCsv } from "./csv.ts";
export { readTimeline } from "./read.ts";
