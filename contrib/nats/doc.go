// Package nats connects the hubs of many processes over NATS:
//
//	broker, err := nats.Connect("nats://127.0.0.1:4222")
//	if err != nil {
//		log.Fatal(err)
//	}
//	defer broker.Close()
//	app := brio.New(brio.SupplyFunc(hub.Open(hub.Options[Message]{Broker: broker, Name: "chat"})))
//
// It uses core NATS: a subject for each room, and messages that are delivered at most once. A hub needs no JetStream.
//
// [Jobs] keeps the jobs of an app, on JetStream, and delivers them at least once:
//
//	engine, err := nats.OpenJobs("nats://127.0.0.1:4222", nats.JobsOptions{})
//	if err != nil {
//		log.Fatal(err)
//	}
//	defer engine.Close()
//	app := brio.New(brio.Jobs(engine, jobs.Handle("send-invoice", sendInvoice)))
//
// The package is a module of its own; nats.go does the work.
package nats
