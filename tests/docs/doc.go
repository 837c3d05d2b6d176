// Package docs holds the pages of docs/ to what is true. Each block of code is a file of docs/, or a marked region of one. Each
// exchange is executed, and its answer is compared. Each link leads to a page and a heading that exist. The flag -update rewrites code
// and answers in the pages.
//
// The first line of a block says what it is:
//
//	```go main.go           the file, relative to the page
//	```go main.go#name      the lines between "// region name" and "// endregion" of the file
//	```console              commands after "$ ", each with its output
//	```text output          what the program has written since it was started, or since the last such block
//
// Commands run in a shell with the program that the page showed last, in a copy of its folder. The program listens on a free port,
// which stands for 127.0.0.1:8000 in commands and outputs. "go run ." starts it as in a terminal. Variables of the shell last
// until the end of the page.
//
// Output is compared to the letter, with these exceptions: header fields Date are removed, a line of JSON with more than 100 characters
// is broken into several, and … in a page matches any text of a line, or lines if it is alone on its line.
package docs
