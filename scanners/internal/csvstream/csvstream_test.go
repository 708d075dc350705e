package csvstream

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// read reads all of a text: rows as "line: a|b", broken rows as "line! reason".
func read(t testing.TB, r io.Reader) (rows []string, end error) {
	t.Helper()
	c := NewReader(r)
	for {
		row, err := c.Read()
		var broken *RowError
		switch {
		case errors.As(err, &broken):
			rows = append(rows, fmt.Sprintf("%d! %s", broken.Line, broken.Reason))
		case err != nil:
			return rows, err
		default:
			var f []string
			for _, v := range row.Fields {
				f = append(f, string(v))
			}
			rows = append(rows, fmt.Sprintf("%d: %s", row.Line, strings.Join(f, "|")))
		}
	}
}

func TestRead(t *testing.T) {
	for name, tt := range map[string]struct {
		in   string
		want []string
	}{
		"plain":                 {"a,b,c\n1,2,3\n4,5,6", []string{"2: 1|2|3", "3: 4|5|6"}},
		"semicolons, CRLF":      {"a;b,x;c\r\n1,5;2;3\r\n", []string{"2: 1,5|2|3"}},
		"tabs":                  {"a\tb\n1\t\n", []string{"2: 1|"}},
		"bars":                  {"a|b\n1|2\n", []string{"2: 1|2"}},
		"sep line":              {"sep=;\na,b;c\n1;2\n", []string{"3: 1|2"}},
		"type line":             {"#TYPE Microsoft.Graph.DetectedApp\r\n\"a\",\"b\"\r\n\"1\",\"2\"\r\n", []string{"3: 1|2"}},
		"preamble":              {"All devices, of today\nby: nobody\n\na,b,c\n1,2,3\n", []string{"5: 1|2|3"}},
		"quotes":                {"a,b\n\"1,5\",\"say \"\"hi\"\"\"\n\"\",\"\"\"\"\n", []string{"2: 1,5|say \"hi\"", "3: |\""}},
		"line breaks":           {"a,b\n\"one\ntwo\r\nthree\",2\n3,4\n", []string{"2: one\ntwo\r\nthree|2", "5: 3|4"}},
		"line break at the end": {"a,b\n1,\"one\ntwo\"\r\n3,4\n", []string{"2: 1|one\ntwo", "4: 3|4"}},
		"quote within":          {"a,b\n\"say \"hi\" to\",2\n3,4\"5\n", []string{"2: say \"hi\" to|2", "3: 3|4\"5"}},
		"empty lines":           {"a,b\n\n1,2\n\r\n3,4\n\n", []string{"3: 1|2", "5: 3|4"}},
		"header again":          {"\"a\",b\n1,2\n\"a\",b\n3,4\n", []string{"2: 1|2", "4: 3|4"}},
		"empty at the end":      {"a,b,\n1,2,\n3,4,,,\n5,6\n", []string{"2: 1|2", "3: 3|4", "4: 5|6"}},
		"one column":            {"name\nTikTok\nWeChat\n", []string{"2: TikTok", "3: WeChat"}},
		"too few":               {"a,b,c\n1,2\n4,5,6\n", []string{"2! 2 fields instead of 3", "3: 4|5|6"}},
		"too many":              {"a,b\n1,2,3\n4,5\n", []string{"2! 3 fields instead of 2", "3: 4|5"}},
		"cut off":               {"a,b,c\n1,2,3\n4,5", []string{"2: 1|2|3", "3! 2 fields instead of 3"}},
		"cut off in quotes":     {"a,b\n1,2\n4,\"5", []string{"2: 1|2", "3! a quote is not closed before the file ends"}},
		"not closed":            {"a,b\n1,\"2\n3,4\n5,6\n", []string{"2! a quote is not closed before the file ends", "3: 3|4", "4: 5|6"}},
		"not closed, all quoted": {"\"a\",\"b\"\n\"1\",\"2\n\"3\",\"4\"\n\"5\",\"6\"\n",
			[]string{"2! a quote is not closed", "3: 3|4", "4: 5|6"}},
		"not closed, as many fields": {"a,b\n\"1,2\n\"3\",4\n", []string{"2! a quote is not closed", "3: 3|4"}},
		"not closed in the middle":   {"\"a\",\"b\",\"c\"\n\"1\",\"2,\"3\"\n\"4\",\"5\",\"6\"\n", []string{"2! 2 fields instead of 3", "3: 4|5|6"}},
		"first row is broken":        {"a,b,c\n1\n2,3,4\n", []string{"2! 1 fields instead of 3", "3: 2|3|4"}},
		"no rows":                    {"a,b\n", nil},
		"spaces in the header":       {" a , b\n1 , 2\n", []string{"2: 1 | 2"}},
		"not in UTF-8":               {"a,b\n\xff,2\n", []string{"2: \xff|2"}},
	} {
		for how, r := range map[string]io.Reader{"whole": strings.NewReader(tt.in), "byte by byte": iotest.OneByteReader(strings.NewReader(tt.in))} {
			got, end := read(t, r)
			if !slices.Equal(got, tt.want) || end != io.EOF {
				t.Errorf("%s, %s: %q, %v; want %q", name, how, got, end, tt.want)
			}
		}
	}
}

