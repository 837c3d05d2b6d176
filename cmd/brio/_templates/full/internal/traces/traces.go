// Package traces sends a span of each request to a collector of OpenTelemetry.
package traces

import (
	"context"
	"os"

	"github.com/brio-go/brio"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/trace"
)

// on reports whether a collector is set. OpenTelemetry reads this and the other OTEL variables from the process, not from the file .env.
func on() bool { return os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" }

// Middleware makes a span of each request. It is none without OTEL_EXPORTER_OTLP_ENDPOINT.
func Middleware() []brio.Middleware {
	if !on() {
		return nil
	}
	return []brio.Middleware{otelhttp.NewMiddleware("request")}
}

// Send begins to send spans, if a collector is set. Its result sends the spans that wait.
func Send(ctx context.Context) (func(context.Context) error, error) {
	if !on() {
		return nil, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, err
	}
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter))
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	return provider.Shutdown, nil
}
