package main

import (
	"context"
	"errors"
	"log"

	"github.com/brio-go/brio"
	"github.com/glebarez/sqlite"
	"gorm.io/gorm"
)

type Note struct {
	ID   uint   `json:"id"`
	Text string `json:"text" gorm:"not null"`
}

type NewNote struct {
	Text string `json:"text" validate:"min=1,max=200"`
}

// region session

// openDB opens the pool when the app starts, and closes it when the app stops.
func openDB(file string) func(context.Context) (*Pool, func(context.Context) error, error) {
	return func(ctx context.Context) (*Pool, func(context.Context) error, error) {
		db, err := gorm.Open(sqlite.Open(file), &gorm.Config{TranslateError: true})
		if err != nil {
			return nil, nil, err
		}
		stop := func(context.Context) error {
			pool, err := db.DB()
			if err != nil {
				return err
			}
			return pool.Close()
		}
		return &Pool{db}, stop, db.WithContext(ctx).AutoMigrate(&Note{})
	}
}

// Pool is the database outside of a request. It has a type of its own, so that no handler uses it for a session.
type Pool struct{ db *gorm.DB }

// session is one transaction, with the context of the request.
func session(ctx context.Context, pool *Pool) (*gorm.DB, func(error) error, error) {
	tx := pool.db.WithContext(ctx).Begin()
	return tx, func(err error) error {
		if err != nil {
			return errors.Join(err, tx.Rollback().Error)
		}
		return tx.Commit().Error
	}, tx.Error
}

// endregion

func createNote(db *gorm.DB, in brio.Body[NewNote]) (*Note, error) {
	note := &Note{Text: in.Value.Text}
	return note, db.Create(note).Error
}

func readNote(db *gorm.DB, in struct {
	ID uint `path:"id"`
}) (*Note, error) {
	var note Note
	err := db.First(&note, in.ID).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, brio.Error(404, "No such note").WithCause(err)
	}
	return &note, err
}

func newApp(file string) *brio.App {
	app := brio.New(brio.SupplyFunc(openDB(file)), brio.Provide(brio.BeforeResponse(session)))
	app.Post("/notes", createNote, brio.Status(201))
	app.Get("/notes/{id}", readNote)
	return app
}

func main() {
	if err := newApp("notes.db").Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
