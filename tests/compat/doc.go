// Package compat holds docs/compat.md to what Brio answers where FastAPI answers something else.
package compat
