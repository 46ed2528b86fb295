package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// maxAnswer is how much of an answer is read, in bytes. One about the largest batch is a
// tenth of that.
const maxAnswer = 16 << 20

// Endpoint checks the address of a service: https, or http on this machine, without user,
// query and fragment. It returns "" or what is wrong.
func Endpoint(address string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "":
		return "not a URL with a host"
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return "has more than scheme, host and path"
	case u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname()):
		return ""
	}
	return "neither https nor on this machine"
}

func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// Join is an endpoint and the rest of a URL.
func Join(endpoint, rest string) string { return strings.TrimRight(endpoint, "/") + rest }

// Post sends in as JSON and reads out. It follows no redirect, since the text would go
// along. A bearer of "" sends none.
func Post(ctx context.Context, rt http.RoundTripper, address, bearer string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return &Error{Reason: "the request could not be written"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return &Error{Reason: "the request could not be made"}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := rt.RoundTrip(req)
	if err != nil {
		return &Error{Reason: "the service could not be reached", Err: err}
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	if resp.StatusCode != http.StatusOK {
		return &Error{Reason: "status", Status: resp.StatusCode}
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return &Error{Reason: "the answer could not be read", Err: err}
	case len(answer) > maxAnswer:
		return &Error{Reason: "the answer is too large"}
	case json.Unmarshal(answer, out) != nil:
		return &Error{Reason: "the answer is not JSON of the known form"}
	}
	return nil
}
