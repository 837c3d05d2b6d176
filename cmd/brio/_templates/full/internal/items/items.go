// Package items has the items of teams. Members of a team read its items; who made an item, and owners of the team, change it.
package items

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
	"github.com/google/uuid"

	"example.com/app/internal/auth"
	"example.com/app/internal/store"
	"example.com/app/internal/teams"
)

// NewItem is what a client sends.
type NewItem struct {
	Name string `json:"name" validate:"min=1,max=200"`
	Done bool   `json:"done" default:"false"`
}

// Item is what a client gets.
type Item struct {
	ID    uuid.UUID `json:"id"`
	Owner uuid.UUID `json:"owner_id"`
	NewItem
	Created time.Time `json:"created"`
}

// Routes are the routes of the items of a team.
func Routes() *brio.Router {
	r := brio.NewRouter(brio.Tags("items"), brio.Provide(teams.FindMember), brio.Responds[response.Detail](404, "There is no such team or item"))
	read, write := auth.Require(auth.ItemsRead), auth.Require(auth.ItemsWrite)
	r.Get("", listItems, read)
	r.Post("", createItem, write, brio.Status(201))

	one := brio.NewRouter(brio.Prefix("/{item_id}"), brio.Provide(findItem))
	own := brio.Depends(ownersOnly)
	one.Get("", readItem, read)
	one.Put("", replaceItem, write, own)
	one.Delete("", deleteItem, write, own, brio.Status(204))
	r.Include(one)
	return r
}

// findItem provides the item of the path, of a team of which the client is a member.
func findItem(ctx context.Context, db *sql.DB, m *teams.Member, in *struct {
	ID uuid.UUID `path:"item_id"`
}) (*Item, error) {
	i, err := scan(db.QueryRowContext(ctx, selectItem+` where team_id = $1 and id = $2`, m.Team, in.ID))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, brio.Error(404, "There is no such item")
	}
	return i, err
}

// ownersOnly is a guard.
func ownersOnly(m *teams.Member, i *Item) error {
	if i.Owner != m.User && !m.Owner {
		return brio.Error(403, "Only the owner of the item and owners of the team may do this")
	}
	return nil
}

// listItems lists a page of the items of a team.
func listItems(ctx context.Context, db *sql.DB, m *teams.Member, in *store.Page) ([]Item, error) {
	return store.List(ctx, db, scan, selectItem+` where team_id = $1 and id > $2 order by id limit $3`, m.Team, in.After, in.Limit)
}

// createItem adds an item. The client is its owner.
func createItem(ctx context.Context, db *sql.DB, m *teams.Member, in *brio.Body[NewItem]) (*Item, error) {
	i := &Item{uuid.Must(uuid.NewV7()), m.User, in.Value, time.Now().UTC().Truncate(time.Second)}
	_, err := db.ExecContext(ctx, `insert into items (id, team_id, owner_id, name, done, created) values ($1, $2, $3, $4, $5, $6)`,
		i.ID, m.Team, i.Owner, i.Name, i.Done, i.Created.Unix())
	return i, err
}

// readItem returns an item.
func readItem(i *Item) *Item { return i }

// replaceItem replaces what a client has sent of an item.
func replaceItem(ctx context.Context, db *sql.DB, i *Item, in *brio.Body[NewItem]) (*Item, error) {
	i.NewItem = in.Value
	_, err := db.ExecContext(ctx, `update items set name = $1, done = $2 where id = $3`, i.Name, i.Done, i.ID)
	return i, err
}

// deleteItem removes an item.
func deleteItem(ctx context.Context, db *sql.DB, i *Item) error {
	_, err := db.ExecContext(ctx, `delete from items where id = $1`, i.ID)
	return err
}

const selectItem = `select id, owner_id, name, done, created from items`

func scan(row store.Row) (*Item, error) {
	var i Item
	var created int64
	err := row.Scan(&i.ID, &i.Owner, &i.Name, &i.Done, &created)
	i.Created = time.Unix(created, 0).UTC()
	return &i, err
}
