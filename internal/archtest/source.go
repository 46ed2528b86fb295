package archtest

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
)

// A ban is something that code must not say.
type ban struct {
	what   string
	finds  func(imported map[string]string, node ast.Node) bool
	except []string // packages that may, as patterns
	reason string
}

// bans is what no code of the module may say, comments and strings apart. Tests may.
var bans = []ban{
	{"init", declares("init"), nil, "an import must not do anything"},
	{"panic", calls("panic"), nil, "an error that the caller can handle"},
	{"os.Getenv", names("os", "Getenv", "LookupEnv", "Environ", "ExpandEnv"), []string{"credentials", "credentials/internal/*", "client/posture", "client/internal/process", "examples/*"}, "the environment is read in one place"},
	{"syscall.Getenv", names("syscall", "Getenv", "Environ"), nil, "the environment is read in one place"},
	{"os.Exit", names("os", "Exit"), []string{"examples/*", "internal/testkit"}, "a library does not end the process"},
	{"fmt.Print", names("fmt", "Print", "Printf", "Println"), []string{"examples/*"}, "a library does not write to the terminal"},
	{"slog.Default", names("log/slog", "Default", "Debug", "Info", "Warn", "Error", "Log", "LogAttrs", "DebugContext", "InfoContext", "WarnContext", "ErrorContext"), []string{"examples/*", "telemetry/event"}, "only the sink for those without an audit log writes there"},
	{"http.DefaultClient", names("net/http", "DefaultClient", "DefaultTransport", "Get", "Head", "Post", "PostForm"), nil, "it knows no rule of ours"},
	{"http.ProxyFromEnvironment", names("net/http", "ProxyFromEnvironment"), nil, "a proxy would take the place of the verified address"},
	{"net.DefaultResolver", names("net", "DefaultResolver", "LookupHost", "LookupIP", "LookupAddr", "LookupCNAME", "Dial", "DialTimeout"), nil, "its answers are not checked"},
	{"InsecureSkipVerify", mentions("InsecureSkipVerify"), nil, "certificates are always checked"},
	{"RecordError", mentions("RecordError"), nil, "the texts of errors leak"},
	{"SetErr", mentions("SetErr"), nil, "the texts of errors leak"},
	{"AddEvent", mentions("AddEvent"), nil, "events of spans hold texts"},
	{"SetStatus with a text", statusText, nil, "the texts of errors leak"},
	{"defer span.End()", defersEnd, nil, "a span that ends in a panic records what the panic says"},
	{"math/rand", imports("math/rand", "math/rand/v2"), []string{"client/resilience", "credentials/keyvault", "client/clienttest"}, "only jitter may be guessable"},
	{"log", imports("log"), []string{"examples/*", "client/internal/battery"}, "the library logs nothing by itself"},
	{"unsafe", imports("unsafe", "plugin", "C"), nil, "memory safety is part of the promise"},
	{"dot import", dotImports, nil, "it hides where a name is from"},
}

// Bans returns a fault for each thing in the files that code must not say.
func Bans(files []File) []Fault {
	var faults []Fault
	for _, f := range files {
		if f.Test {
			continue
		}
		imported := f.imported()
		for _, b := range bans {
			if matchAny(b.except, f.Package) {
				continue
			}
			ast.Inspect(f.syntax, func(node ast.Node) bool {
				if node != nil && b.finds(imported, node) {
					line := strconv.Itoa(f.set.Position(node.Pos()).Line)
					faults = append(faults, Fault{f.Name + ":" + line, "source", "says " + b.what + "; " + b.reason})
				}
				return true
			})
		}
	}
	return faults
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// imported maps the names that the file has for packages to their paths.
func (f File) imported() map[string]string {
	all := map[string]string{}
	for _, spec := range f.syntax.Imports {
		p := importPath(spec)
		name := path.Base(p)
		if majorVersion.MatchString(name) {
			name = path.Base(path.Dir(p)) // only a guess, but right for math/rand/v2 and its like
		}
		if spec.Name != nil {
			name = spec.Name.Name
		}
		all[name] = p
	}
	return all
}

// names finds a use of an exported name of a package, under whatever name the package is
// imported.
func names(pkg string, exported ...string) func(map[string]string, ast.Node) bool {
	return func(imported map[string]string, node ast.Node) bool {
		sel, ok := node.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		x, ok := sel.X.(*ast.Ident)
		return ok && imported[x.Name] == pkg && slices.Contains(exported, sel.Sel.Name)
	}
}

// mentions finds an identifier wherever it stands.
func mentions(name string) func(map[string]string, ast.Node) bool {
	return func(_ map[string]string, node ast.Node) bool {
		ident, ok := node.(*ast.Ident)
		return ok && ident.Name == name
	}
}

// calls finds a call of a plain name.
func calls(name string) func(map[string]string, ast.Node) bool {
	return func(_ map[string]string, node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok {
			return false
		}
		ident, ok := ast.Unparen(call.Fun).(*ast.Ident)
		return ok && ident.Name == name
	}
}

// statusText finds a SetStatus whose description is anything but "".
func statusText(_ map[string]string, node ast.Node) bool {
	call, ok := node.(*ast.CallExpr)
	if !ok || len(call.Args) != 2 {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "SetStatus" {
		return false
	}
	text, ok := call.Args[1].(*ast.BasicLit)
	return !ok || text.Value != `""`
}

// defersEnd finds a deferred call of a method End. In a function of its own it is allowed:
// there, the span does not see the panic.
func defersEnd(_ map[string]string, node ast.Node) bool {
	stmt, ok := node.(*ast.DeferStmt)
	if !ok {
		return false
	}
	sel, ok := stmt.Call.Fun.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "End"
}

// declares finds a function, not a method, of that name.
func declares(name string) func(map[string]string, ast.Node) bool {
	return func(_ map[string]string, node ast.Node) bool {
		decl, ok := node.(*ast.FuncDecl)
		return ok && decl.Recv == nil && decl.Name.Name == name
	}
}

// imports finds an import of one of the packages.
func imports(packages ...string) func(map[string]string, ast.Node) bool {
	return func(_ map[string]string, node ast.Node) bool {
		spec, ok := node.(*ast.ImportSpec)
		return ok && slices.Contains(packages, importPath(spec))
	}
}

func dotImports(_ map[string]string, node ast.Node) bool {
	spec, ok := node.(*ast.ImportSpec)
	return ok && spec.Name != nil && spec.Name.Name == "." && spec.Path.Kind == token.STRING
}
