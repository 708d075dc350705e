package jsbundle

import (
	"bytes"
	"encoding/binary"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners/internal/endpoints"
)

// read returns the values of the endpoints and the package URLs that a file gives.
func read(t *testing.T, name string, content []byte) (Facts, []string, []string) {
	t.Helper()
	var c endpoints.Collector
	f, err := Read(name, content, &c)
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	list, _, _ := c.Result(nil)
	var values, purls []string
	for _, e := range list {
		values = append(values, e.Value)
	}
	for _, p := range f.Components {
		purls = append(purls, p.PURL)
	}
	return f, values, purls
}

// bytecode makes a Hermes file of strings, with function headers of the given size.
func bytecode(version uint32, headerSize int, list ...string) []byte {
	var small, overflow, storage []byte
	for _, s := range list {
		raw, wide := []byte(s), uint32(0)
		units := len(s)
		if strings.ContainsFunc(s, func(r rune) bool { return r > 0x7f }) {
			raw, wide, units = nil, 1, 0
			for _, r := range s {
				raw, units = binary.LittleEndian.AppendUint16(raw, uint16(r)), units+1
			}
		}
		at := len(storage)
		storage = append(storage, raw...)
		if units < 0xff {
			small = binary.LittleEndian.AppendUint32(small, wide|uint32(at)<<1|uint32(units)<<24)
			continue
		}
		small = binary.LittleEndian.AppendUint32(small, wide|uint32(len(overflow)/8)<<1|0xff<<24)
		overflow = binary.LittleEndian.AppendUint32(overflow, uint32(at))
		overflow = binary.LittleEndian.AppendUint32(overflow, uint32(units))
	}
	head := append([]byte{}, hermesMagic...)
	head = binary.LittleEndian.AppendUint32(head, version)
	head = append(head, make([]byte, 20)...)
	const functions, kinds, identifiers = 3, 1, 2
	for _, n := range []int{0, 0, functions, kinds, identifiers, len(list), len(overflow) / 8, len(storage)} {
		head = binary.LittleEndian.AppendUint32(head, uint32(n))
	}
	head = append(head, make([]byte, hermesHeader-len(head)+functions*headerSize+4*kinds+4*identifiers)...)
	return slices.Concat(head, small, overflow, storage, make([]byte, 64))
}

var literals = []string{"https://api.netty.io/v2", "log.umeng.com", "a", "s3://my-bucket/x", "https://bücher.de/x", "https://long.netty.io/" + strings.Repeat("a", 300)}

func TestHermes(t *testing.T) {
	for _, size := range []int{16, 12} {
		f, values, _ := read(t, "assets/index.android.bundle", bytecode(84, size, literals...))
		want := []string{"s3://my-bucket/x", "log.umeng.com", "https://api.netty.io/v2", "https://bücher.de/x", literals[5]}
		if d := cmp.Diff(want, values); d != "" || f.Kind != Hermes || f.Version != "84" || f.Strings != len(literals) || f.Cut {
			t.Errorf("%+v\n%s", f, d)
		}
	}
}

// Where the table is not understood, the bytes are looked through all the same, and the error says so.
func TestHermesUnknown(t *testing.T) {
	for _, data := range [][]byte{bytecode(70, 16, literals...), bytecode(120, 44, literals...)} {
		var c endpoints.Collector
		_, err := Read("x.hbc", append(data, "\x00https://tail.netty.io\x00"...), &c)
		_, hosts, _ := c.Result(nil)
		if err == nil || !slices.Contains(hosts, "tail.netty.io") {
			t.Errorf("%v, %q", err, hosts)
		}
	}
	if _, err := Read("x.hbc", hermesMagic, &endpoints.Collector{}); err == nil {
		t.Error("a header alone")
	}
}

// Entries that all name the same bytes are not all read.
func TestHermesOverlap(t *testing.T) {
	data := bytecode(84, 16, append([]string{strings.Repeat("x", 200)}, slices.Repeat([]string{"a"}, 5000)...)...)
	at := hermesHeader + 3*16 + 4 + 8
	for i := range 4999 {
		copy(data[at+4+4*i:], data[at:at+4])
	}
	if f, _, _ := read(t, "x.hbc", data); !f.Cut {
		t.Errorf("%+v", f)
	}
}

