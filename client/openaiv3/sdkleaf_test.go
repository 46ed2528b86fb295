package openaiv3_test

import (
	"encoding/json"
	"io"
	"reflect"
	"strings"
)

// A leaf is a place of a document where the SDK has no object and no list.
type leaf struct {
	path string
	kind string // what Go says of it: string, enum, constant, any, bytes, key, file, number, other
	// document puts a JSON value in the leaf's place, with the constants around it that the
	// SDK sends too.
	document func(value string) string
}

// A node is a place of a document and what is below it.
type node struct {
	path string
	name string // of the Go type, if it is a struct
	leaf *leaf
	kids []*node
}

// A walker finds the leaves of a Go type. A type within itself is not entered again.
type walker struct{ within []reflect.Type }

// walk returns the node of a type at a path; document completes what stands there.
func (w *walker) walk(path string, t reflect.Type, document func(string) string) *node {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if strings.HasPrefix(t.Name(), "Opt[") {
		value, _ := t.FieldByName("Value")
		return w.walk(path, value.Type, document)
	}
	n := &node{path: path}
	add := func(kind string) { n.leaf = &leaf{path: path, kind: kind, document: document} }
	switch {
	case t == reflect.TypeFor[io.Reader]():
		n.leaf = &leaf{path: path, kind: "file", document: func(v string) string { return document(`{"` + fileMark + `":` + v + `}`) }}
	case t == reflect.TypeFor[json.RawMessage](), t.Kind() == reflect.Interface:
		add("any")
	case t.Kind() == reflect.String && constantOf(t) != "":
		add("constant")
	case t.Kind() == reflect.String && t.Name() == "string":
		add("string")
	case t.Kind() == reflect.String:
		add("enum")
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		add("bytes")
	case t.Kind() == reflect.Slice, t.Kind() == reflect.Array:
		n.kids = append(n.kids, w.walk(path+"[]", t.Elem(), func(v string) string { return document("[" + v + "]") }))
	case t.Kind() == reflect.Map:
		key := &leaf{path: path + "{key}", kind: "key", document: func(v string) string { return document("{" + v + `:null}`) }}
		n.kids = append(n.kids, &node{path: key.path, leaf: key},
			w.walk(path+"{}", t.Elem(), func(v string) string { return document(`{"k":` + v + "}") }))
	case t.Kind() == reflect.Struct && t.PkgPath() == "time", t.Kind() == reflect.Bool:
		add("other")
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64:
		add("number")
	case t.Kind() == reflect.Struct:
		w.object(n, t, document)
	}
	return n
}

// object walks a struct: the variants of a union, or the members of an object.
func (w *walker) object(n *node, t reflect.Type, document func(string) string) {
	for _, around := range w.within {
		if around == t {
			return
		}
	}
	w.within = append(w.within, t)
	defer func() { w.within = w.within[:len(w.within)-1] }()
	n.name = t.String()
	if variants := variantsOf(t); len(variants) > 0 {
		for _, v := range variants {
			n.kids = append(n.kids, w.walk(n.path+tagOf(v), v, document))
		}
		return
	}
	for _, field := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case !field.IsExported() || field.Anonymous || name == "-":
		case strings.Contains(options, "inline"): // a variant of a union of parameters
			n.kids = append(n.kids, w.walk(n.path+tagOf(field.Type), field.Type, document))
		case name != "":
			around := constantsOf(t, name)
			n.kids = append(n.kids, w.walk(join(n.path, name), field.Type, func(v string) string {
				return document(`{` + around + `"` + name + `":` + v + `}`)
			}))
		}
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// variantsOf are the types that a union of an answer may be: the results of its methods
// AsX. Its fields are those of all variants together.
func variantsOf(t reflect.Type) []reflect.Type {
	var variants []reflect.Type
	for i := range t.NumMethod() {
		m := t.Method(i)
		if strings.HasPrefix(m.Name, "As") && m.Name != "AsAny" && m.Type.NumIn() == 1 && m.Type.NumOut() == 1 {
			variants = append(variants, m.Type.Out(0))
		}
	}
	return variants
}

// constantOf is the value of a constant of the SDK, or empty.
func constantOf(t reflect.Type) string {
	if !strings.HasSuffix(t.PkgPath(), "/shared/constant") {
		return ""
	}
	m, ok := t.MethodByName("Default")
	if !ok {
		return ""
	}
	return m.Func.Call([]reflect.Value{reflect.Zero(t)})[0].String()
}

// constantsOf are the members of a struct that are constants, as JSON, but the one named
// without.
func constantsOf(t reflect.Type, without string) string {
	var all strings.Builder
	for _, field := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if value := constantOf(field.Type); value != "" && name != "" && name != without {
			all.WriteString(`"` + name + `":"` + value + `",`)
		}
	}
	return all.String()
}

// tagOf tells a variant from others: by its type or role if that is a constant.
func tagOf(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Struct {
		for _, name := range []string{"Type", "Role", "Event"} {
			if field, ok := t.FieldByName(name); ok && constantOf(field.Type) != "" {
				return "(" + constantOf(field.Type) + ")"
			}
		}
	}
	return ""
}
