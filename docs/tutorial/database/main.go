package main

import (
	"context"
	"database/sql"
	"errors"
	"log"
	"net/http"

	"github.com/brio-go/brio"
	_ "modernc.org/sqlite"
)

func main() {
	if err := newApp("todo.db").Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}

func newApp(file string) *brio.App {
	app := brio.New(
		brio.Title("Todo"),
		brio.SupplyFunc(openDB(file)),
		brio.Provide(brio.BeforeResponse(beginTx), newTodos),
	)
	app.Post("/todos", createTodo, brio.Status(201))
	app.Get("/todos", listTodos)
	app.Get("/todos/{id}", readTodo)
	app.Patch("/todos/{id}", patchTodo)
	app.Delete("/todos/{id}", deleteTodo)
	return app
}

// region open
func openDB(file string) func(context.Context) (*sql.DB, func(context.Context) error, error) {
	return func(ctx context.Context) (*sql.DB, func(context.Context) error, error) {
		db, err := sql.Open("sqlite", file+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_txlock=immediate")
		if err != nil {
			return nil, nil, err
		}
		_, err = db.ExecContext(ctx, `create table if not exists todos (id integer primary key, title text not null, done boolean not null)`)
		return db, func(context.Context) error { return db.Close() }, err
	}
}

// endregion

// region tx
func beginTx(r *http.Request, db *sql.DB) (*sql.Tx, func(error) error, error) {
	tx, err := db.BeginTx(r.Context(), &sql.TxOptions{ReadOnly: r.Method == http.MethodGet})
	if err != nil {
		return nil, nil, err
	}
	return tx, func(err error) error {
		if err != nil {
			return errors.Join(err, tx.Rollback())
		}
		return tx.Commit()
	}, nil
}

// endregion

// region store
type NewTodo struct {
	Title string `json:"title" validate:"min=1,max=200"`
	Done  bool   `json:"done" default:"false"`
}

type Todo struct {
	ID int64 `json:"id"`
	NewTodo
}

// Todos is the repository of one request.
type Todos struct{ tx *sql.Tx }

func newTodos(tx *sql.Tx) *Todos { return &Todos{tx} }

func (r *Todos) Find(ctx context.Context, id int64) (*Todo, error) {
	t := &Todo{ID: id}
	err := r.tx.QueryRowContext(ctx, `select title, done from todos where id = ?`, id).Scan(&t.Title, &t.Done)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, brio.Error(404, "No such todo")
	}
	return t, err
}

// endregion

// region handlers
type Key struct {
	ID int64 `path:"id"`
}

func createTodo(ctx context.Context, todos *Todos, in brio.Body[NewTodo]) (*Todo, error) {
	result, err := todos.tx.ExecContext(ctx, `insert into todos (title, done) values (?, ?)`, in.Value.Title, in.Value.Done)
	if err != nil {
		return nil, err
	}
	id, err := result.LastInsertId()
	return &Todo{ID: id, NewTodo: in.Value}, err
}

func readTodo(ctx context.Context, todos *Todos, in Key) (*Todo, error) {
	return todos.Find(ctx, in.ID)
}

func patchTodo(ctx context.Context, todos *Todos, in struct {
	Key
	Change brio.Patch[NewTodo] `body:""`
}) (*Todo, error) {
	t, err := todos.Find(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	in.Change.Apply(&t.NewTodo)
	_, err = todos.tx.ExecContext(ctx, `update todos set title = ?, done = ? where id = ?`, t.Title, t.Done, t.ID)
	return t, err
}

func deleteTodo(ctx context.Context, todos *Todos, in Key) error {
	if _, err := todos.Find(ctx, in.ID); err != nil {
		return err
	}
	_, err := todos.tx.ExecContext(ctx, `delete from todos where id = ?`, in.ID)
	return err
}

// endregion

func listTodos(ctx context.Context, todos *Todos, in struct {
	Limit  int `query:"limit" default:"20" validate:"min=1,max=100"`
	Offset int `query:"offset" default:"0" validate:"min=0"`
}) ([]Todo, error) {
	rows, err := todos.tx.QueryContext(ctx, `select id, title, done from todos order by id limit ? offset ?`, in.Limit, in.Offset)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Todo
	for rows.Next() {
		var t Todo
		if err := rows.Scan(&t.ID, &t.Title, &t.Done); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, rows.Err()
}
