import { request } from "node:https";

/** Whether a GET of `url`, asked without credentials and without retries, is answered with 200 within two seconds. */
export function answers(url: string, ca: string): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = request(url, { ca, agent: false, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    sent.once("timeout", () => sent.destroy());
    sent.once("error", () => resolve(false));
    sent.end();
  });
}
