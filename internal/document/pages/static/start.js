// Starts Swagger UI with the parameters that the app gives in config.json. With several documents there is a list to choose
// from, and the choice is part of the page's URL.
"use strict";
(async () => {
	const here = document.currentScript.dataset.config;
	const { parameters, oauth, documents } = await (await fetch(here)).json();
	const address = new URL(location.href);
	const chosen = documents.find((d) => d.name === address.searchParams.get("document"));
	if (chosen) parameters.url = chosen.url;
	if (parameters.oauth2RedirectUrl) parameters.oauth2RedirectUrl = new URL(parameters.oauth2RedirectUrl, location.href).href;
	parameters.presets = [SwaggerUIBundle.presets.apis];
	window.ui = SwaggerUIBundle(parameters);
	if (oauth) window.ui.initOAuth(oauth);
	if (documents.length < 2) return;
	const list = document.querySelector("#documents select");
	for (const d of documents) list.add(new Option(d.name, d.name, false, d === (chosen || documents[0])));
	list.parentElement.hidden = false;
	list.addEventListener("change", () => {
		address.searchParams.set("document", list.value);
		address.hash = ""; // it names an operation of the other document
		location.assign(address);
	});
})();
