// A process of its own that holds many event streams open and notes when marked changes arrive. Its parent sends
// `{ open: [{ url, cookie }] }`, then asks with `{ mark }` what came of a mark; the answer is the delays in milliseconds.
import { request } from "node:http";

interface Command {
  open?: { url: string; cookie: string }[];
  mark?: string;
}

const arrivals = new Map<string, number[]>();
let ready = 0;

function read(url: string, cookie: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { headers: { cookie, accept: "text/event-stream" }, agent: false },
      (answer) => {
        if (answer.statusCode !== 200) {
          reject(new Error(`${url}: ${answer.statusCode}`));
          answer.resume();
          return;
        }
        let rest = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => {
          const events = (rest + chunk).split("\n\n");
          rest = events.pop() ?? "";
          for (const event of events) {
            if (event === 'data: {"type":"ready"}') {
              ready++;
              resolve();
            }
            if (!event.startsWith('data: {"type":"upsert"')) continue;
            // A mark carries the moment of the change, by the clock that this process reads too.
            const mark = /tick-\d+-(\d+)/.exec(event);
            if (!mark) continue;
            const delays = arrivals.get(mark[0]) ?? [];
            delays.push(Date.now() - Number(mark[1]));
            arrivals.set(mark[0], delays);
          }
        });
        answer.on("end", () => process.send?.({ ended: url }));
      },
    );
    asked.on("error", reject);
    asked.end();
  });
}

process.on("message", (command: Command) => {
  const run = async () => {
    if (command.open) {
      const queue = [...command.open];
      const worker = async () => {
        for (let next = queue.shift(); next; next = queue.shift()) await read(next.url, next.cookie);
      };
      await Promise.all(Array.from({ length: 16 }, worker));
      process.send?.({ ready });
    }
    if (command.mark) process.send?.({ mark: command.mark, delays: arrivals.get(command.mark) ?? [] });
  };
  run().catch((error: Error) => process.send?.({ failed: error.message }));
});
