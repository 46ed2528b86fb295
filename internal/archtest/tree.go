package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A Fault is one thing that breaks one rule.
type Fault struct {
	Where string // a file with its line, or a package
	Rule  string
	What  string
}

// String returns the fault on one line, file first, as editors like it.
func (f Fault) String() string { return fmt.Sprintf("%s: %s [%s]", f.Where, f.What, f.Rule) }

// An Import is one import by one file.
type Import struct {
	Package string // of the file, relative to the module
	File    string // relative to the module
	Path    string // what is imported
	Test    bool   // the file is a test
}

// A File is one parsed source file.
type File struct {
	Package string // relative to the module
	Name    string // relative to the module
	Test    bool
	set     *token.FileSet
	syntax  *ast.File
}

// Parse parses the source of a file whose name is relative to the module.
func Parse(name string, source []byte) (File, error) {
	set := token.NewFileSet()
	syntax, err := parser.ParseFile(set, name, source, parser.SkipObjectResolution)
	if err != nil {
		return File{}, err
	}
	return File{path.Dir(name), name, strings.HasSuffix(name, "_test.go"), set, syntax}, nil
}

// Read parses every Go file of the module in root, whatever its build tags. It leaves
// out what the go command leaves out, and nested modules.
func Read(root fs.FS) ([]File, error) {
	var files []File
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return enter(root, name)
		}
		if !strings.HasSuffix(name, ".go") || skipped(path.Base(name)) {
			return nil
		}
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		file, err := Parse(name, source)
		files = append(files, file)
		return err
	})
	return files, err
}

// enter returns [fs.SkipDir] for folders without packages of this module.
func enter(root fs.FS, name string) error {
	if name == "." {
		return nil
	}
	if _, err := fs.Stat(root, path.Join(name, "go.mod")); err == nil || skipped(path.Base(name)) || path.Base(name) == "testdata" {
		return fs.SkipDir
	}
	return nil
}

// skipped reports whether the go command ignores a file or folder for its name.
func skipped(base string) bool { return strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") }

// Imports returns the imports of all files.
func Imports(files []File) []Import {
	var imports []Import
	for _, f := range files {
		for _, spec := range f.syntax.Imports {
			imports = append(imports, Import{f.Package, f.Name, importPath(spec), f.Test})
		}
	}
	return imports
}

func importPath(spec *ast.ImportSpec) string {
	p, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return spec.Path.Value // cannot happen in a file that parsed
	}
	return p
}

// Packages returns the packages of the files, in order.
func Packages(files []File) []string {
	var all []string
	for _, f := range files {
		all = append(all, f.Package)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Folders returns a fault for each folder at the top of the module that is not one of its
// parts. Hidden ones are free: they belong to tools.
func Folders(names []string) []Fault {
	// bin is ignored by git, for what developers build.
	parts := []string{"client", "credentials", "redact", "telemetry", "examples", "internal", "bin"}
	var faults []Fault
	for _, name := range names {
		if !slices.Contains(parts, name) && !strings.HasPrefix(name, ".") {
			faults = append(faults, Fault{name, "folders", "is not a part of the module"})
		}
	}
	return faults
}
