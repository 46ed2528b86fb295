package openaiv3_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/realtime"
	"github.com/openai/openai-go/v3/responses"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// Every service of the SDK's client, and every service of a service, sends through the
// client. A field that a later version adds is empty, and fails here.
func TestEveryServiceIsJoined(t *testing.T) {
	t.Parallel()
	p := open(t, clienttest.Config{})
	n := 0
	joined(t, &n, "openai.Client", reflect.ValueOf(p.ai))
	testkit.True(t, n > 60, "services were found")
}

// joined checks a service and those below it. A service is a struct with a field Options.
func joined(t *testing.T, n *int, path string, service reflect.Value) {
	t.Helper()
	for i := range service.NumField() {
		field, value := service.Type().Field(i), service.Field(i)
		switch {
		case field.Name == "Options":
			*n++
			testkit.True(t, value.Len() > 0, path+" has the options of New")
		case value.Kind() == reflect.Struct:
			joined(t, n, path+"."+field.Name, value)
		case value.Kind() == reflect.Pointer && !value.IsNil() && value.Elem().Kind() == reflect.Struct:
			joined(t, n, path+"."+field.Name, value.Elem())
		case value.Kind() == reflect.Slice, value.Kind() == reflect.Func:
			t.Errorf("%s.%s is of a kind that this test does not know", path, field.Name)
		}
	}
}

// A service whose routes the client does not let pass is refused by it, so with a code and
// a record, before anything is sent.
func TestRefusedServices(t *testing.T) {
	t.Parallel()
	p := open(t, clienttest.Config{})
	for _, tt := range []struct {
		name string
		want event.Code
		call func(context.Context, openai.Client, ...option.RequestOption) error
	}{
		{"client secrets", event.RouteUnsupported, func(ctx context.Context, ai openai.Client, o ...option.RequestOption) error {
			_, err := ai.Realtime.ClientSecrets.New(ctx, realtime.ClientSecretNewParams{}, o...)
			return err
		}},
		{"containers", event.RouteUnknown, func(ctx context.Context, ai openai.Client, o ...option.RequestOption) error {
			_, err := ai.Containers.List(ctx, openai.ContainerListParams{}, o...)
			return err
		}},
		{"videos", event.RouteUnknown, func(ctx context.Context, ai openai.Client, o ...option.RequestOption) error {
			//lint:ignore SA1019 it is deprecated and still there
			_, err := ai.Videos.List(ctx, openai.VideoListParams{}, o...) //nolint:staticcheck // as above
			return err
		}},
		{"realtime", event.UpgradeBlocked, func(ctx context.Context, ai openai.Client, o ...option.RequestOption) error {
			conn, err := ai.Realtime.Connect(ctx, realtime.RealtimeConnectionOptions{}, o...)
			if err == nil {
				err = conn.Close()
			}
			return err
		}},
		{"responses over a socket", event.UpgradeBlocked, func(ctx context.Context, ai openai.Client, o ...option.RequestOption) error {
			conn, err := ai.Responses.Connect(ctx, responses.ResponseConnectionOptions{}, o...)
			if err == nil {
				err = conn.Close()
			}
			return err
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wantRefusal(t, tt.call(t.Context(), p.ai), tt.want)
			// A base URL of the call's own does not lead around the client either.
			wantRefusal(t, tt.call(t.Context(), p.ai, option.WithBaseURL("https://collector.example/v1/")), event.HostBlocked)
		})
	}
	testkit.Equal(t, len(p.azure.Journal()), 0)
}
