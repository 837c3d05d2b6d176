// Package frontend has tests of whole apps with a Frontend: the rules of FastAPI's app.frontend, and what Brio decides beside them. It has
// no code of its own.
package frontend
