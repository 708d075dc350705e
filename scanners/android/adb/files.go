package adb

import (
	"context"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"quaestor/scanners/inventory"
)

// file is an APK on a phone.
type file struct {
	app  *inventory.App
	path string
	sum  string // SHA-256, "" when the phone did not tell
	size int64  // -1 when the phone did not tell
}

// maxFiles is the most APKs of one app, and maxWords the most bytes of one command.
const (
	maxFiles = 500
	maxWords = 16 << 10
)

// locate asks for the APKs of an app, the base first. An app that only another user has is asked for as theirs.
func (f *fetching) locate(ctx context.Context, a *inventory.App) ([]file, error) {
	argv := []string{"pm", "path", a.Identifier}
	if u := firstUser(a); u != "" && u != "0" {
		argv = []string{"pm", "path", "--user", u, a.Identifier}
	}
	out, err := f.ask(ctx, argv)
	if err != nil {
		return nil, err
	}
	var list []file
	for line := range strings.Lines(string(out)) {
		name, ok := strings.CutPrefix(strings.TrimSpace(line), "package:")
		if ok && strings.HasPrefix(name, "/") && path.Clean(name) == name && len(list) < maxFiles {
			list = append(list, file{app: a, path: name, size: -1})
		}
	}
	if len(list) == 0 { // as the dump told
		for _, name := range a.Paths {
			if strings.HasPrefix(name, "/") && strings.HasSuffix(name, ".apk") && path.Clean(name) == name {
				list = append(list, file{app: a, path: name, size: -1})
			}
		}
	}
	slices.SortStableFunc(list, func(x, y file) int { return order(x.path) - order(y.path) })
	return list, nil
}

// order puts a base before its splits.
func order(name string) int {
	if strings.HasPrefix(path.Base(name), "split_") {
		return 1
	}
	return 0
}

// firstUser is a user who has the app, the owner if it is one; "" when no user is known.
func firstUser(a *inventory.App) string {
	found := ""
	for _, u := range a.Users {
		if u.Installed && (u.User == "0" || found == "") {
			found = u.User
		}
	}
	return found
}

// batches cuts a list so that each command stays short.
func batches(list []*file) [][]*file {
	var out [][]*file
	words := maxWords
	for _, f := range list {
		if words += len(f.path) + 3; words > maxWords || len(out[len(out)-1]) >= 24 {
			out, words = append(out, nil), len(f.path)
		}
		out[len(out)-1] = append(out[len(out)-1], f)
	}
	return out
}

// measure asks for the sizes of files, and sums for their hashes.
func (f *fetching) measure(ctx context.Context, list []*file) error {
	out, err := f.ask(ctx, append([]string{"stat", "-c", "%s %n"}, paths(list)...))
	for line := range strings.Lines(string(out)) {
		size, name, ok := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		if n, err := strconv.ParseInt(size, 10, 64); ok && err == nil && n >= 0 {
			set(list, name, func(x *file) { x.size = n })
		}
	}
	return err
}

// sums asks the phone for the hashes. Phones before Android 8 have only programs for hashes that can be forged: their files
// are fetched and hashed here.
func (f *fetching) sums(ctx context.Context, list []*file) error {
	for _, program := range [][]string{{"sha256sum"}, {"toybox", "sha256sum"}} {
		out, err := f.ask(ctx, append(program, paths(list)...))
		if err != nil {
			return err
		}
		n := 0
		for line := range strings.Lines(string(out)) {
			sum, name, ok := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
			if b, err := hex.DecodeString(sum); ok && err == nil && len(b) == 32 {
				set(list, strings.TrimPrefix(strings.TrimPrefix(name, " "), "*"), func(x *file) { x.sum = strings.ToLower(sum) })
				n++
			}
		}
		if n > 0 {
			return nil
		}
	}
	return nil
}

func set(list []*file, name string, to func(*file)) {
	for _, f := range list {
		if f.path == name {
			to(f)
		}
	}
}

func paths(list []*file) []string {
	var out []string
	for _, f := range list {
		out = append(out, f.path)
	}
	return out
}

// binary is what is known of a file before it is read.
func (x *file) binary(origin inventory.Origin) inventory.Binary {
	b := inventory.Binary{SHA256: x.sum, Format: "apk", FileNames: []string{inventory.Text(path.Base(x.path))}, Package: x.app.Identifier, Origins: []inventory.Origin{origin}}
	if x.size > 0 {
		b.Size = x.size
	}
	if split, ok := strings.CutPrefix(b.FileNames[0], "split_"); ok {
		b.Format, b.Split = "apk-split", strings.TrimSuffix(split, ".apk")
	}
	return b
}

func (x *file) String() string { return fmt.Sprintf("%s: %s", x.app.Identifier, x.path) }