func TestHeader(t *testing.T) {
	for in, want := range map[string][]string{
		"a,b\n1,2\n":                          {"a", "b"},
		"\"Device name\",\"Last check-in\"\n": {"Device name", "Last check-in"},
		"Gerätename;Letztes Einchecken\nx;y":  {"Gerätename", "Letztes Einchecken"},
		"{\"a\": 1,\n\"b\": 2}":               nil,
		"":                                    nil,
		"a sentence, and another.\nthird\n":   nil,
		"name\nx\n":                           nil,
	} {
		if got := Columns([]byte(in)); !slices.Equal(got, want) {
			t.Errorf("%q: %q", in, got)
		}
	}
	if _, err := NewReader(strings.NewReader("\n\n")).Read(); !errors.Is(err, ErrNoHeader) {
		t.Errorf("nothing: %v", err)
	}
	pulled := errors.New("pulled")
	if _, err := NewReader(iotest.ErrReader(pulled)).Header(); !errors.Is(err, pulled) {
		t.Errorf("unreadable: %v", err)
	}
}

// TestTorn: where reading fails, the row that was being read is not told as whole.
func TestTorn(t *testing.T) {
	pulled := errors.New("pulled")
	got, err := read(t, io.MultiReader(strings.NewReader("a,b\n1,2\n3,45"), iotest.ErrReader(pulled)))
	if !slices.Equal(got, []string{"2: 1|2"}) || !errors.Is(err, pulled) {
		t.Errorf("%q, %v", got, err)
	}
}

// TestLimits: a field, a line and a value over many lines that are too long cost their own row alone.
func TestLimits(t *testing.T) {
	for name, tt := range map[string]struct{ row, reason string }{
		"field":      {strings.Repeat("x", MaxField+1) + ",2", "a field of more than 1048576 bytes"},
		"line":       {strings.Repeat("x", MaxRow+1), "a line of more than 2097152 bytes"},
		"much more":  {strings.Repeat("x", 10*MaxRow), "a line of more than 2097152 bytes"},
		"many lines": {"\"" + strings.Repeat("\n", maxLines+1) + "\",2", "a quote is not closed"},
	} {
		got, end := read(t, strings.NewReader("a,b\n1,2\n"+tt.row+"\n3,4\n"))
		if len(got) < 3 || got[0] != "2: 1|2" || got[1] != "3! "+tt.reason || !strings.HasSuffix(got[len(got)-1], ": 3|4") || end != io.EOF {
			t.Errorf("%s: %.200q, %v", name, got, end)
		}
	}
	got, _ := read(t, strings.NewReader("a,b\n"+strings.Repeat("x", MaxField)+",2\n"))
	if len(got) != 1 || strings.HasPrefix(got[0], "2!") {
		t.Errorf("just fits: %.50q", got)
	}
}

