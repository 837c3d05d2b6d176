package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

// The stored type is the response model too. Public routes exclude the member cost.

// Item is an item of the shop. Its cost is for administrators.
type Item struct {
	SKU         string    `json:"sku" pattern:"^[A-Z]{3}-[0-9]{3}$" doc:"Three letters, three digits: TEA-001"`
	Name        string    `json:"name" validate:"min=2,max=80"`
	Description *string   `json:"description" validate:"max=500"`
	Price       Money     `json:"price" validate:"gt=0"`
	Cost        Money     `json:"cost" validate:"gte=0" doc:"The price that the shop pays"`
	Stock       int       `json:"stock" default:"0" validate:"min=0"`
	AddedAt     time.Time `json:"added_at" readonly:"true"`
	Reviews     []Review  `json:"reviews,omitempty" readonly:"true"`
}

// Review is a customer's opinion of an item.
type Review struct {
	Stars    int     `json:"stars" validate:"min=1,max=5"`
	Text     *string `json:"text" validate:"max=1000"`
	Language string  `json:"language" readonly:"true"`
	Visitor  *string `json:"visitor" readonly:"true"`
}

// noItem documents the answer to a request for an item that the shop does not have.
var noItem = brio.Responds[response.Detail](404, "There is no such item")

func itemRoutes() *brio.Router {
	r := brio.NewRouter(brio.Prefix("/items"), brio.Tags("items"))
	r.Get("", listItems, brio.ResponseExclude("items.*.cost", "items.*.reviews"))
	r.Get("/{sku}", readItem, brio.ResponseExclude("cost"), noItem)
	// Answers do not have members that are null.
	r.Get("/{sku}/reviews", listReviews, brio.ExcludeNone(), noItem)
	r.Post("/{sku}/reviews", addReview, brio.Status(201), brio.ExcludeNone(), noItem)
	return r
}

// adminItemRoutes is included in the router /api/admin, whose guards it gets.
func adminItemRoutes() *brio.Router {
	r := brio.NewRouter(brio.Prefix("/items"), brio.Tags("items"))
	r.Post("", createItem, brio.Status(201), brio.Responds[response.Detail](409, "The SKU is taken"))
	r.Get("/{sku}", readItem, noItem)
	r.Patch("/{sku}", patchItem, noItem)
	r.Delete("/{sku}", deleteItem, noItem) // no result: 204
	return r
}

func warehouseRoutes() *brio.Router {
	r := brio.NewRouter(brio.Prefix("/warehouse"))
	r.Put("/{sku}", setStock, brio.ResponseInclude("sku", "stock"), noItem)
	return r
}

// itemPath is a group of parameters, as Paging is.
type itemPath struct {
	SKU string `path:"sku" pattern:"^[A-Z]{3}-[0-9]{3}$"`
}

// listQuery has optional parameters only: every field has a default or is a pointer.
type listQuery struct {
	Paging
	Search     *string    `query:"q" validate:"min=2"`
	MaxPrice   *Money     `query:"max_price"`
	AddedAfter *time.Time `query:"added_after"`
	InStock    bool       `query:"in_stock" default:"false"`
	Sort       string     `query:"sort" default:"sku" validate:"oneof=sku name price"`
}

// listItems lists the items that the parameters select. Without parameters it lists all items.
func listItems(in *listQuery, store *Store) *Page[*Item] {
	items := slices.DeleteFunc(store.Items(), func(i *Item) bool {
		return in.Search != nil && !strings.Contains(strings.ToLower(i.Name), strings.ToLower(*in.Search)) ||
			in.MaxPrice != nil && i.Price > *in.MaxPrice ||
			in.AddedAfter != nil && !i.AddedAt.After(*in.AddedAfter) ||
			in.InStock && i.Stock == 0
	})
	switch in.Sort {
	case "name":
		slices.SortStableFunc(items, func(a, b *Item) int { return strings.Compare(a.Name, b.Name) })
	case "price":
		slices.SortStableFunc(items, func(a, b *Item) int { return cmp.Compare(a.Price, b.Price) })
	}
	return pageOf(items, in.Paging)
}

