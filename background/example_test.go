package background_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/background"
)

// Jobs are handed to the app's queue when the handler has succeeded, before the answer leaves. Tasks run after it.
func ExampleTasks() {
	queue := background.QueueFunc(func(_ context.Context, j background.Job) error {
		fmt.Printf("job %s %s\n", j.Name, j.Payload)
		return nil
	})
	app := brio.New(brio.TaskQueue(queue))
	app.Post("/orders", func(tasks *background.Tasks) string {
		tasks.Add(func(context.Context) error {
			fmt.Println("task")
			return nil
		})
		tasks.Enqueue("send-invoice", map[string]int{"order": 7})
		return "ordered"
	})
	app.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/orders", nil))
	// Output:
	// job send-invoice {"order":7}
	// task
}

// A Queue of the program stores jobs where its workers find them. A Task is a function.
func ExampleQueue() {
	var queue background.Queue = background.QueueFunc(func(_ context.Context, j background.Job) error {
		fmt.Println("stored", j.Name)
		return nil
	})
	var task background.Task = func(context.Context) error { return nil }
	app := brio.New()
	app.Post("/", func(tasks *background.Tasks) int {
		tasks.Add(task)
		tasks.Enqueue("resize", "hat.png")
		return tasks.Len()
	}, brio.TaskQueue(queue))
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("POST", "/", nil))
	fmt.Println(w.Body)
	// Output:
	// stored resize
	// 1
}
