package openaiv3_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

// A sdkCall is what a method of a service sends, and the types that it sends and decodes.
type sdkCall struct {
	name   string // Chat.Completions.New
	method string
	url    *url.URL
	media  string       // of the body, if there is one
	params reflect.Type // nil if it takes none
	result reflect.Type // nil if it decodes nothing
	stream bool         // result is an event
}

var errRecorded = errors.New("the request was looked at")

// A recorder sends nothing and keeps the first request.
type recorder struct{ seen *http.Request }

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_, _ = io.Copy(io.Discard, req.Body)
		_ = req.Body.Close()
	}
	if r.seen == nil {
		r.seen = req
	}
	return nil, errRecorded
}

// callEach calls every method of every service that New wires, without parameters and with
// made-up ids, and returns what they would send. Methods that only page through another
// one's answers are left out; one that sends nothing has no URL.
func callEach(t *testing.T, ai openai.Client) []sdkCall {
	t.Helper()
	var calls []sdkCall
	var walk func(path string, service reflect.Value)
	walk = func(path string, service reflect.Value) {
		for i := range service.NumField() {
			field := service.Type().Field(i)
			if field.IsExported() && field.Name != "Options" && field.Type.Kind() == reflect.Struct {
				walk(path+field.Name+".", service.Field(i))
			}
		}
		pointer := service.Addr()
		for i := range pointer.NumMethod() {
			name := pointer.Type().Method(i).Name
			if !strings.HasSuffix(name, "AutoPaging") {
				calls = append(calls, record(t, path+name, pointer.Method(i)))
			}
		}
	}
	services := reflect.New(reflect.TypeFor[openai.Client]()).Elem()
	services.Set(reflect.ValueOf(ai))
	walk("", services)
	return calls
}

// record calls one method.
func record(t *testing.T, name string, method reflect.Value) sdkCall {
	t.Helper()
	kind := method.Type()
	c := sdkCall{name: name}
	heard := &recorder{}
	opts := []option.RequestOption{
		option.WithHTTPClient(&http.Client{Transport: heard}), option.WithBaseURL("https://contoso.openai.azure.com/openai/v1/"),
	}
	takesOptions := kind.IsVariadic() && kind.In(kind.NumIn()-1) == reflect.TypeFor[[]option.RequestOption]()
	if !takesOptions {
		return c
	}
	args := []reflect.Value{}
	for i := range kind.NumIn() - 1 {
		in := kind.In(i)
		switch {
		case in == reflect.TypeFor[context.Context]():
			args = append(args, reflect.ValueOf(t.Context()))
		case in.Kind() == reflect.String:
			args = append(args, reflect.ValueOf("id_1").Convert(in))
		default:
			if in.Kind() == reflect.Struct {
				c.params = in
			}
			args = append(args, reflect.Zero(in))
		}
	}
	for _, opt := range opts {
		args = append(args, reflect.ValueOf(opt))
	}
	c.result, c.stream = decoded(kind)
	func() {
		defer func() { _ = recover() }() // a helper that needs more than nothing
		method.Call(args)
	}()
	if heard.seen != nil {
		c.method, c.url = heard.seen.Method, heard.seen.URL
		c.media, _, _ = strings.Cut(heard.seen.Header.Get("Content-Type"), ";")
	}
	return c
}

// decoded is the type that a method decodes answers into, or events.
func decoded(method reflect.Type) (result reflect.Type, stream bool) {
	if method.NumOut() == 0 || method.Out(0).Kind() != reflect.Pointer {
		return nil, false
	}
	result = method.Out(0).Elem()
	if !strings.HasPrefix(result.Name(), "Stream[") {
		return result, false
	}
	current, _ := method.Out(0).MethodByName("Current")
	return current.Type.Out(0), true
}
