module github.com/brio-go/brio/examples/cluster

go 1.26.0

replace (
	github.com/brio-go/brio => ../..
	github.com/brio-go/brio/contrib/nats => ../../contrib/nats
	github.com/brio-go/brio/contrib/redis => ../../contrib/redis
	github.com/brio-go/brio/contrib/river => ../../contrib/river
	github.com/brio-go/brio/contrib/sql => ../../contrib/sql
)
