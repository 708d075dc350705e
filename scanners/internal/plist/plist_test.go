package plist

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	oracle "howett.net/plist"
)

var day = time.Date(2024, 2, 29, 12, 30, 15, 0, time.UTC)

// sample holds every kind of value.
func sample() map[string]any {
	return map[string]any{
		"text": "plain", "wide": "日本 🗳", "empty": "", "yes": true, "no": false, "zero": int64(0), "byte": int64(255), "short": int64(65535),
		"negative": int64(-5), "large": int64(1 << 40), "huge": uint64(1<<63 + 7), "real": 1.5, "date": day, "data": []byte{0, 1, 2, 255},
		"list": []any{"a", "a", []any{}, map[string]any{"k": int64(1)}}, "long": strings.Repeat("x", 300),
		"nothing inside": map[string]any{},
	}
}

// TestOracle: what another library writes is read as it was.
func TestOracle(t *testing.T) {
	for name, format := range map[string]int{"binary": oracle.BinaryFormat, "xml": oracle.XMLFormat} {
		data, err := oracle.Marshal(sample(), format)
		if err != nil {
			t.Fatal(err)
		}
		if !Looks(data) {
			t.Errorf("%s: not taken for a list", name)
		}
		got, err := Decode(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if d := cmp.Diff(any(sample()), got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

const python = `
import plistlib, sys, datetime
v = {"text": "plain", "wide": "日本 🗳", "n": [0, 1, 255, 256, 65536, -1, 2**63-1, 2**63+5, -2**63], "r": [0.0, -2.25, 1e300], "b": [True, False],
     "d": datetime.datetime(1999, 12, 31, 23, 59, 58), "data": b"\x00\xff" * 40, "deep": [[[["x"]]]], "many": list(range(1000)), "uid": plistlib.UID(7), "<&>'\"": "<&>'\""}
for name, fmt in (("b", plistlib.FMT_BINARY), ("x", plistlib.FMT_XML)):
    with open(sys.argv[1] + "/" + name, "wb") as f: plistlib.dump(v, f, fmt=fmt)
`

// TestPython: what Python's own library writes is read, and both forms say the same.
func TestPython(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("python3", "-c", python, dir).CombinedOutput(); err != nil {
		t.Skipf("no python3 with plistlib: %v %s", err, out)
	}
	var both [2]any
	for i, name := range []string{"b", "x"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if both[i], err = Decode(data); err != nil {
			t.Fatal(err)
		}
	}
	if d := cmp.Diff(both[0], both[1]); d != "" {
		t.Error(d)
	}
	many := make([]any, 1000)
	for i := range many {
		many[i] = int64(i)
	}
	want := map[string]any{"text": "plain", "wide": "日本 🗳", "r": []any{0.0, -2.25, 1e300}, "b": []any{true, false}, "many": many,
		"n": []any{int64(0), int64(1), int64(255), int64(256), int64(65536), int64(-1), int64(1<<63 - 1), uint64(1<<63 + 5), int64(-1 << 63)},
		"d": time.Date(1999, 12, 31, 23, 59, 58, 0, time.UTC), "data": bytes.Repeat([]byte{0, 255}, 40), "deep": []any{[]any{[]any{[]any{"x"}}}},
		"uid": UID(7), `<&>'"`: `<&>'"`}
	if d := cmp.Diff(any(want), both[0]); d != "" {
		t.Error(d)
	}
}

func TestXML(t *testing.T) {
	wide := func(s string) string {
		var b strings.Builder
		for i := range len(s) {
			b.WriteString(string([]byte{s[i], 0}))
		}
		return b.String()
	}
	const head = `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">`
	list := func(s string) string { return head + `<plist version="1.0">` + s + "</plist>\n" }
	for text, want := range map[string]any{
		list("<true/>"): true,
		list("<!-- a --><string>a<!-- b -->b</string>"):                                               "ab",
		list("<string><![CDATA[<a>&]]></string>"):                                                     "<a>&",
		list("<string>&lt;&#x41;&amp;</string>"):                                                      "<A&",
		list("<integer>0x1F</integer>"):                                                               int64(31),
		list("<integer> -7 </integer>"):                                                               int64(-7),
		list("<data>\n\tAAEC\n\t/w==\n</data>"):                                                       []byte{0, 1, 2, 255},
		list("<date>2024-02-29T12:30:15Z</date>"):                                                     day,
		list("<date>never</date>"):                                                                    nil,
		"\xef\xbb\xbf" + list("<array/>"):                                                             []any{},
		"<plist><dict><key>a</key><real>1</real></dict></plist>":                                      map[string]any{"a": 1.0},
		"\xff\xfe" + wide(`<?xml version="1.0" encoding="UTF-16"?><plist><string>a</string></plist>`): "a",
		wide(`<?xml version="1.0" encoding="UTF-16LE"?><plist><string>a</string></plist>`):            "a",
		`<?xml version="1.0" encoding="ISO-8859-1"?><plist><string>` + "\xe9</string></plist>":        "é",
		list("<dict><key>CF$UID</key><integer>3</integer></dict>"):                                    UID(3),
	} {
		if got, err := Decode([]byte(text)); err != nil || cmp.Diff(want, got) != "" || !Looks([]byte(text)) {
			t.Errorf("%q: %#v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		list("<array><string>a</string>")[:190]:                                 "cut short",
		list("<string>&x;</string>"):                                            "invalid character entity",
		`<!DOCTYPE plist [<!ENTITY x "y">]><plist><string>&x;</string></plist>`: "entity",
		list("<string>a</string><string>b</string>"):                            "does not end",
		list("<dict><string>a</string></dict>"):                                 "<string> stands where <key>",
		list("<dict><key>a</key></dict>"):                                       "missing",
		list("<integer>one</integer>"):                                          `"one"`,
		list("<script/>"):                                                       "<script> is no element",
		list("<array>text</array>"):                                             "text stands between",
		list("<string><b/></string>"):                                           "<b> stands inside <string>",
		list(""):                                                                "missing",
		list(strings.Repeat("<array>", 300)):                                    ErrLimit.Error(),
		`<?xml version="1.0" encoding="EBCDIC"?><plist><true/></plist>`:         "EBCDIC",
	} {
		if _, err := Decode([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.300q: %v, want %q", text, err, want)
		}
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"": "not a property list", "hello": "not a property list", "PK\x03\x04": "not a property list", `{"json": 1}`: "not a property list",
		"{ a = 1; }": "old text form", "// !$*UTF8*$!\n{a=1;}": "old text form", "( a, b )": "old text form", "<0fbd77>": "old text form",
		"bplist15\x00\x00": `version "15"`, "bplist": "version", "bplist00": "cut short",
	} {
		if Looks([]byte(text)) && text != "bplist00" {
			t.Errorf("%q is taken for a list", text)
		}
		if _, err := Decode([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// build writes a binary list of up to 255 objects, each handed in as bytes, with references of one byte.
func build(top int, objects ...string) []byte {
	b := []byte("bplist00")
	var table []byte
	for _, o := range objects {
		table = append(table, byte(len(b)>>8), byte(len(b)))
		b = append(b, o...)
	}
	at := len(b)
	b = append(b, table...)
	b = append(b, 0, 0, 0, 0, 0, 0, 2, 1)
	for _, n := range []int{len(objects), top, at} {
		b = append(b, 0, 0, 0, 0, 0, 0, byte(n>>8), byte(n))
	}
	return b
}

func TestBinary(t *testing.T) {
	for _, tt := range []struct {
		data []byte
		want any
	}{
		{build(0, "\xa2\x01\x01", "\x51a"), []any{"a", "a"}},
		{build(1, "\x51a", "\xd1\x00\x00"), map[string]any{"a": "a"}},
		{build(0, "\xc1\x01", "\x00"), []any{nil}},
		{build(0, "\x80\x05"), UID(5)},
		{build(0, "\x33\x7f\xf0\x00\x00\x00\x00\x00\x00"), nil}, // a date at infinity
		{build(0, "\x33\x7f\xef\xff\xff\xff\xff\xff\xff"), nil}, // and one that no calendar holds
		{build(0, "\x22\x3f\x80\x00\x00"), 1.0},
		{build(0, "\x14"+strings.Repeat("\x01", 16)), nil}, // a number of more than 64 bits
		{build(0, "\x5f\x10\x02ab"), "ab"},
		{build(0, "\x61\xd8\x00"), "\uFFFD"},
		{build(0, "\x13\xff\xff\xff\xff\xff\xff\xff\xfe"), int64(-2)},
		{build(0, "\x11\xff\xfe"), int64(65534)},
	} {
		if got, err := Decode(tt.data); err != nil || cmp.Diff(tt.want, got) != "" {
			t.Errorf("%q: %#v, %v", tt.data, got, err)
		}
	}
	for _, tt := range []struct {
		data []byte
		want string
	}{
		{build(0, "\xa1\x00"), "contains itself"},
		{build(0, "\xa1\x01", "\xd1\x02\x00", "\x51a"), "contains itself"},
		{build(0, "\xa1\x07"), "object 7 of 1"},
		{build(9, "\x08"), "object 9 of 1"},
		{build(0, "\xd1\x01\x01", "\x08"), "no text but bool"},
		{build(0, "\x5f\x13\x7f\xff\xff\xff\xff\xff\xff\xff"), "cut short"},
		{build(0, "\xaf\x13\x7f\xff\xff\xff\xff\xff\xff\xff"), "cut short"},
		{build(0, "\xdf\x13\x7f\xff\xff\xff\xff\xff\xff\xff"), "cut short"},
		{build(0, "\x13\x00"), "cut short"},
		{build(0, "\x70\xe0"[1:]), "unknown kind 0xe0"},
		{build(0, "\x8f"+strings.Repeat("\x01", 16)), "16 bytes"},
	} {
		if _, err := Decode(tt.data); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %q", tt.data, err, tt.want)
		}
	}
}

// TestBomb: lists that refer to one list many times, many levels deep, end; so does a long text that many refer to.
func TestBomb(t *testing.T) {
	var bomb []string
	for i := range 60 {
		bomb = append(bomb, "\xaf\x10\x14"+strings.Repeat(string([]byte{byte(i + 1)}), 20))
	}
	bomb = append(bomb, "\x09")
	long := build(0, "\xaf\x11\x20\x00"+strings.Repeat("\x01", 0x2000), "\x5f\x11\x40\x00"+strings.Repeat("x", 0x4000))
	for name, data := range map[string][]byte{"lists": build(0, bomb...), "text": long} {
		if _, err := Decode(data); !errors.Is(err, ErrLimit) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCutAnywhere(t *testing.T) {
	for _, format := range []int{oracle.BinaryFormat, oracle.XMLFormat} {
		data, err := oracle.Marshal(sample(), format)
		if err != nil {
			t.Fatal(err)
		}
		whole := bytes.TrimRight(data, " \r\n")
		for n := range len(whole) {
			if v, err := Decode(whole[:n]); err == nil && cmp.Diff(any(sample()), v) != "" {
				t.Fatalf("%d of %d bytes give %v", n, len(whole), v)
			}
		}
	}
}

func TestGet(t *testing.T) {
	v := any(map[string]any{"a": map[string]any{"s": "x", "l": []any{"p", int64(1), "q"}, "n": uint64(4), "f": 3.0, "half": 0.5, "big": uint64(1 << 63), "t": day, "b": true, "one": int64(1), "d": []byte("z")}})
	got := fmt.Sprint(Text(v, "a", "s"), Text(v, "a", "n"), Text(v, "a", "s", "deeper"), Text(nil, "a"), len(List(v, "a", "l")), Texts(v, "a", "l"), Texts(v, "a", "s"),
		len(Dict(v, "a")), len(Dict(v, "b")), Int(v, "a", "n"), Int(v, "a", "f"), Int(v, "a", "half"), Int(v, "a", "big"), Bool(v, "a", "b"), Bool(v, "a", "one"), Bool(v, "a", "s"),
		Time(v, "a", "t").Year(), Time(v, "a", "s") == nil, string(Bytes(v, "a", "d")), Text("top"))
	if want := "x3[p q] [x]10 0 4 3 0 0 true true false 2024 true ztop"; strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
		t.Errorf("got %q", got)
	}
}

func TestUnarchive(t *testing.T) {
	class := func(name string) map[string]any {
		return map[string]any{"$classname": name, "$classes": []any{name, "NSObject"}}
	}
	objects := []any{"$null",
		map[string]any{"NS.keys": []any{UID(2), UID(3)}, "NS.objects": []any{UID(4), UID(0)}, "$class": UID(5)}, // 1
		"apps", "none", // 2, 3
		map[string]any{"NS.objects": []any{UID(6), UID(8), UID(10), UID(12), UID(1)}, "$class": UID(14)}, // 4
		class("NSMutableDictionary"), // 5
		map[string]any{"bundle": UID(7), "count": int64(3), "parent": UID(6), "$class": UID(15)}, "com.example.votes", // 6, 7
		map[string]any{"NS.time": 0.0, "$class": UID(9)}, class("NSDate"),
		map[string]any{"NS.string": "s", "$class": UID(11)}, class("NSMutableString"),
		map[string]any{"NS.uuidbytes": bytes.Repeat([]byte{0xab}, 16), "$class": UID(13)}, class("NSUUID"),
		class("NSArray"), class("LSApp"),
	}
	v := map[string]any{"$archiver": "NSKeyedArchiver", "$version": int64(100000), "$top": map[string]any{"root": UID(1)}, "$objects": objects}
	got, err := Unarchive(v)
	want := map[string]any{"none": nil, "apps": []any{
		map[string]any{"$class": "LSApp", "bundle": "com.example.votes", "count": int64(3), "parent": nil},
		epoch, "s", "ABABABAB-ABAB-ABAB-ABAB-ABABABABABAB", nil,
	}}
	if d := cmp.Diff(any(want), got); err != nil || d != "" {
		t.Error(err, d)
	}
	v["$top"] = map[string]any{"a": UID(7), "b": UID(2)}
	if got, err := Unarchive(v); err != nil || cmp.Diff(any(map[string]any{"a": "com.example.votes", "b": "apps"}), got) != "" {
		t.Errorf("%v %v", got, err)
	}
	v["$top"] = map[string]any{"root": UID(99)}
	if _, err := Unarchive(v); err == nil {
		t.Error("a reference to nothing is read")
	}
	if _, err := Unarchive(sample()); err == nil {
		t.Error("any list is taken for an archive")
	}
	bomb := []any{"$null"}
	for i := range 60 {
		var refs []any
		for range 20 {
			refs = append(refs, UID(i+2))
		}
		bomb = append(bomb, map[string]any{"NS.objects": refs, "$class": UID(0)})
	}
	v["$objects"], v["$top"] = append(bomb, "end"), map[string]any{"root": UID(1)}
	if _, err := Unarchive(v); !errors.Is(err, ErrLimit) {
		t.Errorf("%v", err)
	}
}

// TestTwoMarks: a list in UTF-16 with its byte order mark written twice is read all the same.
func TestTwoMarks(t *testing.T) {
	data := []byte{0xff, 0xfe, 0xff, 0xfe}
	for _, c := range `<?xml version="1.0" encoding="UTF-16"?><plist version="1.0"><string>a</string></plist>` {
		data = append(data, byte(c), 0)
	}
	if v, err := Decode(data); v != "a" || err != nil || !Looks(data) {
		t.Errorf("%v, %v", v, err)
	}
}
