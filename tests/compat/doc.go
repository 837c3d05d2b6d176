// Package compat tests Brio against FastAPI: docs/compat.md must have Brio's answers where they differ from FastAPI's, and
// FastAPICompat and its options must give FastAPI's answers. It has no code.
package compat
