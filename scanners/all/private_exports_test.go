package all

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/inventory"
	"quaestor/scanners/mdm/mapped"
	"quaestor/scanners/source"
)

// persons are what must not come out of an export, wherever it stands, and the part of it that gives the person away.
var persons = map[string]struct{ text, part string }{
	"address":     {"eve.adams@parl.example", "eve.adams"},
	"windows":     {`C:\Users\eve.adams\AppData\Local\x.exe`, "eve.adams"},
	"macos":       {"/Users/eve.adams/Applications/A.app", "eve.adams"},
	"linux":       {"/home/eve.adams/bin/a", "eve.adams"},
	"telephone":   {"+31612345678", "12345678"},
	"IMEI":        {"352099001761481", "352099001761481"},
	"ICCID":       {"89310410106543789305", "89310410106543789305"},
	"MAC address": {"00:1a:2b:3c:4d:5e", "3c:4d"},
}

// value is a text in an export that may be replaced, under the name of its field.
type value struct {
	field    string
	from, to int
}

var (
	jsonText = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"\s*(:)?`)
	xmlText  = regexp.MustCompile(`<([A-Za-z_]+)>([^<>]+)</`)
	xmlKey   = regexp.MustCompile(`<key>([^<]*)</key>\s*$`)
)

// values are the texts of an export: of JSON those that are no names, of XML those between elements, of CSV the fields below the header.
func values(data []byte) (out []value) {
	switch trimmed := bytes.TrimLeft(data, "\xef\xbb\xbf \n"); {
	case bytes.HasPrefix(trimmed, []byte("{")), bytes.HasPrefix(trimmed, []byte("[")):
		field := ""
		for _, m := range jsonText.FindAllSubmatchIndex(data, -1) {
			if m[4] >= 0 {
				field = string(data[m[2]:m[3]])
				continue
			}
			out = append(out, value{field, m[2], m[3]})
		}
	case bytes.HasPrefix(trimmed, []byte("<")):
		for _, m := range xmlText.FindAllSubmatchIndex(data, -1) {
			field := string(data[m[2]:m[3]])
			if field == "key" || field == "date" || field == "data" {
				continue
			}
			if key := xmlKey.FindSubmatch(data[max(0, m[0]-200):m[0]]); key != nil {
				field = string(key[1])
			}
			out = append(out, value{field, m[4], m[5]})
		}
	default:
		out = csvValues(data)
	}
	return out
}

// csvValues are fields without quotation marks in them.
func csvValues(data []byte) (out []value) {
	var header []string
	at := 0
	first, _, _ := bytes.Cut(data, []byte("\n"))
	separator := byte(',')
	for _, c := range []byte(";|") {
		if bytes.IndexByte(first, c) >= 0 {
			separator = c
		}
	}
	for n, line := range bytes.SplitAfter(data, []byte("\n")) {
		from, quoted, column := 0, false, 0
		for i := 0; i <= len(line); i++ {
			if i < len(line) && line[i] == '"' {
				quoted = !quoted
			}
			if i < len(line) && (quoted || line[i] != separator && line[i] != '\n' && line[i] != '\r') || from > i {
				continue
			}
			text := strings.Trim(string(line[from:i]), `"`)
			switch {
			case n == 0:
				header = append(header, text)
			case text != "" && column < len(header) && !strings.Contains(text, `"`):
				start := at + from + strings.Index(string(line[from:i]), text)
				out = append(out, value{header[column], start, start + len(text)})
			}
			from = i + 1
			column++
		}
		at += len(line)
	}
	return out
}

// escaped is a text as it stands in an export.
func escaped(data []byte, text string) string {
	if b := bytes.TrimLeft(data, "\xef\xbb\xbf \n"); len(b) > 0 && (b[0] == '{' || b[0] == '[') {
		quoted, _ := json.Marshal(text)
		return string(quoted[1 : len(quoted)-1])
	}
	return text
}

// replaced is an export with another text in place of some of its values.
func replaced(data []byte, list []value, text string) []byte {
	var b bytes.Buffer
	last := 0
	for _, v := range list {
		b.Write(data[last:v.from])
		b.WriteString(text)
		last = v.to
	}
	b.Write(data[last:])
	return b.Bytes()
}

// identifying are facts that a text of an export becomes an identifier of, and which nothing is taken out of.
func identifying(inv *inventory.Inventory) {
	for i := range inv.Apps {
		if a := &inv.Apps[i]; a.IdentifierKind != inventory.NameOnly {
			a.Identifier = ""
		}
	}
	for i := range inv.Components {
		inv.Components[i].Name, inv.Components[i].PURL = "", ""
	}
	for i := range inv.SecurityProducts {
		inv.SecurityProducts[i].Identifier = ""
	}
}

