import { expect } from "vitest";

/** Set-up of each integration test file: tells the clusters that it starts what they are for. */
process.env.HUB_TEST_SUITE = expect.getState().testPath;
