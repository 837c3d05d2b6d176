// Package argument reads the arguments of options that have one form in all packages: switches and limits.
//
// An option calls Switch or Limit with its name and its argument, and gets the value and, for an argument that is not legal, the two texts
// of a start-up mistake. The package knows neither what the value is for nor how mistakes are reported.
package argument
