package wire

import (
	"net/http"
	"strings"
)

// A where says below which prefixes a route exists.
type where uint8

const (
	atV1         where = 1 << iota // /openai/v1/
	atDeployment                   // /openai/deployments/{name}/
	atRoot                         // /openai/
)

// The prefixes follow openai-go's azure.WithEndpoint, which maps the paths that act on
// one model to those of its deployment and leaves the others at the root.
const (
	perModel   = atV1 | atDeployment
	perAccount = atV1 | atRoot
	anywhere   = atV1 | atDeployment | atRoot
)

// An entry is one row of the route table. A row without an operation is refused as
// unsupported: known, but its content cannot be inspected.
type entry struct {
	method string // empty: any
	// path is what follows the prefix. {} stands for one segment, a final * for any
	// number of segments, also none.
	path      string
	where     where
	operation Operation
	body      BodyKind
	streams   bool
	binary    bool // a good answer is not JSON
	text      bool // it may be text
	file      bool // it is the content of a file
	pages     bool // the query may ask for a page of a list
	asks      ask  // and for more
}

// asked is what the query may ask.
func (e *entry) asked() ask {
	if e.pages {
		return e.asks | askPage
	}
	return e.asks
}

// routes, fileRoutes and storedRoutes are the whole table; the first row that fits decides. What it does
// not have is unknown.
var routes = [...]entry{
	{method: http.MethodPost, path: "chat/completions", where: perModel, operation: Chat, body: JSONBody, streams: true},
	{method: http.MethodPost, path: "completions", where: perModel, operation: Completions, body: JSONBody, streams: true},
	{method: http.MethodPost, path: "embeddings", where: perModel, operation: Embeddings, body: JSONBody},
	{method: http.MethodPost, path: "images/generations", where: perModel, operation: Images, body: JSONBody, streams: true},
	{method: http.MethodPost, path: "audio/speech", where: perModel, operation: Speech, body: JSONBody, streams: true, binary: true},
	{method: http.MethodPost, path: "responses", where: perAccount, operation: Responses, body: JSONBody, streams: true},
	{method: http.MethodPost, path: "responses/input_tokens", where: perAccount, operation: InputTokens, body: JSONBody},
	{method: http.MethodPost, path: "responses/compact", where: perAccount, operation: Compact, body: JSONBody},
	{method: http.MethodPost, path: "moderations", where: perAccount, operation: Moderations, body: JSONBody},
	{method: http.MethodGet, path: "models", where: perAccount, operation: Models, pages: true},
	{method: http.MethodGet, path: "models/{}", where: perAccount, operation: Model},

	{method: http.MethodDelete, path: "models/{}", where: perAccount},

	{path: "realtime*", where: anywhere},
}

// find returns the row for a method and a path without its prefix, or nil.
func find(method, rest string, style Style, scoped bool) *entry {
	at := atV1
	switch {
	case scoped:
		at = atDeployment
	case style == Deployments:
		at = atRoot
	}
	for _, table := range [...][]entry{routes[:], fileRoutes[:], storedRoutes[:]} {
		for i := range table {
			e := &table[i]
			if e.where&at == 0 || e.method != "" && e.method != method {
				continue
			}
			if _, ok := fits(e.path, rest); ok {
				return e
			}
		}
	}
	return nil
}

// fits reports whether rest is one of the paths that pattern stands for, and what stands in
// the places of its {}.
func fits(pattern, rest string) (ids [maxPathRefs]string, ok bool) {
	if root, ok := strings.CutSuffix(pattern, "*"); ok {
		tail, ok := strings.CutPrefix(rest, root)
		return ids, ok && (tail == "" || tail[0] == '/')
	}
	for n := range maxPathRefs {
		before, after, more := strings.Cut(pattern, "{}")
		if !more {
			break
		}
		tail, ok := strings.CutPrefix(rest, before)
		if !ok {
			return ids, false
		}
		end := strings.IndexByte(tail, '/')
		if end < 0 {
			end = len(tail)
		}
		if end == 0 || end > maxSegment {
			return ids, false
		}
		ids[n], pattern, rest = tail[:end], after, tail[end:]
	}
	return ids, pattern == rest
}

const (
	// maxSegment bounds an id in a path, in bytes. The service's own are shorter.
	maxSegment = 256
	// maxPathRefs is how many ids a path has at most: thread, run and step.
	maxPathRefs = 3
)
