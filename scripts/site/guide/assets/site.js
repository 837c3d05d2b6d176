// The switch of the theme, the buttons that copy code, the search, and the mark of the current heading. The page works without it.
"use strict";

const root = document.documentElement;
const said = document.getElementById("said");

// The theme. The choice is forgotten when it is the system's: the page then follows the system again.
const themeButton = document.querySelector("button.theme");
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemIsDark.matches);
const showTheme = () => themeButton.setAttribute("aria-pressed", String(isDark()));
themeButton.addEventListener("click", () => {
	const theme = isDark() ? "light" : "dark";
	root.dataset.theme = theme;
	try {
		if (systemIsDark.matches === (theme === "dark")) localStorage.removeItem("theme");
		else localStorage.setItem("theme", theme);
	} catch {
		// It lasts until the page is left.
	}
	showTheme();
});
systemIsDark.addEventListener("change", showTheme);
showTheme();

// Copying. Of a terminal only the commands are copied.
document.addEventListener("click", async (event) => {
	const button = event.target.closest?.("button.copy");
	if (!button) return;
	const code = button.parentElement.querySelector("code");
	const commands = [...code.querySelectorAll(".command")].map((command) => command.textContent);
	try {
		await navigator.clipboard.writeText(commands.length ? commands.join("\n") + "\n" : code.textContent);
		button.textContent = said.textContent = "Copied";
	} catch {
		button.textContent = said.textContent = "Not copied";
	}
	setTimeout(() => {
		button.textContent = "Copy";
		said.textContent = "";
	}, 2000);
});

// The list of pages shows the current one.
const nav = document.getElementById("nav");
const showCurrent = () => {
	const current = nav.querySelector("[aria-current]");
	if (current) nav.scrollTop = current.offsetTop - nav.clientHeight / 3;
};
nav.addEventListener("toggle", showCurrent);
showCurrent();

// The table of contents marks the heading that is being read: the last one above the upper third of the window.
const links = new Map([...document.querySelectorAll("aside.contents a")].map((a) => [decodeURIComponent(a.hash.slice(1)), a]));
if (links.size) {
	const headings = [...links.keys()].map((id) => document.getElementById(id));
	const mark = () => {
		const atEnd = innerHeight + scrollY >= root.scrollHeight - 2;
		const above = headings.filter((h) => h.getBoundingClientRect().top < innerHeight / 3);
		const current = atEnd ? headings.at(-1) : above.at(-1);
		for (const [id, a] of links) {
			if (id === current?.id) a.setAttribute("aria-current", "true");
			else a.removeAttribute("aria-current");
		}
	};
	let waiting = false;
	addEventListener("scroll", () => {
		if (waiting) return;
		waiting = true;
		requestAnimationFrame(() => {
			waiting = false;
			mark();
		});
	}, { passive: true });
	mark();
}

// The search. The index is loaded when it is first opened.
const dialog = document.getElementById("search");
const query = document.getElementById("query");
const results = dialog.querySelector("ol");
const count = dialog.querySelector("[role=status]");
const maxResults = 30;
let index;

const openSearch = async () => {
	if (dialog.open) return;
	dialog.showModal();
	query.select();
	if (index) return;
	try {
		const answer = await fetch(root.dataset.index);
		if (!answer.ok) throw new Error(String(answer.status));
		index = (await answer.json()).map((e) => ({
			...e,
			page: e.p.toLowerCase(),
			heading: (e.h ?? "").toLowerCase(),
			text: (e.t ?? "").toLowerCase(),
			code: (e.c ?? "").toLowerCase(),
		}));
		search();
	} catch {
		count.textContent = "The index could not be loaded.";
	}
};
document.querySelector("button.search-open").addEventListener("click", openSearch);
addEventListener("keydown", (event) => {
	const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
	const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
	if (slash || (event.key === "k" && (event.ctrlKey || event.metaKey))) {
		event.preventDefault();
		openSearch();
	}
});
dialog.addEventListener("click", (event) => {
	if (event.target === dialog) dialog.close(); // beside the box
});

