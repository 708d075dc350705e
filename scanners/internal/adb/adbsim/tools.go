package adbsim

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"hash"
	"path"
	"slices"
	"strings"
)

// sums are the programs that hash, and the level of Android's interfaces that first had them.
var sums = map[string]struct {
	since int
	hash  func() hash.Hash
}{"md5sum": {23, md5.New}, "sha1sum": {23, sha1.New}, "sha256sum": {26, sha256.New}}

// tool answers the small programs of the phone's shell.
func (p *Phone) tool(argv []string, out *bytes.Buffer) (Answer, bool) {
	if argv[0] == "toybox" && len(argv) > 1 {
		argv = argv[1:]
	}
	if s, ok := sums[argv[0]]; ok && p.SDK() >= s.since {
		return p.sum(argv, s.hash, out), true
	}
	switch {
	case argv[0] == "true":
		return Answer{}, true
	case argv[0] == "id":
		out.WriteString("uid=2000(shell) gid=2000(shell) groups=2000(shell),1007(log),3003(inet) context=u:r:shell:s0\n")
		return Answer{}, true
	case argv[0] == "getprop" && len(argv) == 2:
		out.WriteString(p.Props[argv[1]] + "\n")
		return Answer{}, true
	case argv[0] == "settings" && len(argv) == 4 && argv[1] == "get":
		return p.settingValue(argv[2], argv[3], out), true
	case argv[0] == "stat" && len(argv) > 2 && argv[1] == "-c" && p.SDK() >= 23:
		return p.stat(argv[2], argv[3:], out), true
	case argv[0] == "ls":
		return p.ls(argv[1:], out), true
	}
	return Answer{}, false
}

// missing is what the small programs say of a path that they cannot have.
func missing(program, path string, errno uint32) string {
	if errno == errPermission {
		return fmt.Sprintf("%s: %s: Permission denied\n", program, path)
	}
	return fmt.Sprintf("%s: %s: No such file or directory\n", program, path)
}

func (p *Phone) sum(argv []string, newHash func() hash.Hash, out *bytes.Buffer) (a Answer) {
	for _, name := range argv[1:] {
		f, errno := p.file(name)
		if f == nil {
			a.Stderr += missing(argv[0], name, errno)
			a.Exit = 1
			continue
		}
		data, err := f.content()
		if err != nil {
			a.Stderr, a.Exit = a.Stderr+err.Error()+"\n", 1
			continue
		}
		h := newHash()
		h.Write(data)
		fmt.Fprintf(out, "%x  %s\n", h.Sum(nil), name)
	}
	return a
}

// settingValue takes one value out of what `settings list` prints.
func (p *Phone) settingValue(space, key string, out *bytes.Buffer) Answer {
	p.mu.Lock()
	all := p.answers["settings list "+space].Stdout
	p.mu.Unlock()
	for line := range strings.Lines(all) {
		if v, ok := strings.CutPrefix(line, key+"="); ok {
			out.WriteString(v)
			return Answer{}
		}
	}
	out.WriteString("null\n")
	return Answer{}
}

func (p *Phone) stat(format string, names []string, out *bytes.Buffer) (a Answer) {
	for _, name := range names {
		f, errno := p.file(name)
		if f == nil {
			a.Stderr += missing("stat", "'"+name+"'", errno)
			a.Exit = 1
			continue
		}
		r := strings.NewReplacer("%s", fmt.Sprint(f.size()), "%n", name, "%Y", fmt.Sprint(f.Time.Unix()), "%a", fmt.Sprintf("%o", f.Mode), "%F", "regular file")
		out.WriteString(r.Replace(format) + "\n")
	}
	return a
}

// ls lists files by name and folders by what lies right below them.
func (p *Phone) ls(argv []string, out *bytes.Buffer) (a Answer) {
	for _, dir := range argv {
		if strings.HasPrefix(dir, "-") {
			continue
		}
		if f, _ := p.file(dir); f != nil {
			fmt.Fprintln(out, dir)
			continue
		}
		var names []string
		for name := range p.Files {
			if rest, ok := strings.CutPrefix(name, strings.TrimSuffix(dir, "/")+"/"); ok {
				first, _, _ := strings.Cut(rest, "/")
				names = append(names, first)
			}
		}
		if slices.Sort(names); len(names) == 0 {
			a.Stderr, a.Exit = a.Stderr+missing("ls", path.Clean(dir), errNoEntry), 1
			continue
		}
		for _, n := range slices.Compact(names) {
			fmt.Fprintln(out, n)
		}
	}
	return a
}
