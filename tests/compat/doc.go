// Package compat has tests of Brio beside FastAPI, and no code of its own: docs/compat.md is held to what Brio answers where
// FastAPI answers something else, and FastAPICompat and its options to FastAPI's answers.
package compat
