// Package routing has the tests of routing in whole apps: methods, redirects, path values, included routers, the names of
// routes and links to them, and what a route inherits. The package has no code. Patterns and the tree are tested beside their
// code; what a path with encoded slashes means stands in tests/paths.
package routing
