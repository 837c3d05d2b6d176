// Package health runs the checks of an app's readiness: each at most once at a time, in parallel, with a timeout, and with a result that
// later probes use again for a while.
//
// Checks has the checks of one app. A probe calls Run and receives a Report. The package knows neither requests nor how a Report is
// written.
package health
