package software

import (
	"debug/buildinfo"
	"errors"
	"path"
	"regexp"
	"runtime/debug"
	"strings"

	"quaestor/scanners/internal/components"
)

// goPrograms reads what Go's linker leaves in programs.
func (w *work) goPrograms(t *tree) {
	programs := t.programs()
	for _, what := range t.shut {
		w.unopened.Add(t.place + what)
	}
	for _, name := range programs {
		if w.ctx.Err() != nil {
			return
		}
		if info := goInfo(t, name); info != nil {
			w.goProgram(t, name, info)
		}
	}
}

// goInfo is what a program was built from, nil where it is none of Go.
func goInfo(t *tree, name string) (info *debug.BuildInfo) {
	defer func() {
		if recover() != nil { // of a program that is damaged
			info = nil
		}
	}()
	f, err := t.open(name, maxExecutable)
	if err != nil {
		return nil
	}
	defer f.Close()
	info, err = buildinfo.Read(f)
	if err != nil {
		return nil
	}
	return info
}

func (w *work) goProgram(t *tree, name string, info *debug.BuildInfo) {
	w.about(about{rank: rankProgram, name: programName(info.Main.Path, name), version: released(info.Main.Version), file: t.place + name})
	if number, ok := strings.CutPrefix(info.GoVersion, "go"); ok {
		number, _, _ = strings.Cut(number, " ") // experiments stand behind it
		number, _, _ = strings.Cut(number, "-")
		w.add(t, Found{PURL: purl("golang", "", "stdlib", number), Name: "stdlib", Version: number, Basis: Metadata, Text: info.GoVersion}, name)
	}
	for _, m := range append([]*debug.Module{&info.Main}, info.Deps...) {
		if m.Replace != nil {
			m = m.Replace
		}
		if !strings.Contains(m.Path, ".") || strings.HasPrefix(m.Path, ".") || strings.HasPrefix(m.Path, "/") { // a folder of who built it
			continue
		}
		version := m.Version
		if m == &info.Main && released(version) == "" {
			continue
		}
		if !components.Version(strings.TrimPrefix(version, "v")) {
			version = ""
		}
		dir, base := path.Split(m.Path)
		w.add(t, Found{PURL: purl("golang", strings.TrimSuffix(dir, "/"), base, version), Name: m.Path, Version: version, Basis: Metadata}, name)
	}
}

// programName is what a program is called by its module, without the number of a major version; else by its file.
func programName(module, file string) string {
	base := path.Base(module)
	if majorVersion.MatchString(base) {
		base = path.Base(path.Dir(module))
	}
	if base == "." || base == "/" || module == "command-line-arguments" {
		return path.Base(file)
	}
	return base
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// released is a version that is one of a release.
func released(v string) string {
	if v == "(devel)" {
		return ""
	}
	return v
}

var errAudit = errors.New("its list of crates does not parse, or is too large")
