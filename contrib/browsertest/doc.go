// Package browsertest has the tests that need a real browser: the pages of the documentation, the guide as a site, CORS,
// the streams that a page reads, and the pages of brio dev.
// `make browser` runs them with the Chromium that scripts/chromium.sh installs; without BRIO_BROWSER they are skipped. The package is a
// module of its own, so that the core does not depend on a browser's driver.
package browsertest
