// Starts every example, takes its document, and has it judged by linters and by the clients that are generated from it:
//
//	node run.mjs          all of it
//	node run.mjs lint     only what @redocly/cli says of the documents
//	node run.mjs clients  only the generated clients
//
// What is made is in the folder out.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const examples = resolve(here, "../../examples");
const out = join(here, "out");
rmSync(out, { recursive: true, force: true });
mkdirSync(out);
const temporary = mkdtempSync(join(tmpdir(), "brio-openapi-")); // examples keep their data where they run
const children = [];
const environment = { AUTH_KEYS: "test:" + Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64") };

/** Runs a tool of node_modules to its end. */
function tool(name, ...args) {
	execFileSync(join(here, "node_modules/.bin", name), args, {
		cwd: here, stdio: "inherit",
		env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
	});
}

/** Builds and starts an example on a free port; gives its address and what it has printed. */
function start(name) {
	const binary = join(temporary, name);
	execFileSync("go", ["build", "-o", binary, "."], { cwd: join(examples, name), stdio: "inherit" });
	const child = spawn(binary, ["-addr", "127.0.0.1:0"], { cwd: temporary, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...environment } });
	children.push(child);
	return new Promise((done, fail) => {
		let printed = "";
		const read = (chunk) => {
			printed += chunk;
			const serving = /msg=serving .*address=(\S+)|INFO serving .*address=(\S+)/.exec(printed);
			if (serving) done({ address: serving[1] || serving[2], printed });
		};
		child.stdout.on("data", read);
		child.stderr.on("data", read);
		child.on("exit", (code) => fail(new Error(`${name} has ended with ${code}:\n${printed}`)));
	});
}

async function fetchDocument(address, version) {
	const answer = await fetch(`${address}/openapi.json?version=${version}`);
	if (answer.status !== 200) throw new Error(`${answer.url} is ${answer.status}`);
	return answer.json();
}

/** Writes a document; gives the file's name. */
function keep(name, document) {
	const file = join("out", name + ".json");
	writeFileSync(join(here, file), JSON.stringify(document, null, 2));
	return file;
}

/** Says what the standard has for a default, for the recommended rules want it said: who declares no server is at /, and what
 * declares no security needs none. */
function explicit(document) {
	return { servers: [{ url: "/" }], security: [], ...document };
}

try {
	let shop;
	const documents = [];
	for (const { name } of readdirSync(examples, { withFileTypes: true }).filter((e) => e.isDirectory())) {
		const app = await start(name);
		documents.push(keep(name, explicit(await fetchDocument(app.address, "3.2.0")))); // 3.1 has no items of streams
		if (name === "shop") {
			shop = app;
			keep("client", await fetchDocument(app.address, "3.1.0"));
		}
	}
	if (process.argv[2] !== "clients") tool("redocly", "lint", "--extends=recommended", ...documents);
	if (process.argv[2] !== "lint") {
		tool("openapi-typescript", "out/client.json", "-o", "out/types.d.ts");
		tool("openapi-ts", "-i", "./out/client.json", "-o", "out/client", "-c", "@hey-api/client-fetch", "--silent");
		tool("tsc", "-p", here);
		const key = /Bearer (\S+?)'/.exec(shop.printed)[1];
		execFileSync(process.execPath, [join(out, "js/drive.js")], { stdio: "inherit", env: { ...process.env, SHOP: shop.address, WAREHOUSE_KEY: key } });
	}
} finally {
	for (const child of children) child.removeAllListeners("exit").kill();
	rmSync(temporary, { recursive: true, force: true });
}
