// Uses the generated client as an integration would: node use.ts ADDRESS TOKEN. It prints one line of JSON.
import { client } from "./generated/client.gen.ts";
import { addComment, changeTicket, createTicket, getTicket, listTickets, uploadFile } from "./generated/sdk.gen.ts";

// The types of Node.js are a package of their own.
declare const process: { argv: string[] };

const [address, token] = process.argv.slice(2);
client.setConfig({ baseUrl: address, auth: () => token, throwOnError: true });
const title = "From a client in TypeScript";

const made = await createTicket({ body: { title, description: "It is slow.", impact: 2 }, headers: { "Idempotency-Key": crypto.randomUUID() } });
const number = made.data!.number;
const tag = made.response!.headers.get("etag")!;
const changed = await changeTicket({ path: { number }, body: { urgency: 1 }, headers: { "If-Match": tag } });
const stale = await changeTicket({ path: { number }, body: { urgency: 2 }, headers: { "If-Match": tag }, throwOnError: false });
const commented = await addComment({ path: { number }, body: { text: "Still slow." } });
const listed = await listTickets({ query: { "page[size]": 5, sort: "-created_at", "filter[state]": "new" } });
const file = await uploadFile({ query: { name: "trace.log" }, body: new Blob(["line\n"]) });
const read = await getTicket({ path: { number } });

console.log(JSON.stringify({
  title: read.data!.title,
  urgency: changed.data!.urgency,
  stale: stale.error?.code,
  version: commented.data!.version,
  listed: listed.data!.data.map((one) => one.number).includes(number),
  file: file.data!.name,
}));
