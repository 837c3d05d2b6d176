// Package commentstest has declarations with comments in every place, for the tests of package comments.
package commentstest
