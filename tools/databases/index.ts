/** Real database servers on this machine, for tests of what is sent to them. */
export { type DatabaseServer, databasesMissing, startDatabase } from "./servers.ts";
