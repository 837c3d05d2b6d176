// Package trace records the steps of one request with their times: those of the pipeline, and the functions of the step solve. Apps record
// under Debug, and for the command brio call. The choice is made when the app starts, so other requests run no code of this package.
//
// A Trace travels in the context of its request. The package must not know what a step does.
package trace
