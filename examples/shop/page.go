package main

import (
	"html"
	"net/http"
	"strings"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

// page returns a Response, which Brio sends as it is. response.HTML escapes nothing: the program escapes text of clients.
func page(r *http.Request) *brio.Response {
	return response.HTML(strings.ReplaceAll(pageText, "HOST", html.EscapeString(r.Host)))
}

const pageText = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Shop</title>
<style>body { font: 16px/1.5 system-ui; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
pre { background: #f4f4f2; padding: 1rem; overflow-x: auto }</style>
<h1>Shop</h1>
<p>Look around:
<a href="/api/items">items</a>,
<a href="/api/items?max_price=20&amp;sort=price">cheap ones</a>,
<a href="/newest">the newest</a>,
<a href="/api/items/TEA-001/reviews">reviews</a>,
<a href="/api/items?limit=many&amp;sort=colour">a mistake</a>,
<a href="/health">health</a>.</p>
<p>The API: <a href="/docs">/docs</a> sends requests, <a href="/redoc">/redoc</a> is for reading, and both show
<a href="/openapi.json">/openapi.json</a>.</p>
<p>Sign in. Ada is an administrator; bob@example.com with hunter-two-2 is not.</p>
<pre>
curl -i -c jar HOST/api/session -H 'Content-Type: application/json' \
     -d '{"email":"ada@example.com","password":"engine-no-1"}'
curl -b jar HOST/api/users/me
</pre>
<p>Order, look at it, and order too much: nothing is taken.</p>
<pre>
curl -i -b jar HOST/api/orders -H 'Content-Type: application/json' \
     -d '{"lines":[{"sku":"TEA-001","quantity":2},{"sku":"TEA-002"}],"note":"as a gift"}'
curl -b jar HOST/api/orders
curl -b jar HOST/api/orders -H 'Content-Type: application/json' \
     -d '{"lines":[{"sku":"TEA-001"},{"sku":"POT-001"}]}'
</pre>
<p>Review, anonymously or not, in your language.</p>
<pre>
curl 'HOST/api/items/TEA-001/reviews?anonymous=no' -b visitor=v1 -H 'Content-Language: de' \
     -H 'Content-Type: application/json' -d '{"stars":5,"text":"Sehr gut"}'
</pre>
<p>As an administrator: take away a description, change a price, see who did what.</p>
<pre>
curl -b jar -X PATCH HOST/api/admin/items/TEA-001 -H 'Content-Type: application/json' \
     -d '{"description":null,"price":"13.00"}'
curl -b jar HOST/api/admin/users
curl -b jar HOST/api/admin/audit
</pre>
<p>Sign out.</p>
<pre>
curl -i -b jar -c jar -X DELETE HOST/api/session
</pre>
`
