package main

// exeSuffix is the ending of programs.
const exeSuffix = ".exe"
