// Starts every example that needs no servers, a project of brio new and the app everything, takes their documents, and has them judged
// by linters and by the clients that are generated from them:
//
//	node run.mjs          all of it
//	node run.mjs lint     only what the tools say of the documents
//	node run.mjs clients  only the generated clients
//
// The document of everything is judged in each version that a tool knows, as the version that it says it is:
//
//	                                     3.0.3  3.1.0  3.2.0
//	@redocly/cli                           x      x      x
//	@seriousme/openapi-schema-validator    x      x      x
//	@stoplight/spectral-cli                x      x      -
//	@apidevtools/swagger-parser            x      x      -
//
// The AsyncAPI documents of the golden files are judged by @asyncapi/parser, the official one.
//
// make judges has kin-openapi, libopenapi-validator and a client of oapi-codegen judge it, which are Go modules.
//
// What is made is in the folder out.
import SwaggerParser from "@apidevtools/swagger-parser";
import { Parser } from "@asyncapi/parser";
import { Validator } from "@seriousme/openapi-schema-validator";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const examples = resolve(here, "../../examples");
const judges = resolve(here, "../../contrib/openapitest"); // a module of its own
const out = join(here, "out");
rmSync(out, { recursive: true, force: true });
mkdirSync(out);
const temporary = mkdtempSync(join(tmpdir(), "brio-openapi-")); // examples keep their data where they run
const children = [];
const key = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64");
const environments = { auth: { AUTH_KEYS: "test:" + key }, full: { AUTH_KEYS: key } };

/** Runs a tool of node_modules to its end. */
function tool(name, ...args) {
	execFileSync(join(here, "node_modules/.bin", name), args, {
		cwd: here, stdio: "inherit",
		env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
	});
}

/** Builds and starts a program on a free port; gives its address and what it has printed. */
function start(name, folder = join(examples, name)) {
	const binary = join(temporary, name);
	execFileSync("go", ["build", "-o", binary, "."], { cwd: folder, stdio: "inherit" });
	const child = spawn(binary, ["-addr", "127.0.0.1:0"], { cwd: temporary, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...environments[name] } });
	children.push(child);
	return new Promise((done, fail) => {
		let printed = "";
		const read = (chunk) => {
			printed += chunk;
			const serving = /serving.*address"?[=:]"?([^\s",]+)/.exec(printed);
			if (serving) done({ address: serving[1], printed });
		};
		child.stdout.on("data", read);
		child.stderr.on("data", read);
		child.on("exit", (code) => fail(new Error(`${name} has ended with ${code}:\n${printed}`)));
	});
}

/** Makes a project of a template of brio new; gives its folder. */
function project(template) {
	const root = resolve(here, "../..");
	const folder = join(temporary, "project-" + template);
	execFileSync("go", ["run", "./cmd/brio", "new", "-template", template, "-module", "example.com/" + template, "-checkout", root, folder], {
		cwd: root, stdio: ["ignore", "ignore", "inherit"],
	});
	return folder;
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

/** Fails unless the validators that are libraries accept a document. */
async function validate(name, document) {
	const verdict = await new Validator().validate(structuredClone(document));
	if (!verdict.valid) throw new Error(`openapi-schema-validator refuses ${name}: ${JSON.stringify(verdict.errors, null, 1)}`);
	if (document.openapi < "3.2") await SwaggerParser.validate(structuredClone(document));
}

/** Fails unless the official parser accepts the AsyncAPI documents that tests/asyncapi holds the app to. */
async function judgeChannels() {
	const folder = resolve(here, "../../tests/asyncapi/testdata");
	const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
	if (files.length === 0) throw new Error(`${folder} has no documents`);
	for (const name of files) {
		const text = JSON.stringify(JSON.parse(readFileSync(join(folder, name), "utf8"))); // the parser warns of tabs
		const { document, diagnostics } = await new Parser().parse(text);
		const errors = diagnostics.filter((d) => d.severity < 2); // others say that there is a 3.1
		if (!document || errors.length > 0) throw new Error(`@asyncapi/parser refuses ${name}: ${JSON.stringify(errors, null, 1)}`);
	}
}

try {
	let shop;
	if (process.argv[2] !== "clients") await judgeChannels();
	const documents = [];
	for (const { name } of readdirSync(examples, { withFileTypes: true }).filter((e) => e.isDirectory())) {
		const kept = join(examples, name, "testdata/openapi.json"); // an example that needs servers, whose tests hold it to the file
		if (existsSync(kept)) {
			documents.push(keep(name, explicit(JSON.parse(readFileSync(kept, "utf8")))));
			continue;
		}
		const app = await start(name);
		documents.push(keep(name, explicit(await fetchDocument(app.address, "3.1.0"))));
		if (name === "shop") {
			shop = app;
			keep("client", await fetchDocument(app.address, "3.1.0"));
		}
	}
	if (!process.env.WITHOUT_TEMPLATE) {
		const full = await start("full", project("full"));
		documents.push(keep("full", explicit(await fetchDocument(full.address, "3.1.0"))));
	}
	const everything = await start("everything", join(judges, "everything/serve"));
	const known = []; // to Spectral
	for (const version of ["3.0.3", "3.1.0", "3.2.0"]) {
		const document = await fetchDocument(everything.address, version);
		const file = keep(`everything-${version}`, explicit(document));
		documents.push(file);
		if (version < "3.2") known.push(file);
		if (process.argv[2] !== "clients") await validate(file, document);
	}
	if (process.argv[2] !== "clients") {
		tool("redocly", "lint", "--extends=recommended", ...documents);
		tool("spectral", "lint", "--fail-severity=error", "--ruleset=.spectral.yaml", ...known);
	}
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
