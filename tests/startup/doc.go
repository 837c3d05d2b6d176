// Package startup tests the start of an app: the reports of misdeclared apps, and an app that is served until it is shut down.
package startup
