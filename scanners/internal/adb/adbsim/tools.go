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
	"strconv"
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
	case argv[0] == "settings" && len(argv) > 2:
		return p.settings(argv[1:], out)
	case argv[0] == "cat":
		return p.cat(argv[1:], out), true
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

// settings answers `settings list|get [--user N] SPACE [KEY]` from what is recorded for `settings list SPACE`, which is
// user 0's. Settings of the kind global are the same for all; another user has a few secure ones of its own, unless they
// are recorded.
func (p *Phone) settings(argv []string, out *bytes.Buffer) (Answer, bool) {
	verb, user := argv[0], 0
	if rest := argv[1:]; rest[0] == "--user" && len(rest) > 2 {
		user, _ = strconv.Atoi(rest[1])
		argv = append([]string{verb}, rest[2:]...)
	}
	if p.closed(user) {
		return Answer{Stderr: "\nException occurred while executing:\njava.lang.SecurityException: Shell does not have permission to access user " + strconv.Itoa(user) + "\n", Exit: 255}, true
	}
	p.mu.Lock()
	all := p.answers["settings list "+argv[1]].Stdout
	p.mu.Unlock()
	if user != 0 && argv[1] != "global" {
		all = fmt.Sprintf("accessibility_enabled=0\nandroid_id=%016x\nlock_screen_show_notifications=1\nuser_setup_complete=1\n", 0xa0000000+user)
	}
	switch {
	case verb == "list" && len(argv) == 2:
		out.WriteString(all)
		return Answer{}, true
	case verb == "get" && len(argv) == 3:
		for line := range strings.Lines(all) {
			if v, ok := strings.CutPrefix(line, argv[2]+"="); ok {
				out.WriteString(v)
				return Answer{}, true
			}
		}
		out.WriteString("null\n")
		return Answer{}, true
	}
	return Answer{}, false
}

func (p *Phone) cat(names []string, out *bytes.Buffer) (a Answer) {
	for _, name := range names {
		f, errno := p.file(name)
		if f == nil {
			a.Stderr, a.Exit = a.Stderr+missing("cat", name, errno), 1
			continue
		}
		if data, err := f.content(); err == nil {
			out.Write(data)
		}
	}
	return a
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
