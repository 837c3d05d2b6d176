// Package briotest tests apps without a network. Its [Client] calls the app's handler in memory, keeps cookies as a browser
// does, and may replace providers of the app.
//
//	c := briotest.New(t, newApp(), briotest.Override(func() *Mailer { return fake }))
//	c.Post("/signup", map[string]string{"name": "ann"}).Status(201).JSON(&user)
package briotest
