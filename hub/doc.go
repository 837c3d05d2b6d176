// Package hub sends messages to rooms: to WebSocket connections, event streams and other consumers, on one or on many processes.
//
// A [Hub] has messages of one type. A handler joins a room and gets a [Member] with a bounded queue. Messages enter by [Hub.Broadcast]
// and leave by [Member.Deliver], which writes them to a connection, or by [Member.Messages], an iterator. A member that does not take
// them fast enough meets the hub's [Policy]. Names of members are the presence of a room.
//
//	func chat(ctx context.Context, ws *websocket.Conn[Say, Said], rooms *hub.Hub[Said], in *struct {
//		Room string `path:"room"`
//	}) error {
//		member, err := rooms.Join(ctx, in.Room, "ann")
//		if err != nil {
//			return err
//		}
//		defer member.Leave()
//		member.Deliver(ws)
//		for say, err := range ws.Messages(ctx) {
//			if err != nil {
//				return err
//			}
//			if err := rooms.Broadcast(ctx, in.Room, Said{"ann", say.Text}); err != nil {
//				return err
//			}
//		}
//		return nil
//	}
//
// Without a [Broker] a hub is the memory of one process. With one, hubs of many processes share their rooms. The package knows neither
// routes nor servers of messages; contrib/nats and contrib/redis have brokers.
package hub
