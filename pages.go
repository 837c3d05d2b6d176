package brio

import "github.com/brio-go/brio/routing"

// pages are what the app answers itself beside its routes.
func (a *App) pages(documents []document) []routing.Page {
	return a.documentPages(documents)
}
