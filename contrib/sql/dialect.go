package briosql

import (
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Dialect is the database behind a *sql.DB.
type Dialect int

// The dialects.
const (
	PostgreSQL Dialect = iota + 1 // 12 and later
	SQLite                        // 3.35 and later; set a busy_timeout, and journal_mode WAL
)

// Options configure a store. The zero value has the defaults.
type Options struct {
	// Table is the name of the table: letters, digits and underscores, with its schema before a dot if it has one. "" means
	// "brio_idempotency", or "brio_sessions".
	Table string
	// Timeout limits each method of the store. 0 means 5 seconds. The transactions of requests have no limit of their own.
	Timeout time.Duration
	// Tx are the options of the transactions of requests, for Idempotency. nil means those of the database.
	Tx *sql.TxOptions
}

// check sets the defaults of options, and returns the first mistake.
func (o *Options) check(db *sql.DB, d Dialect, table string) error {
	if o.Table == "" {
		o.Table = table
	}
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Second
	}
	switch {
	case db == nil:
		return errors.New("briosql: the database is nil")
	case d != PostgreSQL && d != SQLite:
		return fmt.Errorf("briosql: the dialect is %d; legal are PostgreSQL and SQLite", d)
	case !regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_]{0,62}\.)?[A-Za-z_][A-Za-z0-9_]{0,50}$`).MatchString(o.Table):
		return fmt.Errorf("briosql: the table is %q; legal are letters, digits and underscores, with a schema before a dot", o.Table)
	}
	return nil
}

// expireQuery deletes expired rows, as many as its argument says.
const expireQuery = "DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE until <= {now} LIMIT ?1{skip})"

// sweepEvery is how many rows a process inserts before it deletes expired ones, and sweepRows how many it deletes then at most. It deletes
// more than it inserts.
const (
	sweepEvery = 100
	sweepRows  = 1000
)

// expander returns the function that makes statements for a table. In their texts {table} is its name, {name} the same without the schema,
// {now} the time in milliseconds since 1970, {bytes} the type of bytes, {skip} the clause that passes over locked rows, and ?1 the first
// argument.
func expander(d Dialect, table string) func(text string) string {
	bytes, now, skip := "BLOB", "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)", ""
	if d == PostgreSQL {
		bytes, now, skip = "BYTEA", "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)", " FOR UPDATE SKIP LOCKED"
	}
	_, name, hasSchema := strings.Cut(table, ".")
	if !hasSchema {
		name = table
	}
	expand := strings.NewReplacer("{table}", table, "{name}", name, "{now}", now, "{bytes}", bytes, "{skip}", skip)
	return func(text string) string {
		text = expand.Replace(text)
		if d == PostgreSQL {
			text = strings.ReplaceAll(text, "?", "$")
		}
		return text
	}
}