// readItem returns one item.
func readItem(in *itemPath, store *Store) (*Item, error) {
	return orNotFound(store.Item(in.SKU), in.SKU)
}

func orNotFound(i *Item, sku string) (*Item, error) {
	if i == nil {
		return nil, brio.Error(404, fmt.Sprintf("There is no item %s", sku))
	}
	return i, nil
}

// listReviews lists the reviews of an item.
func listReviews(in *itemPath, store *Store) ([]Review, error) {
	item, err := readItem(in, store)
	if err != nil {
		return nil, err
	}
	return item.Reviews, nil
}

// newReview has parameters of all sources. The tag of a field names its source.
type newReview struct {
	itemPath
	Anonymous bool    `query:"anonymous" default:"false"`
	Language  string  `header:"Content-Language" default:"en" validate:"min=2,max=12"`
	Visitor   *string `cookie:"visitor" validate:"max=40"`
	Review    Review  `body:""`
}

// addReview adds a review to an item. Its language is that of the header Content-Language.
func addReview(in *newReview, store *Store) (*Review, error) {
	review := in.Review
	review.Language = in.Language
	if !in.Anonymous {
		review.Visitor = in.Visitor
	}
	_, err := orNotFound(store.ChangeItem(in.SKU, func(i *Item) { i.Reviews = append(i.Reviews, review) }), in.SKU)
	return &review, err
}

// createItem adds an item. The header Location has the item's path.
func createItem(in *brio.Body[Item], res *brio.Response, store *Store) (*Item, error) {
	item := in.Value
	item.AddedAt = now()
	if !store.AddItem(&item) {
		return nil, brio.Error(409, "The SKU is taken")
	}
	res.SetHeader("Location", "/api/items/"+item.SKU)
	return &item, nil
}

// An Optional distinguishes an absent member, null, and a value.

// ItemPatch has the changes of an item. Absent members do not change, and a description of null removes the description.
type ItemPatch struct {
	Name        brio.Optional[string] `json:"name" validate:"min=2,max=80"`
	Description brio.Optional[string] `json:"description" validate:"max=500"`
	Price       brio.Optional[Money]  `json:"price" validate:"gt=0"`
}

// Validate runs if the rules of the tags hold. Only a description can be null.
func (p *ItemPatch) Validate(context.Context) error {
	if p.Name.IsNull() {
		return &params.ErrorDetail{Type: "string_type", Loc: []any{"name"}, Msg: "An item has a name"}
	}
	if p.Price.IsNull() {
		return &params.ErrorDetail{Type: "value_error", Loc: []any{"price"}, Msg: "An item has a price"}
	}
	return nil
}

type itemPatch struct {
	itemPath
	Patch ItemPatch `body:""`
}

// patchItem changes an item.
func patchItem(in *itemPatch, store *Store) (*Item, error) {
	return orNotFound(store.ChangeItem(in.SKU, func(i *Item) {
		i.Name = in.Patch.Name.Or(i.Name)
		i.Price = in.Patch.Price.Or(i.Price)
		if text, ok := in.Patch.Description.Get(); ok {
			i.Description = &text
		} else if in.Patch.Description.IsNull() {
			i.Description = nil
		}
	}), in.SKU)
}

// deleteItem removes an item from the shop. Orders keep their copies of it.
func deleteItem(in *itemPath, store *Store) error {
	if !store.RemoveItem(in.SKU) {
		return brio.Error(404, fmt.Sprintf("There is no item %s", in.SKU))
	}
	return nil
}

// newStock reads one member of the body, {"stock": 40}, because the body tag has a name.
type newStock struct {
	itemPath
	Stock int `body:"stock" validate:"min=0"`
}

// setStock sets the number of pieces of an item.
func setStock(in *newStock, store *Store) (*Item, error) {
	return orNotFound(store.ChangeItem(in.SKU, func(i *Item) { i.Stock = in.Stock }), in.SKU)
}