// TestUnclosedEverywhere: a quote that does not end in every row must not make reading ahead cost the square of the size.
func TestUnclosedEverywhere(t *testing.T) {
	const rows = 20_000
	row := "\"\"1" + strings.Repeat(" ", 100) + "\n"
	r := NewReader(strings.NewReader("a,b\n1,2\n" + strings.Repeat(row, rows)))
	got := 0
	for {
		if _, err := r.Read(); err != nil && !errors.As(err, new(*RowError)) {
			break
		}
		if got++; got > 1000 && got < rows-maxLines && r.ahead > 2*len(row) { // what the rows before cost has to be paid first
			t.Fatalf("after %d rows %d bytes may be read ahead", got, r.ahead)
		}
	}
	if got != rows+1 {
		t.Errorf("%d rows", got)
	}
}

// FuzzRead: no input takes more rows than lines, the same text gives the same rows in pieces, and what encoding/csv writes comes back.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"a,b\n1,\"2\n3,4\n", "sep=;\na;b\r\n\"x\"\"y\";2\r\n", "#TYPE x\n\"a\"\t\"b\"\n1\t2\n", "pre\n\na|b|c\n1|\"2\n\"|3\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, err := read(t, strings.NewReader(s))
		if len(once) > strings.Count(s, "\n")+1 || err == nil {
			t.Errorf("%d rows of %q", len(once), s)
		}
		if pieces, _ := read(t, iotest.HalfReader(strings.NewReader(s))); !slices.Equal(once, pieces) {
			t.Errorf("%q in one, %q in pieces of %q", once, pieces, s)
		}
		Columns([]byte(s))
	})
}

// FuzzRoundTrip: what encoding/csv writes is read as it was.
func FuzzRoundTrip(f *testing.F) {
	f.Add("x", "say \"hi\"\nthere", "a;b")
	f.Fuzz(func(t *testing.T, x, y, z string) {
		want := []string{"first" + x, y, z}
		for i := range want {
			want[i] = strings.ReplaceAll(strings.ReplaceAll(want[i], "\r", ""), "\x00", "")
			if len(want[i]) > 1000 {
				return
			}
		}
		var b strings.Builder
		w := csv.NewWriter(&b)
		if err := errors.Join(w.Write([]string{"Application Name", "Publisher", "Device"}), w.Write(want), w.Write([]string{"a", "b", "c"})); err != nil {
			t.Fatal(err)
		}
		w.Flush()
		r := NewReader(strings.NewReader(b.String()))
		var got []string
		row, err := r.Read()
		for _, v := range row.Fields {
			got = append(got, string(v))
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q of %q, %v", got, b.String(), err)
		}
		if row, err := r.Read(); err != nil || string(row.Fields[0]) != "a" {
			t.Errorf("the row after: %q, %v", row.Fields, err)
		}
	})
}

func export(rows int) string {
	var b strings.Builder
	b.WriteString("ApplicationName,ApplicationPublisher,ApplicationVersion,DeviceId,DeviceName,Platform\n")
	for i := range rows {
		fmt.Fprintf(&b, "\"App number %d\",\"Maker, Inc.\",1.%d.0,11111111-2222-3333-4444-%012d,\"DESKTOP-%d\",Windows\n", i%500, i, i/80, i/80)
	}
	return b.String()
}

func BenchmarkRead(b *testing.B) {
	text := export(100_000)
	b.Run("csvstream", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			r := NewReader(strings.NewReader(text))
			for {
				if _, err := r.Read(); err != nil {
					break
				}
			}
		}
	})
	b.Run("encoding-csv", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			r := csv.NewReader(strings.NewReader(text))
			r.ReuseRecord = true
			for {
				if _, err := r.Read(); err != nil {
					break
				}
			}
		}
	})
}
