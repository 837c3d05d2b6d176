// Package briosql keeps the answers of middleware.Idempotency, and sessions, in the database of the program, over database/sql: PostgreSQL or
// SQLite.
//
//	keys, err := briosql.NewIdempotency(db, briosql.PostgreSQL, briosql.Options{})
//	…
//	_, err = db.ExecContext(ctx, keys.Schema()) // or in a migration
//	app := brio.New(
//		brio.Use(middleware.Idempotency(middleware.IdempotencyOptions{Store: keys})),
//		brio.Provide(briosql.Tx),
//	)
//	app.Post("/orders", func(ctx context.Context, tx *sql.Tx, in *brio.Body[Order]) error {
//		_, err := tx.ExecContext(ctx, "INSERT INTO orders …")
//		return err
//	})
//
// What a handler does with the transaction of [Tx] is committed together with its answer, before the answer is sent. If the process ends
// between the two, a retry receives the stored answer; if it ends earlier, nothing has happened. Sessions of [NewSessions] are a
// part of the same transaction. The package is a module of its own and imports no driver.
package briosql
