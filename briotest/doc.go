// Package briotest tests apps without a network. Its [Client] calls the app's handler in memory, keeps cookies as a browser
// does, and may replace providers of the app.
//
//	c := briotest.New(t, newApp(), briotest.Override(func() *Mailer { return fake }))
//	c.Post("/signup", map[string]string{"name": "ann"}).Status(201).JSON(&user)
//
// [Explore] makes requests of the document of an app, and finds what does not hold.
//
// [Client.WebSocket] opens a connection to a WebSocket route, which sends and expects messages.
//
//	c.WebSocket("/chat").Send(Command{Text: "hi"}).Expect(Event{From: "ann", Text: "hi"}).Close(1000, "")
package briotest
