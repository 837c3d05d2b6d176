// Package startup carries warnings from middleware to the app that uses it. An app receives middleware as a function, which has no
// logger. At start-up the app looks up each function and logs its warnings.
package startup
