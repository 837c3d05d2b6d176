// Package tasks tests background tasks and the jobs of a task queue: their order, their failures, and the end of an app that
// still has some.
package tasks
