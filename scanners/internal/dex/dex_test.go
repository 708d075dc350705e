package dex

import (
	"context"
	"errors"
	"slices"
	"testing"

	"quaestor/scanners/internal/dextest"
	"quaestor/scanners/inventory"
)

// sample is an app in one file.
func sample() dextest.File {
	return dextest.File{
		Strings: []string{"https://api.example.org/v1", "käse", "a\x00b", "😀"},
		Classes: []dextest.Class{
			{Name: "org.example.Main", Source: "Main.java", Methods: []dextest.Method{
				{Name: "onCreate", Does: []dextest.Step{dextest.Load("vote"), dextest.Call("java.lang.System.loadLibrary(Ljava/lang/String;)V")}},
				{Name: "quiet", Does: []dextest.Step{dextest.Load("votes"), dextest.Load("onCreate")}},
			}},
			{Name: "org.example.Main$Inner"},
			{Name: "org.example.net.Client", Source: "https://hidden.example.org/"},
			{Name: "NoPackage"},
		},
	}
}

func read(t *testing.T, data []byte) *Facts {
	t.Helper()
	f, err := Read(context.Background(), data, "classes.dex")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// texts collects the string constants.
func constants(f *Facts) []string {
	var out []string
	for s := range f.Strings {
		out = append(out, string(s))
	}
	return out
}

func TestRead(t *testing.T) {
	for _, version := range []string{"035", "037", "038", "039", "040"} {
		file := sample()
		file.Version = version
		data := file.Bytes()
		f := read(t, data)
		want := inventory.CodeFile{File: "classes.dex", Version: version, Size: int64(len(data)), Classes: 4, Strings: len(names(file))}
		if f.Classes != 4 || len(f.Files) != 1 || f.Files[0] != want {
			t.Errorf("%s: %d classes in %+v, want %+v", version, f.Classes, f.Files, want)
		}
		packages := []inventory.CodePackage{{Name: "", Classes: 1, File: "classes.dex"}, {Name: "org.example", Classes: 2, File: "classes.dex"}, {Name: "org.example.net", Classes: 1, File: "classes.dex"}}
		if !slices.Equal(f.Packages, packages) {
			t.Errorf("packages are %+v", f.Packages)
		}
		if len(f.Gaps) != 0 {
			t.Errorf("gaps: %q", f.Gaps)
		}
	}
}

// names counts the strings that a file has to have.
func names(f dextest.File) []string {
	return []string{"https://api.example.org/v1", "käse", "a\x00b", "😀", "Main.java", "https://hidden.example.org/", "vote", "votes", "onCreate", "quiet", "loadLibrary",
		"Lorg/example/Main;", "Lorg/example/Main$Inner;", "Lorg/example/net/Client;", "LNoPackage;", "Ljava/lang/Object;", "Ljava/lang/System;", "Ljava/lang/String;", "V", "VL"}
}

func TestStrings(t *testing.T) {
	got := constants(read(t, sample().Bytes()))
	want := []string{"a\xc0\x80b", "https://api.example.org/v1", "https://hidden.example.org/", "käse", "vote", "votes", "\xed\xa0\xbd\xed\xb8\x80"}
	if !slices.Equal(got, want) {
		t.Errorf("strings are %q, want %q", got, want)
	}
}

func TestContainer(t *testing.T) {
	other := dextest.File{Strings: []string{"second"}, Classes: []dextest.Class{{Name: "org.other.Thing"}}}
	data := dextest.Container(sample(), other)
	f := read(t, data)
	if len(f.Files) != 2 || f.Files[0].Classes != 4 || f.Files[1].Classes != 1 || f.Files[1].Version != "041" || f.Files[0].Size+f.Files[1].Size != int64(len(data)) {
		t.Errorf("files are %+v", f.Files)
	}
	if p := f.Packages[len(f.Packages)-1]; p.Name != "org.other" || f.Classes != 5 {
		t.Errorf("%d classes, last package %+v", f.Classes, p)
	}
	if got := constants(f); !slices.Contains(got, "second") || !slices.Contains(got, "vote") {
		t.Errorf("strings are %q", got)
	}
	for _, m := range f.Marks {
		if m.Code == inventory.MarkDamagedCode {
			t.Errorf("a sound container is damaged: %+v", m)
		}
	}
}

func TestNotDex(t *testing.T) {
	for _, data := range []string{"", "dex\n03", "PK\x03\x04aaaaaaaa", "dex\n03x\x00", "dex\n0351"} {
		if f, err := Read(context.Background(), []byte(data), "x"); !errors.Is(err, ErrNotDex) || f == nil {
			t.Errorf("%q: %v", data, err)
		}
	}
	for _, head := range []string{"dex\n035\x00", "dex\n999\x00rest", "cdex001\x00"} {
		if !IsDex([]byte(head)) {
			t.Errorf("%q is one", head)
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, sample().Bytes(), "classes.dex"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
