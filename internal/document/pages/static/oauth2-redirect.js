// An authorization server sends people back to this page, in a window that Swagger UI has opened. It hands over what came
// with the URL, which is a code in the query or a token in the fragment, and closes the window.
"use strict";
(() => {
	const flow = window.opener && window.opener.swaggerUIRedirectOauth2;
	if (!flow) return; // not opened by Swagger UI
	const text = /code|token|error/.test(location.hash) ? location.hash.slice(1) : location.search.slice(1);
	const given = Object.fromEntries(new URLSearchParams(text));
	const { auth, redirectUrl } = flow;
	const isValid = given.state === flow.state;
	const complain = (level, message) => flow.errCb({ authId: auth.name, source: "auth", level, message });
	const kind = auth.schema.get("flow");
	if (["accessCode", "authorizationCode", "authorization_code"].includes(kind) && !auth.code) {
		if (!isValid) {
			// FastAPI's page only warns and goes on; a state that is not ours may be an attack.
			complain("error", "The authorization server's answer has another state than was asked for. Try again.");
		} else if (given.code) {
			delete flow.state;
			auth.code = given.code;
			flow.callback({ auth, redirectUrl });
		} else {
			complain("error", given.error ? `${given.error}: ${given.error_description || "no description"}` : "The authorization server sent no code.");
		}
	} else {
		flow.callback({ auth, token: given, isValid, redirectUrl });
	}
	window.close();
})();
