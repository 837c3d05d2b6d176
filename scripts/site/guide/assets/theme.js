// Runs before the page is drawn, so that it is drawn once, in the chosen theme.
(() => {
	const root = document.documentElement;
	root.classList.add("scripted");
	if (navigator.clipboard) root.classList.add("copies");
	try {
		const theme = localStorage.getItem("theme");
		if (theme === "light" || theme === "dark") root.dataset.theme = theme;
	} catch {
		// Without a store the theme is the system's.
	}
})();