// scanned is what an export tells, as a file on its own.
func scanned(t *testing.T, list []scanners.Scanner, path string, data []byte) (*inventory.Inventory, string) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	inv := scanners.Run(t.Context(), []source.Target{{Path: path}}, scanners.Options{Scanners: list, Limits: source.DefaultLimits, Workers: 1})
	identifying(inv)
	text, err := json.Marshal(inv)
	if err != nil {
		t.Fatal(err)
	}
	return inv, string(text)
}

// around is where a text stands in a document.
func around(document, part string) string {
	at := strings.Index(document, part)
	return document[max(0, at-120):min(len(document), at+60)]
}

// exports are the samples of all scanners of exports, with their scanner alone.
func exports(t *testing.T) map[string][]scanners.Scanner {
	out := map[string][]scanners.Scanner{}
	for _, s := range Scanners() {
		if kind := s.Info().Kind; kind != "mdm" && kind != "osquery" && kind != "map" {
			continue
		}
		files, err := filepath.Glob("../" + s.Info().ID + "/testdata/*")
		if err != nil || len(files) == 0 {
			t.Fatal(s.Info().ID, "has no samples", err)
		}
		for _, file := range files {
			own := []scanners.Scanner{s}
			if strings.HasSuffix(file, "phones.csv") {
				own = mappedBy(t, filepath.Join(filepath.Dir(file), "mapping.yaml"), own)
			}
			if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && !strings.Contains(file, ".golden.") && !strings.HasSuffix(file, ".yaml") && info.Size() < 200_000 {
				out[file] = own
			}
		}
	}
	return out
}

// mappedBy is the list with a mapping of a user's.
func mappedBy(t *testing.T, file string, list []scanners.Scanner) []scanners.Scanner {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	own, err := mapped.Parse(file, text)
	if err != nil {
		t.Fatal(err)
	}
	return own.With(list)
}

// numbers are fields whose values are read as numbers, or as words that begin every value: what is a number there is nobody's.
var numbers = []string{"HardwareEncryptionCaps", "permission"}

// personal are names of fields about a person, of which not even a name by itself may come out.
var personal = regexp.MustCompile(`(?i)^(user.?(name|principal.?name|display.?name|id|email.*)?|.*(e.?mail|upn|phone|imei|meid|iccid|imsi|mac.?address|real.?name|full ?name|owner.?name|assigned.?to|account.?name|position|building|room))$`)

// TestExportsNameNobody puts persons into every field of every sample of an export, one field after another and all at once, and looks for them in
// what is told. Identifiers of apps are left out, which may look like addresses.
func TestExportsNameNobody(t *testing.T) {
	variants := 0
	for file, list := range exports(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), filepath.Base(file))
		byField := map[string][]value{}
		for _, v := range values(data) {
			byField[v.field] = append(byField[v.field], v)
		}
		read := 0
		whole, _ := scanned(t, list, path, data)
		for field, places := range byField {
			for name, person := range persons {
				if slices.Contains(numbers, field) && strings.Trim(person.text, "+0123456789") == "" {
					continue
				}
				if testing.Short() && name != "address" {
					continue
				}
				inv, got := scanned(t, list, path, replaced(data, places, escaped(data, person.text)))
				if variants++; len(inv.Devices) > 0 {
					read++
				}
				if strings.Contains(got, person.part) {
					t.Errorf("%s, field %s, %s: …%s…", file, field, name, around(got, person.part))
				}
			}
			if personal.MatchString(field) {
				if _, got := scanned(t, list, path, replaced(data, places, "Eveline")); strings.Contains(got, "Eveline") {
					t.Errorf("%s, field %s is about a person: …%s…", file, field, around(got, "Eveline"))
				}
			}
		}
		if len(whole.Devices) > 0 && !bytes.HasPrefix(data, []byte("bplist")) && read == 0 {
			t.Errorf("%s: of %d fields, none was read with persons in it", file, len(byField))
		}
	}
	t.Log(fmt.Sprint(variants), "variants")
}

// TestExportsKeepNames: of the samples beside a checkout nothing is taken out of names and identifiers.
func TestExportsKeepNames(t *testing.T) {
	found, err := os.ReadDir(shapes)
	if err != nil {
		t.Skip("there is no corpus beside this checkout")
	}
	for _, file := range found {
		inv := scanners.Run(t.Context(), []source.Target{{Path: filepath.Join(shapes, file.Name())}}, scanners.Options{Scanners: Scanners(), Limits: source.DefaultLimits})
		for i := range inv.Apps {
			a := &inv.Apps[i]
			if slices.ContainsFunc([]string{a.Name, a.Identifier, a.Version}, func(s string) bool { return strings.Contains(s, "…") }) {
				t.Errorf("%s: %q %q %q", file.Name(), a.Name, a.Identifier, a.Version)
			}
		}
	}
}
