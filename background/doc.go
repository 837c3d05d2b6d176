// Package background runs work after the response: tasks, in this process, and jobs, which a queue keeps beyond it.
//
// Dependencies and the handler of a request add tasks with [Tasks.Add]. The framework runs them in order, in one goroutine, after it has
// sent the answer. Jobs are added with [Tasks.Enqueue]. The framework hands them to the app's [Queue] before it sends the answer, so that
// a client that has the answer knows that the queue has the job.
package background
