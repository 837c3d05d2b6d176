package main

import (
	"context"
	"log"
	"strconv"
	"sync"
	"time"

	"github.com/brio-go/brio"
)

type Job struct {
	ID     int    `json:"id"`
	Status string `json:"status" validate:"oneof=waiting running done"`
	Result string `json:"result,omitempty"`
}

// region jobs

// Jobs runs long work outside of requests.
type Jobs struct {
	mu   sync.Mutex
	all  []Job
	wait chan int
}

// startJobs starts a worker with the app. When the app stops, it waits for the job that runs.
func startJobs(context.Context) (*Jobs, func(context.Context) error, error) {
	jobs := &Jobs{wait: make(chan int, 100)}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-ctx.Done():
				return
			case id := <-jobs.wait:
				jobs.set(id, "running", "")
				time.Sleep(50 * time.Millisecond) // the work
				jobs.set(id, "done", "42")
			}
		}
	}()
	return jobs, func(stop context.Context) error {
		cancel()
		select {
		case <-ended:
			return nil
		case <-stop.Done():
			return stop.Err()
		}
	}, nil
}

func (j *Jobs) add() (Job, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	job := Job{ID: len(j.all) + 1, Status: "waiting"}
	select {
	case j.wait <- job.ID:
		j.all = append(j.all, job)
		return job, nil
	default:
		return job, brio.Error(503, "Too many jobs wait").WithHeader("Retry-After", "10")
	}
}

// endregion

func (j *Jobs) set(id int, status, result string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.all[id-1] = Job{id, status, result}
}

// region handlers
func createReport(jobs *Jobs, urls *brio.URLs, resp *brio.Response) (Job, error) {
	job, err := jobs.add()
	if err != nil {
		return job, err
	}
	link, err := urls.For("readJob", "id", strconv.Itoa(job.ID))
	resp.SetHeader("Location", link)
	return job, err
}

func readJob(jobs *Jobs, in struct {
	ID int `path:"id"`
}) (Job, error) {
	jobs.mu.Lock()
	defer jobs.mu.Unlock()
	if in.ID < 1 || in.ID > len(jobs.all) {
		return Job{}, brio.Error(404, "No such job")
	}
	return jobs.all[in.ID-1], nil
}

// endregion

func main() {
	app := brio.New(brio.SupplyFunc(startJobs))
	app.Post("/reports", createReport, brio.Status(202))
	app.Get("/jobs/{id}", readJob, brio.Name("readJob"))
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
