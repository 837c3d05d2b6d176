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

// Options has the options of the app, none without OTEL_EXPORTER_OTLP_ENDPOINT. OpenTelemetry reads this and the other OTEL variables
// from the process, not from the file .env.
func Options() []brio.AppOption {
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" {
		return nil
	}
	return []brio.AppOption{brio.Lifespan(start), brio.Use(otelhttp.NewMiddleware("request"))}
}

// start begins to send spans. Its result sends the spans that wait.
func start(ctx context.Context) (func(context.Context) error, error) {
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, err
	}
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter))
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	return provider.Shutdown, nil
}
