// Package pages has tests of what an app serves beside its routes: its document and the pages that show it. It has no code.
package pages