func TestScripts(t *testing.T) {
	for _, c := range []struct {
		name, content string
		want          []string
	}{
		{"assets/www/js/jquery.min.js", "/*! jQuery v3.6.0 | (c) OpenJS Foundation and other contributors | jquery.org/license */\n!function(e,t){}", []string{"pkg:npm/jquery@3.6.0"}},
		{"assets/index.android.bundle", "var a;\n/** @license React v16.13.1\n * react.production.min.js\n *\n*/ b; /** @license React v0.19.1\n * scheduler.production.min.js\n */",
			[]string{"pkg:npm/react@16.13.1", "pkg:npm/scheduler@0.19.1"}},
		{"assets/www/js/vue.js", "/*!\n * Vue.js v2.6.12\n * (c) 2014-2020 Evan You\n */", []string{"pkg:npm/vue@2.6.12"}},
		{"assets/index.android.bundle", "__d(function(g,r){exports.version={major:0,minor:64,patch:2,prerelease:null}})", []string{"pkg:npm/react-native@0.64.2"}},
		{"assets/www/cordova.js", "var PLATFORM_VERSION_BUILD_LABEL = '9.0.0';", []string{"pkg:npm/cordova-android@9.0.0"}},
		{"assets/www/cordova_plugins.js", "module.exports = [{\"id\":\"x\"}];\nmodule.exports.metadata = {\n \"cordova-plugin-camera\": \"4.1.0\",\n \"bad name\": \"1.0\", \"p\": \"git\"};\n});",
			[]string{"pkg:npm/cordova-plugin-camera@4.1.0"}},
		{"assets/capacitor.plugins.json", `[{"pkg":"@capacitor/app","classpath":"x"},{"pkg":""}]`, []string{"pkg:npm/%40capacitor/app"}},
		{"assets/x.js", "var s=\"jQuery v3.6.0\"; // not in a comment of a banner\n/* jQuery vX */ /* Bootstrap v */", nil},
	} {
		_, _, purls := read(t, c.name, []byte(c.content))
		if d := cmp.Diff(c.want, purls); d != "" {
			t.Errorf("%s %s", c.name, d)
		}
	}
}

