// Package websocket has the connections that WebSocket handlers receive: [Socket], which programs call brio.WebSocket, for text, bytes
// and JSON, and [Conn], whose messages have types.
//
// The router makes them, for routes of brio's WebSocket method. A function of such a route takes one of them beside all that other
// handlers take: parameters, dependencies, the request. It runs before the handshake is answered, so an error that it returns then is an
// answer of HTTP. The first read or write accepts the handshake, and so does Accept.
//
//	type Command struct {
//		Room string `json:"room" validate:"min=1"`
//		Text string `json:"text" validate:"max=500"`
//	}
//
//	type Event struct {
//		From string `json:"from"`
//		Text string `json:"text"`
//	}
//
//	func chat(ctx context.Context, user *User, conn *websocket.Conn[Command, Event]) error {
//		for command, err := range conn.Messages(ctx) {
//			if err != nil {
//				return err
//			}
//			if err := conn.Write(ctx, Event{user.Name, command.Text}); err != nil {
//				return err
//			}
//		}
//		return nil
//	}
//
//	app.WebSocket("/chat", chat)
//
// The connection ends when the handler returns: with 1000, or with the code of the error, see [Error]. The package knows neither routes
// nor how messages are validated: the router hands that over with each connection.
package websocket
