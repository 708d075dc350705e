package records

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// all reads a text and shows each record as "column=value" for some columns.
func all(t *testing.T, text string, columns ...string) (form Form, rows []string, broken int, err error) {
	t.Helper()
	form, err = Read([]byte(text), Handler{
		Record: func(r Record) error {
			var cells []string
			for _, c := range columns {
				cells = append(cells, r.Text(c))
			}
			rows = append(rows, strings.TrimPrefix(r.Group+"/", "/")+strings.Join(cells, "|"))
			return nil
		},
		Group: func(members []string) []string {
			if slices.Contains(members, "programs") {
				return members
			}
			return nil
		},
		Broken: func(int, string) { broken++ },
	})
	return form, rows, broken, err
}

func TestRead(t *testing.T) {
	for name, tt := range map[string]struct {
		text   string
		form   Form
		rows   []string
		broken int
	}{
		"commas":                  {"Name,Version\nA,1\n\"B, C\",\"2\"\n", CSV, []string{"A|1", "B, C|2"}, 0},
		"semicolons":              {"Name;Version\nA, B;1\n", CSV, []string{"A, B|1"}, 0},
		"bars":                    {"Name|Version\nA|1\n", CSV, []string{"A|1"}, 0},
		"PowerShell's type":       {"#TYPE Selected.System.Object\n\"Name\",\"Version\"\n\"A\",\"1\"\n", CSV, []string{"A|1"}, 0},
		"wmic":                    {"\r\r\nNode,Name,Version\r\r\nPC,A, Inc.,1\r\r\nPC,\"B,2\r\r\n", CSV, []string{"A, Inc.|1", "\"B|2"}, 0},
		"quotes":                  {"Name,Version\n\"A \"\"x\"\"\",1\n\"B \"y\" z\",2\n", CSV, []string{`A "x"|1`, `B "y" z|2`}, 0},
		"a value of lines":        {"Name,Version\n\"A\nB\nC\",1\nD,2\n", CSV, []string{"A\nB\nC|1", "D|2"}, 0},
		"a quote that never ends": {"Name,Version\n\"A,1\nB,2\n", CSV, []string{"B|2"}, 1},
		"a row too long":          {"Name,Version\nA,1,2\nB,2,\nC,3\n", CSV, []string{"B|2", "C|3"}, 1},
		"two files":               {"Name,Version\nA,1\nName,Version\nB,2\n", CSV, []string{"A|1", "B|2"}, 0},
		"only a header":           {"Name,Version\n", CSV, nil, 0},
		"objects":                 {`[{"Name":"A","Version":1},{"name":"B","VERSION":"2.0"}]`, JSON, []string{"A|1", "B|2.0"}, 0},
		"one object":              {`{"Name":"A","Version":true}`, JSON, []string{"A|True"}, 0},
		"one after the other":     {`{"Name":"A","Version":1} {"Name":"B"}`, JSON, []string{"A|1", "B|"}, 0},
		"a list around":           {`{"value":[{"Name":"A","Version":1}],"Count":1}`, JSON, []string{"value/A|1"}, 0},
		"lists by name":           {`{"programs":[{"Name":"A","Version":1}],"x":[]}`, JSON, []string{"programs/A|1"}, 0},
		"a list of lists":         {`[[{"Name":"A","Version":1},{"Name":"B","Version":2}]]`, JSON, []string{"A|1", "B|2"}, 0},
		"no objects":              {`[{"Name":"A","Version":1},5,null]`, JSON, []string{"A|1"}, 2},
		"a value with a note":     {`[{"Name":"A","Version":{"value":4,"Value":"Running"}}]`, JSON, []string{"A|4"}, 0},
		"a list":                  {"\nName    : A\nVersion : 1\n\nName    : B\nVersion : 2\n\n", List, []string{"A|1", "B|2"}, 0},
		"a list of different":     {"Name    : A\nVersion : 1\n\nVersion : 2\nOther   : 3\n", List, []string{"A|1", "|2"}, 0},
		"a long word":             {"Name    : A_\n          B\nVersion : 1\n", List, []string{"A_B|1"}, 0},
		"long words":              {"Name    : A, x\n          B\nVersion : 1\n", List, []string{"A, x B|1"}, 0},
		"wmic's list":             {"\r\r\n\r\r\nName=A\r\r\nVersion=1\r\r\n\r\r\nName=B=C\r\r\nVersion=2\r\r\n", List, []string{"A|1", "B=C|2"}, 0},
		"lines apart":             {"\n\nName=A\n\nVersion=1\n\n\nName=B\n\nVersion=2\n", List, []string{"A|1", "B|2"}, 0},
		"a table":                 {"\nName        Version\n----        -------\nA b         1\n名前 x      2\n", Fixed, []string{"A b|1", "名前 x|2"}, 0},
		"numbers at the right":    {"Name Version\n---- -------\nA          1\nB       1234\n", Fixed, []string{"A|1", "B|1234"}, 0},
		"a prompt before":         {"PS C:\\> Get-Package\n\nName  Version\n----  -------\nA     1\n", Fixed, []string{"A|1"}, 0},
		"prose":                   {"Dear all, here it is:\nthe list, as you asked.\n", None, nil, 0},
		"a path":                  {"C:\\Windows\nD:\\x\n", None, nil, 0},
		"nothing":                 {"", None, nil, 0},
	} {
		columns := []string{"Name", "Version"}
		form, rows, broken, err := all(t, tt.text, columns...)
		if form != tt.form || !slices.Equal(rows, tt.rows) || broken != tt.broken || err != nil {
			t.Errorf("%s: %q %q, %d broken, %v", name, form, rows, broken, err)
		}
	}
}

