// Package brioriver keeps the jobs of an app in its database, PostgreSQL or SQLite, with River (riverqueue.com). It is an engine of package
// jobs:
//
//	engine, err := brioriver.New(db, briosql.PostgreSQL, brioriver.Options{})
//	…
//	err = engine.Migrate(ctx) // or with River's own command
//	app := brio.New(
//		brio.Use(middleware.Idempotency(middleware.IdempotencyOptions{Store: keys})), // of briosql: makes the transactions
//		brio.Provide(briosql.Tx),
//		brio.Jobs(engine, jobs.Handle("send-invoice", sendInvoice)),
//	)
//
// A job of a request is stored by the request's transaction ([briosql.Tx]), if it has one: what the handler has written and the job are
// committed together, or not at all. A job is a row of River's table river_job, which River's user interface shows too.
//
// River needs no LISTEN here: each process asks for due jobs every half a second, see Options.Poll. Jobs of a later time are
// looked for every 5 seconds, by one of the processes. That one also takes jobs from processes that have died: after Options.Lease and up to
// 45 seconds more. It discards such jobs whose kinds it does not declare, so processes with one database declare the same kinds.
//
// The package is a module of its own. The driver of the database is that of the program; River brings parts of pgx and lib/pq with it. River's
// licence is MPL-2.0.
package brioriver
