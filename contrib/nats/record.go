package nats

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/brio-go/brio/jobs"
	"github.com/nats-io/nats.go"
)

// encode writes a record as a header: JSON has no line breaks.
func encode(h nats.Header, r any) error {
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("nats: encode a job: %w", err)
	}
	h.Set(jobHeader, string(text))
	return nil
}

// decode reads a record from a header. Any client of the server may have written it.
func decode(h nats.Header, r any) error {
	if err := json.Unmarshal([]byte(h.Get(jobHeader)), r); err != nil {
		return fmt.Errorf("nats: a message has no header %s that Brio wrote: %w", jobHeader, err)
	}
	return nil
}

// info returns what programs see of a job.
func (r *jobRecord) info(attempt int) jobs.Info {
	return jobs.Info{
		ID: r.ID, Kind: r.Kind, Attempt: attempt, Key: string(r.Key), EnqueuedAt: r.EnqueuedAt,
		Origin: jobs.Origin{Traceparent: r.Parent, RequestID: r.RequestID},
	}
}

// end returns the record of a job that has ended.
func (r jobRecord) end(s jobs.State, attempt int, errText string) jobRecord {
	r.State, r.Attempt, r.Ended = s, attempt, time.Now()
	if errText != "" {
		r.Err = errText
	}
	return r
}

// runMark says that a run of a job has begun.
type runMark struct {
	Sequence uint64    `json:"sequence"` // of the job's message; the mark of another one is old
	Attempt  int       `json:"attempt"`
	Began    time.Time `json:"began"`
}
