// Package dextest writes DEX files for tests: classes whose methods load strings, call methods and read fields. The
// files are complete, sorted and checksummed as devices want them.
//
// What the package cannot see: whether the code that it writes would run; no device has to accept more than its form.
package dextest

import (
	"fmt"
	"strings"
)

// File is a DEX file to be written.
type File struct {
	Version string // "035" where it is empty
	Classes []Class
	Strings []string // further string constants, which no code loads
}

// Class is a class that the file defines.
type Class struct {
	Name    string // with dots
	Source  string // name of its source file; none where it is empty
	Methods []Method
}

// Method is a static method without parameters or result.
type Method struct {
	Name string
	Does []Step
}

// Step is a few instructions: exactly one of the fields Load, Call and Read is set.
type Step struct {
	Load string // a string, into the register that the next call hands over
	Call string // a method: "java.lang.System.loadLibrary(Ljava/lang/String;)V"
	Read string // a static field: "android.os.Build.SERIAL:Ljava/lang/String;"
}

// Load is a step that loads a string.
func Load(s string) Step { return Step{Load: s} }

// Call is a step that calls a static method.
func Call(method string) Step { return Step{Call: method} }

// Read is a step that reads a static field.
func Read(field string) Step { return Step{Read: field} }

// descriptor turns a name with dots into a type descriptor.
func descriptor(name string) string { return "L" + strings.ReplaceAll(name, ".", "/") + ";" }

// member splits "a.b.C.name" into the descriptor of the class and the name.
func member(s string) (class, name string) {
	dot := strings.LastIndexByte(s, '.')
	if dot < 0 {
		panic(fmt.Sprintf("%q names no member of a class", s))
	}
	return descriptor(s[:dot]), s[dot+1:]
}

// method is an entry of the table of methods.
type method struct{ class, name, proto string }

// field is an entry of the table of fields.
type field struct{ class, name, kind string }

func parseMethod(s string) method {
	paren := strings.IndexByte(s, '(')
	if paren < 0 {
		panic(fmt.Sprintf("%q has no prototype", s))
	}
	class, name := member(s[:paren])
	return method{class, name, s[paren:]}
}

func parseField(s string) field {
	at, kind, ok := strings.Cut(s, ":")
	if !ok {
		panic(fmt.Sprintf("%q has no type", s))
	}
	class, name := member(at)
	return field{class, name, kind}
}

// prototype splits "(IJ)V" into the descriptors of the result and of the parameters.
func prototype(s string) (result string, parameters []string) {
	end := strings.IndexByte(s, ')')
	for rest := s[1:end]; rest != ""; {
		n := 0
		for rest[n] == '[' {
			n++
		}
		if rest[n] == 'L' {
			n += strings.IndexByte(rest[n:], ';')
		}
		parameters = append(parameters, rest[:n+1])
		rest = rest[n+1:]
	}
	return s[end+1:], parameters
}

// shorty shortens a prototype to one letter a type.
func shorty(proto string) string {
	result, parameters := prototype(proto)
	out := ""
	for _, t := range append([]string{result}, parameters...) {
		if t[0] == '[' {
			t = "L"
		}
		out += t[:1]
	}
	return out
}
