// Package docs holds the pages of docs/ to their form: each begins with a complete program, and every complete program compiles.
package docs