// startsWord reports whether a word begins at a place of a text.
const startsWord = (text, at) => at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1]);

// weigh says how well a term fits a text: a word begins with it, or has it inside.
const weigh = (text, term) => {
	let at = text.indexOf(term);
	if (at < 0) return 0;
	for (; at >= 0; at = text.indexOf(term, at + 1)) if (startsWord(text, at)) return 2;
	return 1;
};

// rank says how many of the terms a part of a page has, and how well.
const rank = (e, terms) => {
	let found = 0, weight = 0;
	for (const term of terms) {
		const w = 12 * weigh(e.heading, term) + (e.heading ? 5 : 10) * weigh(e.page, term) + 2 * weigh(e.text, term) + weigh(e.code, term);
		if (w) found++;
		weight += w;
	}
	const all = terms.join(" ");
	if (e.heading ? e.heading === all : e.page === all) weight += e.heading ? 50 : 100;
	return { e, found, weight };
};

// marked returns a text with the terms in <mark>.
const marked = (text, terms) => {
	const nodes = [];
	const lower = text.toLowerCase();
	for (let at = 0; at < text.length; ) {
		let next = text.length, length = 0;
		for (const term of terms) {
			const i = lower.indexOf(term, at);
			if (i >= 0 && (i < next || (i === next && term.length > length))) [next, length] = [i, term.length];
		}
		nodes.push(text.slice(at, next));
		if (length) {
			const mark = document.createElement("mark");
			mark.textContent = text.slice(next, next + length);
			nodes.push(mark);
		}
		at = next + length;
	}
	return nodes;
};

// excerpt returns the text around the first term.
const excerpt = (e, terms) => {
	const text = e.t ?? "";
	const places = terms.map((term) => e.text.indexOf(term)).filter((i) => i >= 0);
	if (!places.length) return text.slice(0, 140) + (text.length > 140 ? " …" : "");
	const first = Math.min(...places);
	const from = first < 60 ? 0 : text.indexOf(" ", first - 50) + 1;
	return (from ? "… " : "") + text.slice(from, from + 140) + (from + 140 < text.length ? " …" : "");
};

const element = (name, className, ...children) => {
	const e = document.createElement(name);
	if (className) e.className = className;
	e.append(...children);
	return e;
};

const search = () => {
	const terms = query.value.toLowerCase().split(/\s+/).filter(Boolean);
	if (!terms.length || !index) {
		results.replaceChildren();
		count.textContent = "";
		return;
	}
	const ranked = index.map((e) => rank(e, terms)).filter((r) => r.found);
	const most = Math.max(0, ...ranked.map((r) => r.found));
	const best = ranked.filter((r) => r.found === most).sort((a, b) => b.weight - a.weight);
	count.textContent = best.length ? `${best.length} ${best.length === 1 ? "place" : "places"}${best.length > maxResults ? `, the best ${maxResults} below` : ""}` : "Nothing found";
	results.replaceChildren(...best.slice(0, maxResults).map(({ e }) => {
		const a = element("a", "", element("span", "where", ...marked(e.h ? `${e.p} › ${e.h}` : e.p, terms)), element("span", "excerpt", ...marked(excerpt(e, terms), terms)));
		a.href = root.dataset.root + e.u;
		return element("li", "", a);
	}));
};
query.addEventListener("input", search);
results.addEventListener("click", (event) => {
	if (event.target.closest("a")) dialog.close(); // a place on the same page
});

// The arrow keys go through the results; Enter in the field opens the first.
dialog.addEventListener("keydown", (event) => {
	const all = [...results.querySelectorAll("a")];
	const at = all.indexOf(document.activeElement);
	if (event.key === "ArrowDown") (all[at + 1] ?? all.at(-1))?.focus();
	else if (event.key === "ArrowUp") (all[at - 1] ?? query).focus();
	else if (event.key === "Enter" && document.activeElement === query) all[0]?.click();
	else return;
	event.preventDefault();
});
