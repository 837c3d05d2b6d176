// Drives the running shop with the client that @hey-api/openapi-ts has generated from its document, and with the types of
// openapi-typescript. That this compiles under --strict says that the document is right about requests and results; that it
// runs says so of the server.
import assert from "node:assert/strict";
import { client } from "./out/client/client.gen.js";
import * as shop from "./out/client/index.js";
import type { components, paths } from "./out/types.js";

const base = process.env.SHOP!;
let cookie = "";
client.setConfig({ baseUrl: base, auth: () => process.env.WAREHOUSE_KEY });
// A browser would keep the cookie.
client.interceptors.request.use((request) => {
	if (cookie) request.headers.set("Cookie", cookie);
	return request;
});

/** The data of an answer that must have a status. */
async function expect<T, E>(status: number, call: Promise<{ data?: T; error?: E; response?: Response }>): Promise<T> {
	const { data, error, response } = await call;
	assert.equal(response?.status, status, JSON.stringify(error));
	return data as T;
}

/** The error of an answer that must have a status. */
async function refuse<T, E>(status: number, call: Promise<{ data?: T; error?: E; response?: Response }>): Promise<E> {
	const { error, response } = await call;
	assert.equal(response?.status, status);
	return error as E;
}

// region items
// Items, with parameters of all kinds and a result without what the public must not see.
const items = await expect(200, shop.listItems({ query: { sort: "price", max_price: "20.00", in_stock: true } }));
assert.deepEqual(items.items.map((i) => i?.sku), ["TEA-002", "TEA-001"]);
assert.equal(items.items[0]?.price, "9.90");
assert.ok(!("cost" in items.items[0]!));
// endregion

// A mistake is where the document says that it is.
const wrong = await refuse(422, shop.listItems({ query: { limit: 0 } }));
assert.ok(wrong && "detail" in wrong && Array.isArray(wrong.detail));
assert.deepEqual(wrong.detail[0]?.loc, ["query", "limit"]);

// Only who has signed in.
await refuse(401, shop.me());
const signedIn = await client.post({ url: "/api/session", body: { email: "ada@example.com", password: "engine-no-1" }, headers: { "Content-Type": "application/json" } });
assert.equal(signedIn.response?.status, 200);
cookie = signedIn.response!.headers.getSetCookie().find((c) => c.startsWith("session="))!.split(";")[0]!;
const ada = await expect(200, shop.me());
assert.equal(ada.name, "Ada");

// An administrator makes, changes and removes an item.
const made = await expect(201, shop.createItem({ body: { sku: "CUP-001", name: "Cup", price: "4.50", cost: "1.20" } }));
assert.equal(made.stock, 0);
const patched = await expect(200, shop.patchItem({ path: { sku: "CUP-001" }, body: { description: null, price: "5.00" } }));
assert.equal(patched.price, "5.00");

// The warehouse has a bearer token.
const stocked = await expect(200, shop.setStock({ path: { sku: "CUP-001" }, body: { stock: 3 } }));
assert.equal(stocked.stock, 3);

// An order with nested models, and its removal, which has no body.
const order = await expect(201, shop.placeOrder({ body: { lines: [{ sku: "CUP-001", quantity: 2 }], note: "as a gift" } }));
assert.equal(order.total, "10.00");
assert.equal(order.customer.name, "Ada");
assert.equal((await expect(200, shop.readOrder({ path: { id: order.id } }))).lines[0]?.item.name, "Cup");
await expect(204, shop.cancelOrder({ path: { id: order.id } }));

// A header and a default.
const review = await expect(201, shop.addReview({ path: { sku: "TEA-001" }, query: { anonymous: true }, headers: { "Content-Language": "de" }, body: { stars: 5 } }));
assert.equal(review.language, "de");

// The same with the types of openapi-typescript: they agree with each other.
type Listed = paths["/api/items"]["get"]["responses"]["200"]["content"]["application/json"];
const again = (await (await fetch(base + "/api/items")).json()) as Listed;
const same: typeof items = again;
assert.equal(same.items.length, 4);
const credentials: components["schemas"]["Credentials"] = { email: "nobody@example.com", password: "x" };
assert.equal((await fetch(base + "/api/session", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(credentials) })).status, 401);

await expect(204, shop.deleteItem({ path: { sku: "CUP-001" } }));
await expect(204, shop.signOut());
console.log("The generated clients have driven the shop.");