func TestCapacitorConfig(t *testing.T) {
	_, values, _ := read(t, "assets/capacitor.config.json", []byte(`{"server":{"url":"https://app.netty.io","allowNavigation":["*.umeng.com","pay.netty.io"]}}`))
	if d := cmp.Diff([]string{"pay.netty.io", "umeng.com", "https://app.netty.io"}, values); d != "" {
		t.Error(d)
	}
	for _, name := range []string{"assets/capacitor.config.json", "assets/capacitor.plugins.json"} {
		if _, err := Read(name, []byte("{"), &endpoints.Collector{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func unityMetadata(list ...string) []byte {
	var table, data []byte
	for _, s := range list {
		table = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(table, uint32(len(s))), uint32(len(data)))
		data = append(data, s...)
	}
	head := append([]byte{}, metadataMagic...)
	for _, n := range []int{29, 24, len(table), 24 + len(table), len(data)} {
		head = binary.LittleEndian.AppendUint32(head, uint32(n))
	}
	return slices.Concat(head, table, data)
}

func TestUnity(t *testing.T) {
	f, values, _ := read(t, "assets/bin/Data/Managed/Metadata/global-metadata.dat", unityMetadata("abc", "https://a.netty.io", "https://b.netty.io"))
	if d := cmp.Diff([]string{"https://a.netty.io", "https://b.netty.io"}, values); d != "" || f.Strings != 3 || f.Version != "29" {
		t.Errorf("%+v\n%s", f, d)
	}
	_, _, purls := read(t, "assets/bin/Data/data.unity3d", []byte("UnityFS\x00\x00\x00\x00\x085.x.x\x002021.3.5f1\x00\x00\x00"))
	if d := cmp.Diff([]string{"pkg:generic/unity@2021.3.5f1"}, purls); d != "" {
		t.Error(d)
	}
}

// pack makes a block of LZ4 of literals and one match at the end.
func pack(text string, repeat int) []byte {
	block := []byte{0xff}
	n := len(text) - 15
	for ; n >= 255; n -= 255 {
		block = append(block, 255)
	}
	block = append(append(block, byte(n)), text...)
	block = binary.LittleEndian.AppendUint16(block, 1)
	for n = repeat - 4 - 15; n >= 255; n -= 255 {
		block = append(block, 255)
	}
	return append(block, byte(n))
}

func TestAssemblies(t *testing.T) {
	text := "MZ\x00\x00" + strings.ReplaceAll("https://api.netty.io/x", "", "\x00") + "\x01y"
	one := append(binary.LittleEndian.AppendUint32([]byte("XALZ\x01\x00\x00\x00"), uint32(len(text)+300)), pack(text, 300)...)
	for name, data := range map[string][]byte{"assemblies/App.dll": one, "assemblies/assemblies.blob": slices.Concat([]byte("XABA\x01\x00\x00\x00"), one, one)} {
		f, values, _ := read(t, name, data)
		if d := cmp.Diff([]string{"https://api.netty.io/x"}, values); d != "" || f.Kind != Assembly {
			t.Errorf("%s: %+v\n%s", name, f, d)
		}
	}
	if _, err := Read("assemblies/App.dll", one[:len(one)-2], &endpoints.Collector{}); err == nil {
		t.Error("a block that breaks off")
	}
	huge := binary.LittleEndian.AppendUint32([]byte("XALZ\x01\x00\x00\x00"), 1<<31)
	if f, err := Read("assemblies/App.dll", append(huge, one...), &endpoints.Collector{}); err != nil || !f.Cut {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestWants(t *testing.T) {
	for name, want := range map[string]bool{
		"assets/index.android.bundle": true, "assets/www/a/b.JS": true, "res/raw/config.json": true, "assemblies/assemblies.blob": true, "assets/bin/Data/globalgamemanagers": true,
		"assets/logo.png": false, "res/layout/main.xml": false, "js/x.js": false, "assets/noending": false, "assemblies/x.txt": false,
	} {
		if Wants(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}

func FuzzRead(f *testing.F) {
	if data, err := os.ReadFile("testdata/strings.hbc"); err == nil {
		f.Add("strings.hbc", data)
	}
	f.Add("x.hbc", bytecode(84, 16, literals...))
	f.Add("x.hbc", bytecode(98, 12, literals...))
	f.Add("assets/bin/global-metadata.dat", unityMetadata("a", "https://a.netty.io"))
	f.Add("a.dll", append(binary.LittleEndian.AppendUint32([]byte("XALZ\x01\x00\x00\x00"), 320), pack("MZ https://a.netty.io", 299)...))
	f.Add("cordova_plugins.js", []byte("module.exports.metadata = {\"a\":\"1.0\"}"))
	f.Add("x.js", []byte("/*! jQuery v3.6.0 */ /* @license React v1.0 react-dom. */"))
	f.Add("capacitor.config.json", []byte(`{"server":{"allowNavigation":["*.a.netty.io"]}}`))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		before := bytes.Clone(content)
		var c endpoints.Collector
		facts, _ := Read(name, content, &c)
		if !bytes.Equal(before, content) || facts.Strings > len(content) {
			t.Errorf("%+v", facts)
		}
	})
}

// testdata/strings.hbc is strings.js as Hermes 0.11's own compiler makes it.
func TestRealHermes(t *testing.T) {
	data, err := os.ReadFile("testdata/strings.hbc")
	if err != nil {
		t.Fatal(err)
	}
	f, values, _ := read(t, "assets/index.android.bundle", data)
	want := []string{"s3://my-bucket/x", "log.umeng.com", "https://api.netty.io/v2/users", "https://bücher.de/", "https://cdn.netty.io/",
		"https://long.netty.io/" + strings.Repeat("a", 278)}
	if d := cmp.Diff(want, values); d != "" || f.Version != "84" || f.Strings != 24 {
		t.Errorf("%+v\n%s", f, d)
	}
}
