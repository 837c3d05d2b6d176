// Package mistakes has the texts of start-up mistakes that two programs find: App.Check, when an app starts, and the analyzer briovet, in
// its source. Each function returns what was found and what is legal. Types and functions are names here, as the two know them in
// different ways.
package mistakes