// TestCutShort: JSON that breaks off is an error, beside what was read before.
func TestCutShort(t *testing.T) {
	for _, text := range []string{`[{"Name":"A"},{"Na`, `[{"Name":"A"}`, `{"value":[{"Name":"A"}],"Count":1} {"Na`} {
		if _, rows, _, err := all(t, text, "Name"); err == nil || len(rows) != 1 {
			t.Errorf("%s: %q, %v", text, rows, err)
		}
	}
}

func TestHeads(t *testing.T) {
	for text, want := range map[string][]string{
		`[{"Name":"A","Version":1},{"Nam`:                        {"/A|1"},
		`[{"Name":"A","Version":`:                                {"/A|"},
		`{"Name":"A","List":[{"Name":"B","Ver`:                   {"/A|", "List/B|"},
		`{"value":[{"Name":"B","Version":2}],"Count":1}`:         {"/|", "value/B|2"},
		`{"a":[{"Name":"B","Version":2}],"b":[{"Name":"C","Vers`: {"/|", "a/B|2", "b/C|"},
		`[[{"Name":"A","Version":1}`:                             {"/A|1"},
		`5`:                                                      nil,
		`[`:                                                      nil,
		`{"a`:                                                    {"/|"},
		`[{"CimClass":{"CimClassName":"X"},"Name":"A","Version":1`: {"/A|1"},
	} {
		var got []string
		for _, r := range Heads([]byte(text)) {
			got = append(got, r.Group+"/"+r.Text("Name")+"|"+r.Text("Version"))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q", text, got)
		}
	}
}

// TestLost: quotes that never end cost no more than the text is long.
func TestLost(t *testing.T) {
	n := 0
	_, err := Read([]byte("Name,Version\n"+strings.Repeat("\"x\n", 200_000)+"A,1\n"), Handler{Record: func(Record) error { n++; return nil }})
	if n != 1 || err != nil {
		t.Error(n, err)
	}
}

func TestClass(t *testing.T) {
	for _, text := range []string{
		"#TYPE Microsoft.Management.Infrastructure.CimInstance#root/SecurityCenter2/AntiVirusProduct\n\"displayName\",\"productState\"\n\"A\",\"1\"\n",
		"#TYPE System.Management.ManagementObject#root\\SecurityCenter2\\AntiVirusProduct\n\"displayName\"\n\"A\"\n",
		`[{"displayName":"A","CimClass":{"CimClassName":"AntiVirusProduct"}}]`,
		`{"displayName":"A","__CLASS":"AntiVirusProduct"}`,
	} {
		var got []string
		_, err := Read([]byte(text), Handler{Record: func(r Record) error { got = append(got, r.Class+" "+r.Text("displayName")); return nil }})
		if err != nil || !slices.Equal(got, []string{"AntiVirusProduct A"}) {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
}

func TestValues(t *testing.T) {
	r := New(1)
	for column, v := range map[string]any{"Hex": "0x061100", "Float": "3.97312e5", "Bad": "1_000", "Yes": "Wahr", "No": "0", "Day": "20211103", "Slash": "03/04/2024",
		"Old": "/Date(1635724800000)/", "Local": "2021-11-01T00:00:00", "WMI": "20211101120000.000000+060", "One": map[string]any{"a": "b"}} {
		r.Set(column, v)
	}
	for column, want := range map[string]int64{"hex": 0x61100, "float": 397312, "no": 0} {
		if n, ok := r.Number(column); !ok || n != want {
			t.Errorf("%s: %d %v", column, n, ok)
		}
	}
	if _, ok := r.Number("Bad"); ok {
		t.Error("a number with underscores")
	}
	if yes, ok := r.Bool("yes"); !yes || !ok {
		t.Error("Wahr")
	}
	if no, ok := r.Bool("no"); no || !ok {
		t.Error("0")
	}
	for column, want := range map[string]string{"day": "2021-11-03T00:00:00Z false", "old": "2021-11-01T00:00:00Z true", "local": "2021-11-01T00:00:00Z false", "wmi": "2021-11-01T11:00:00Z true"} {
		at, zoned := r.Time(column)
		if at == nil || fmt.Sprint(at.Format(time.RFC3339), " ", zoned) != want {
			t.Errorf("%s: %v %v", column, at, zoned)
		}
	}
	if at, _ := r.Time("slash"); at != nil {
		t.Errorf("a day that may be a month: %v", at)
	}
	if l := r.List("one"); len(l) != 1 {
		t.Error(l)
	}
}

// FuzzRead: no panic, no record without a column, and what was recognised by its head is of the same form as a whole.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"Name,Version\nA,1\n", `[{"Name":"A"}]`, "Name : A\nVersion : 1\n", "Name  Version\n----  -------\nA     1\n", "Name=A\nB=2\n", "#TYPE x\nA;B\n\"1\n2\";3\n",
		`{"value":[{"a":{"value":[1],"Count":1}}],"Count":1}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n := 0
		form, err := Read([]byte(text), Handler{Record: func(r Record) error {
			n++
			if r.Len() == 0 && form(text) != JSON {
				t.Error("a record without columns")
			}
			r.List("a")
			r.Time("Name")
			r.Number("Name")
			return nil
		}})
		if form == None && (n > 0 || err != nil) {
			t.Error(n, err)
		}
		Heads([]byte(text))
	})
}

func form(text string) Form { return Look([]byte(text)) }
