// Package explore has the tests of briotest.Explore: an app with planted bugs, each of which has to be found, and the examples of the
// repository, in which nothing may be found.
package explore
