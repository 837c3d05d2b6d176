// Starts Swagger UI with the parameters that the app gives in config.json.
"use strict";
(async () => {
	const here = document.currentScript.dataset.config;
	const { parameters, oauth } = await (await fetch(here)).json();
	const absolute = (url) => new URL(url, location.href).href;
	if (parameters.oauth2RedirectUrl) parameters.oauth2RedirectUrl = absolute(parameters.oauth2RedirectUrl);
	parameters.presets = [SwaggerUIBundle.presets.apis];
	if (parameters.layout === "StandaloneLayout") {
		parameters.presets.push(SwaggerUIStandalonePreset);
		parameters.plugins = [SwaggerUIBundle.plugins.DownloadUrl];
	}
	const ui = SwaggerUIBundle(parameters);
	if (oauth) ui.initOAuth(oauth);
	window.ui = ui;
})();
