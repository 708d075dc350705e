package all

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/mactest"
	"quaestor/scanners/inventory"
)

// macScanners are those that read the root folder of a Mac.
func macScanners() (out []scanners.Scanner) {
	for _, s := range Scanners() {
		if id := s.Info().ID; strings.HasPrefix(id, "macos/") && slices.Contains(s.Info().Live, inventory.MacOS) || id == "browser/safari" {
			out = append(out, s)
		}
	}
	return out
}

// bomb is a binary property list of a list in a list, each named many times.
func bomb() string {
	const depth, width = 40, 15
	b := []byte("bplist00")
	var offsets []int
	for i := range depth {
		offsets = append(offsets, len(b))
		b = append(b, 0xa0|width)
		for range width {
			b = append(b, byte(i+1))
		}
	}
	offsets = append(offsets, len(b))
	b = append(b, 0x51, 'x')
	table := len(b)
	for _, o := range offsets {
		b = append(b, byte(o>>8), byte(o))
	}
	b = append(b, 0, 0, 0, 0, 0, 0, 2, 1)
	for _, n := range []int{len(offsets), 0, table} {
		b = append(b, 0, 0, 0, 0, 0, 0, byte(n>>8), byte(n))
	}
	return string(b)
}

// entities is an XML property list that grows.
func entities() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><!DOCTYPE plist [<!ENTITY a0 "x">`)
	for i := range 30 {
		fmt.Fprintf(&b, `<!ENTITY a%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&a%d;", i), 10))
	}
	return b.String() + `]><plist><dict><key>CFBundleIdentifier</key><string>&a30;</string></dict></plist>`
}

// lists are all property lists and databases of the Mac that the tests make.
func lists(files map[string]string) (names []string) {
	for name := range files {
		switch filepath.Ext(name) {
		case ".plist", ".btm", ".db", ".bom", ".binary":
			if !strings.HasPrefix(name, "System/Library/CoreServices/SystemVersion") {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// A Mac may be made so that whoever looks at it never ends: links that lead in circles, apps in apps, pipes in the place of files, lists
// that grow when they are read, databases that are damaged. Every scanner comes to an end, finds what is whole, and says what it left out.
func TestHostileMac(t *testing.T) {
	replace := func(content string) func(map[string]string) {
		return func(files map[string]string) {
			for _, name := range lists(files) {
				files[name] = content
			}
		}
	}
	for name, c := range map[string]struct {
		change func(files map[string]string)
		gaps   bool // every scanner that reads lists has something to say
	}{
		"links in circles": {func(f map[string]string) {
			f["Applications/Loop.app/Contents"] = hosttest.Link + "../Loop.app"
			f["Applications/Self.app"] = hosttest.Link + "Self.app"
			f["Applications/Round"] = hosttest.Link + "/Applications"
			f["Applications/Filter.app/Contents/PlugIns/Round.appex"] = hosttest.Link + "/Applications/Filter.app"
			f["Applications/Filter.app/Contents/Library/LoginItems/Up.app"] = hosttest.Link + "../../../.."
			f["Library/LaunchDaemons/round.plist"] = hosttest.Link + "round.plist"
			f["Library/PrivilegedHelperTools/round"] = hosttest.Link + "/Library/PrivilegedHelperTools/round"
			f["Users/anna/Library/LaunchAgents/up"] = hosttest.Link + "../../../.."
		}, false},
		"no Info.plist": {func(f map[string]string) {
			for n := range f {
				if strings.HasSuffix(n, "Contents/Info.plist") {
					delete(f, n)
				}
			}
		}, false},
		"lists that grow": {replace(bomb()), true},
		"entities":        {replace(entities()), true},
		"cut lists": {func(f map[string]string) {
			for _, n := range lists(f) {
				f[n] = f[n][:len(f[n])/2]
			}
		}, true},
		"noise": {replace(strings.Repeat("\xff\x00", 5000)), true},
		"damaged databases": {func(f map[string]string) {
			for _, n := range lists(f) {
				if strings.HasPrefix(f[n], "SQLite format 3") {
					f[n] = f[n][:1024] + strings.Repeat("\xff", len(f[n])-1024)
				}
			}
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			files := mactest.Mac(t)
			c.change(files)
			src := hosttest.Open(t, hosttest.Tree(t, files))
			for _, s := range macScanners() {
				if !s.Recognise(src) {
					t.Fatalf("%s does not recognise it", s.Info().ID)
				}
				inv, err := s.Scan(t.Context(), src)
				if err != nil || len(inv.Devices) != 1 {
					t.Errorf("%s: %v", s.Info().ID, err)
				}
				if c.gaps && len(inv.Gaps) == 0 {
					t.Errorf("%s says nothing of what it could not read", s.Info().ID)
				}
			}
		})
	}
}

// What lies in an app is not looked into for apps, however deep.
func TestAppsInApps(t *testing.T) {
	files := mactest.Mac(t)
	root := hosttest.Tree(t, files)
	dir := filepath.Join(root, "Applications")
	here, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 { // longer than a path may be
		if err := here.Mkdir("A.app", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := here.MkdirAll("A.app/Contents/MacOS", 0o755); err != nil {
			t.Fatal(err)
		}
		next, err := here.OpenRoot("A.app")
		here.Close()
		if err != nil {
			t.Fatal(err)
		}
		here = next
	}
	here.Close()
	src := hosttest.Open(t, root)
	for _, s := range macScanners() {
		inv, err := s.Scan(t.Context(), src)
		if err != nil || s.Info().ID == "macos/applications" && !slices.ContainsFunc(inv.Apps, func(a inventory.App) bool { return a.Identifier == "org.example.filter" }) {
			t.Errorf("%s: %v", s.Info().ID, err)
		}
	}
}
