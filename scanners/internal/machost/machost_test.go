package machost

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"quaestor/scanners/internal/backuptest"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/internal/mactest"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

func open(t *testing.T, files map[string]string) *Mac {
	t.Helper()
	m, err := Open(t.Context(), hosttest.Open(t, hosttest.Tree(t, files)), "macos/test", mactest.Roots())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// gaps are the kinds and ends of the subjects of what was noted.
func gaps(m *Mac) (out []string) {
	for _, g := range m.Inv.Gaps {
		out = append(out, string(g.Kind)+" "+filepath.Base(g.Subject))
		if g.Scanner != "macos/test" || g.Device != m.Device || g.Detail == "" || g.Next == "" {
			out = append(out, fmt.Sprintf("incomplete: %+v", g))
		}
	}
	return out
}

func TestIs(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		mac   bool
	}{
		"mac": {mactest.Mac(t), true}, "linux": {map[string]string{"etc/os-release": "ID=debian"}, false}, "empty": {map[string]string{"x": ""}, false},
	} {
		src := hosttest.Open(t, hosttest.Tree(t, c.files))
		if Is(src) != c.mac {
			t.Errorf("%s: %v", name, !c.mac)
		}
	}
	folder, err := source.Open(source.Target{Path: hosttest.Tree(t, mactest.Mac(t))}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	if Is(folder) {
		t.Error("a folder that was not named as a computer is one")
	}
	if _, err := Open(t.Context(), folder, "x", nil); err == nil {
		t.Error("and can be opened as one")
	}
}

func TestOpen(t *testing.T) {
	m := open(t, mactest.Mac(t))
	if m.Device == "" || len(m.Inv.Devices) != 1 || m.Inv.Devices[0].ID != m.Device || len(m.Users) != 1 || m.Users[0].ID() != "anna" {
		t.Errorf("%+v %+v", m.Inv.Devices, m.Users)
	}
	if o := m.From("Library/x"); len(o) != 1 || o[0].Scanner != "macos/test" || !strings.HasSuffix(o[0].Path, "/Library/x") {
		t.Errorf("%+v", o)
	}
	if inv, err := m.Done(); err != nil || inv != m.Inv {
		t.Errorf("%v", err)
	}
}

func TestNames(t *testing.T) {
	m := open(t, map[string]string{"d/b.plist": "", "d/a.plist": "", "d/.hidden.plist": "", "d/c.txt": "", "d/e.plist/": ""})
	if got := m.Names("d", ".plist"); !slices.Equal(got, []string{"a.plist", "b.plist", "e.plist"}) {
		t.Errorf("%q", got)
	}
	if got := m.Names("away", ""); got != nil || len(m.Inv.Gaps) != 0 {
		t.Errorf("%q %+v", got, m.Inv.Gaps)
	}
	if got := m.Names("d/c.txt", ""); got != nil || len(m.Inv.Gaps) != 1 {
		t.Errorf("a file is listed: %q %+v", got, m.Inv.Gaps)
	}
}

func TestListLimit(t *testing.T) {
	fsys := fstest.MapFS{}
	for i := range maxEntries + 2 {
		fsys[fmt.Sprint("d/", i)] = &fstest.MapFile{}
	}
	m, err := Open(t.Context(), source.Computer("mac", fsys, source.DefaultLimits), "macos/test", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := m.List("d"); len(got) != maxEntries || !slices.Equal(gaps(m), []string{"limit mac!d"}) || m.Inv.Gaps[0].Count != 2 {
		t.Errorf("%d entries, %q", len(got), gaps(m))
	}
}

func TestFiles(t *testing.T) {
	files := map[string]string{"list": mactest.List(t, mactest.Dict{"Key": "value"}), "noise": "not a list", "empty": "", "folder/": "", "out": hosttest.Link + "/list", "round": hosttest.Link + "round"}
	m := open(t, files)
	for name, want := range map[string]string{"list": "value", "out": "value", "noise": "", "away": "", "folder": "", "empty": ""} {
		if got := plist.Text(m.Plist(name), "Key"); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	got := gaps(m)
	slices.Sort(got)
	if !slices.Equal(got, []string{"malformed empty", "malformed noise"}) {
		t.Errorf("%q", got)
	}
	if m.Plist("round"); len(m.Inv.Gaps) != 3 || m.Inv.Gaps[2].Kind != inventory.GapUnreadable {
		t.Errorf("a link that leads to itself: %+v", m.Inv.Gaps)
	}
}

func TestBytesLimit(t *testing.T) {
	root := hosttest.Tree(t, map[string]string{"large": "", "most": ""})
	for name, size := range map[string]int64{"large": maxList + 1, "most": maxList} {
		if err := os.Truncate(filepath.Join(root, name), size); err != nil {
			t.Fatal(err)
		}
	}
	m, err := Open(t.Context(), hosttest.Open(t, root), "macos/test", nil)
	if err != nil {
		t.Fatal(err)
	}
	if m.Bytes("large") != nil || len(m.Bytes("most")) != maxList || !slices.Equal(gaps(m), []string{"limit large"}) {
		t.Errorf("%q", gaps(m))
	}
}

func TestUnread(t *testing.T) {
	m := open(t, mactest.Mac(t))
	for _, err := range []error{nil, fs.ErrNotExist, fmt.Errorf("cannot read: %w", fs.ErrNotExist)} {
		if m.Unread("x", err); len(m.Inv.Gaps) != 0 {
			t.Errorf("%v: %+v", err, m.Inv.Gaps)
		}
	}
	m.Unread("x", fs.ErrPermission)
	m.Unread("x", &source.LimitError{Name: "x", What: "size", Limit: 1})
	m.Unread("x", fs.ErrInvalid)
	if got := gaps(m); !slices.Equal(got, []string{"not-permitted x", "limit x", "unreadable x"}) {
		t.Errorf("%q", got)
	}
}

func TestDatabase(t *testing.T) {
	table := string(backuptest.Database(t, backuptest.Statement{SQL: "CREATE TABLE t (a TEXT)"}, backuptest.Statement{SQL: "INSERT INTO t VALUES ('x')"}))
	m := open(t, map[string]string{"db": table, "noise": "not a database", "cut": table[:len(table)-1000]})
	db, done := m.Database("db")
	if db == nil || db.Table("t") == nil {
		t.Fatal("no database")
	}
	done()
	for _, name := range []string{"noise", "away"} {
		if db, done := m.Database(name); db != nil {
			t.Errorf("%s is one", name)
		} else {
			done()
		}
	}
	if got := gaps(m); !slices.Equal(got, []string{"malformed noise"}) {
		t.Errorf("%q", got)
	}
}

func TestProblems(t *testing.T) {
	m := open(t, mactest.Mac(t))
	m.Problems("x", nil)
	m.Problems("x", []error{fs.ErrInvalid, fs.ErrInvalid, fs.ErrInvalid, fs.ErrInvalid, fs.ErrInvalid, fs.ErrClosed})
	if g := m.Inv.Gaps; len(g) != 1 || g[0].Count != 6 || len(g[0].Samples) != 5 {
		t.Errorf("%+v", g)
	}
}

func TestCode(t *testing.T) {
	m := open(t, map[string]string{"program": mactest.Program{Identifier: "org.example"}.Bytes(t), "script": "#!/bin/sh\n"})
	c := m.Code("program")
	if c == nil || c.State != inventory.SignatureValid || c.Team != mactest.Team || m.Code("./program") != c {
		t.Errorf("%+v", c)
	}
	if m.Code("script") != nil || m.Code("away") != nil || len(m.Inv.Gaps) != 0 {
		t.Errorf("%+v", m.Inv.Gaps)
	}
	if want := int64(maxCode) - c.Size; m.left != want {
		t.Errorf("%d bytes left, want %d", m.left, want)
	}
}

// Programs beyond what may be read are told, and not verified; one gap says so for all of them.
func TestCodeLimit(t *testing.T) {
	m := open(t, map[string]string{"a": mactest.Program{Identifier: "org.example.a"}.Bytes(t), "b": mactest.Program{Identifier: "org.example.b"}.Bytes(t)})
	m.left = 10
	for _, name := range []string{"a", "b"} {
		if c := m.Code(name); c == nil || !c.Unread || c.State != inventory.SignatureUnknown || c.SHA256 != "" {
			t.Errorf("%s: %+v", name, c)
		}
	}
	inv, _ := m.Done()
	if g := inv.Gaps; len(g) != 1 || g[0].Kind != inventory.GapSkipped || g[0].Count != 2 || !slices.Equal(g[0].Samples, []string{"a", "b"}) || m.left != 10 {
		t.Errorf("%+v, %d left", g, m.left)
	}
}

func TestApps(t *testing.T) {
	files := map[string]string{"Users/anna/x": "", "private/var/db/": ""}
	for _, dir := range []string{"Applications/A.app", "Applications/Folder/Deeper/B.app", "Applications/1/2/3/TooDeep.app", "Applications/A.app/Contents/Inner.app", "Users/anna/Applications/C.app", "Library/Input Methods/D.app",
		"Documents/E.app"} {
		files[dir+"/Contents/Info.plist"] = mactest.List(t, mactest.Dict{"CFBundleIdentifier": "org." + strings.ToLower(strings.TrimSuffix(filepath.Base(dir), ".app"))})
	}
	files["Applications/Broken.app/Contents/Info.plist"] = "noise"
	m := open(t, files)
	if got := m.Apps(); !slices.Equal(got, []string{"Applications/A.app", "Applications/Broken.app", "Applications/Folder/Deeper/B.app", "Library/Input Methods/D.app", "Users/anna/Applications/C.app"}) {
		t.Errorf("%q", got)
	}
	for id, want := range map[string]bool{"org.a": true, "org.b": true, "org.c": true, "org.d": true, "org.e": false, "org.toodeep": false, "org.inner": false, "": false} {
		if m.HasBundle(id) != want {
			t.Errorf("%s: %v", id, !want)
		}
	}
	if len(m.Inv.Gaps) != 0 {
		t.Errorf("%+v", m.Inv.Gaps)
	}
}

func TestExtensionState(t *testing.T) {
	for word, want := range map[string][2]string{"activated_enabled": {"enabled", "activated_enabled"}, "activated enabled": {"enabled", "activated_enabled"}, "activated waiting for user": {"waiting", "activated_waiting_for_user"},
		"activated disabled": {"disabled", "activated_disabled"}, "terminated waiting to uninstall on reboot": {"disabled", Leaving}, "something else": {"", "something_else"}, "": {"", ""}} {
		if state, code := ExtensionState(word); state != want[0] || code != want[1] {
			t.Errorf("%q: %q %q", word, state, code)
		}
	}
	for category, want := range map[string]string{"com.apple.system_extension.endpoint_security": "endpoint-security", "com.apple.system_extension.driver_extension": "driver", "com.apple.system_extension.network_extension": ""} {
		if got := ExtensionPrivilege(category); got != want {
			t.Errorf("%s: %q", category, got)
		}
	}
}

func row(service, client string, path bool, value int) mactest.Decision {
	return mactest.Decision{Service: service, Client: client, Path: path, Value: value}
}

func decisions(m *Mac) (out []string) {
	m.Decisions(func(user, file string, d iosstate.Decision) {
		state := "?"
		if d.Permission.GrantKnown {
			state = map[bool]string{true: "yes", false: "no"}[d.Permission.Granted]
		}
		out = append(out, strings.Join(append([]string{user, d.Client, fmt.Sprint(d.Path), d.Permission.Name, state}, d.Permission.Flags...), " "))
	})
	slices.Sort(out)
	return out
}

// What the management decided holds against the lists of the Mac and of its users, for the same client and service alone.
func TestDecisions(t *testing.T) {
	rule := func(key string, v any) mactest.Dict { return mactest.Dict{key: v, "IdentifierType": "bundleID"} }
	files := map[string]string{"private/var/db/": "", "Users/anna/x": "", "Users/anna/" + accessList: mactest.TCC(t, row("camera", "org.a", false, 2), row("screen", "org.a", false, 2)),
		accessList: mactest.TCC(t, row("camera", "org.a", false, 2), row("camera", "org.b", false, 0), row("files", "/bin/x", true, 2)),
		managedAccess: mactest.List(t, mactest.Dict{"org.a": mactest.Dict{"camera": rule("Allowed", false), "screen": rule("Authorization", "AllowStandardUserToSetSystemService"), "events": mactest.Dict{"org.x": rule("Allowed", false), "org.y": rule("Allowed", true)}},
			"/bin/x": mactest.Dict{"files": mactest.Dict{"Authorization": "Deny"}}, "org.p": mactest.Dict{"files": mactest.Dict{"Authorization": "Allow", "IdentifierType": "path"}, "none": mactest.Dict{}, "odd": "text"},
			"org.q": "text", "": mactest.Dict{"files": rule("Allowed", true)}})}
	want := []string{" /bin/x true files no mdm-policy", " org.a false camera no mdm-policy", " org.a false events yes mdm-policy", " org.a false screen ? mdm-policy user-decides", " org.b false camera no system-set",
		" org.p true files yes mdm-policy", "anna org.a false screen yes system-set"}
	m := open(t, files)
	if got := decisions(m); !slices.Equal(got, want) || len(m.Inv.Gaps) != 0 {
		t.Errorf("%q %+v", got, m.Inv.Gaps)
	}
	delete(files, managedAccess)
	if got := decisions(open(t, files)); len(got) != 5 {
		t.Errorf("without a management: %q", got)
	}
}

func TestManagedLimit(t *testing.T) {
	all := mactest.Dict{}
	for i := range maxManaged + 4 {
		all[fmt.Sprintf("org.e%d", i)] = mactest.Dict{"camera": mactest.Dict{"Allowed": true}}
	}
	if out, more := overrides(all); len(out) != maxManaged || more != 4 {
		t.Errorf("%d and %d", len(out), more)
	}
}

func TestSerial(t *testing.T) {
	db := func(serial string) string {
		return string(backuptest.Database(t, backuptest.Statement{SQL: "CREATE TABLE TableInfo (TableName TEXT, SerialNumber TEXT)"}, backuptest.Statement{SQL: "INSERT INTO TableInfo VALUES ('x', ?)", Args: []any{serial}}))
	}
	other := string(backuptest.Database(t, backuptest.Statement{SQL: "CREATE TABLE Other (a TEXT)"}))
	for name, c := range map[string]struct {
		files map[string]string
		want  string
		gaps  int
	}{
		"first": {map[string]string{notes[0]: db("C02EXAMPLE01"), notes[2]: db("C02EXAMPLE02")}, "C02EXAMPLE01", 0}, "later": {map[string]string{notes[0]: other, notes[2]: db("C02EXAMPLE02")}, "C02EXAMPLE02", 0},
		"odd": {map[string]string{notes[0]: db("anna@example.org"), notes[1]: db("")}, "", 0}, "damaged": {map[string]string{notes[0]: "noise", notes[1]: db("C02EXAMPLE03")}, "C02EXAMPLE03", 1}, "none": {nil, "", 0},
	} {
		files := map[string]string{"x": ""}
		for n, content := range c.files {
			files[locations+"/"+n] = content
		}
		m := open(t, files)
		if got := m.Serial(); got != c.want || len(m.Inv.Gaps) != c.gaps {
			t.Errorf("%s: %q %+v", name, got, m.Inv.Gaps)
		}
	}
}
