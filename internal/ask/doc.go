// Package ask has the questions that a program answers in place of serving. The command brio builds a program, runs it with a question in
// its environment, and prints the answer.
//
// [FromEnvironment] reads the question. [Asked.Answer] answers it from the app of Run or Serve, and writes the answer to the file that
// the environment names, or to the standard output. [Questions] is the one table: the command has its names, flags and texts of help
// from it, and the program its answers.
//
// The package knows neither options nor listeners, and not how a program is built.
package ask
