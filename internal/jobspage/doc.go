// Package jobspage renders the page of brio.JobsPage: the jobs of an engine as HTML. All texts of jobs are escaped. The package does not know
// routes or requests.
package jobspage
