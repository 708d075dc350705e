package aqfjson

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sum64 = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

func read(text string) ([]Package, *Summary, error) {
	var got []Package
	sum, err := Read([]byte(text), func(p *Package) error { got = append(got, *p); return nil })
	return got, sum, err
}

func TestRead(t *testing.T) {
	got, sum, err := read("\ufeff" + `[
 {"name":"a.b","installer":"null","uid":10001,"disabled":true,"system":true,"third_party":false,"later":{"x":[1]},
  "files":[{"path":"/p/base.apk","local_name":"l.apk","sha256":"` + sum64 + `","certificate":{"Sha256":"` + sum64 + `","Subject":"CN=A","Serial":1},"new":2},
   {"path":"/p/split_x.apk","sha256":"/system/bin/sh:","certificate":{"Sha256":""}}]},
 {"name":"c.d","installer":"","files":null},
 {"name":"e.f","installer":"com.android.vending","files":[]},
 {"uid":1}, 17, {"name":5}, {"name":"g.h","files":"none","uid":3}
]`)
	if err != nil {
		t.Fatal(err)
	}
	low := strings.ToLower(sum64)
	want := []Package{
		{Name: "a.b", Told: true, UID: 10001, Disabled: true, System: true, Files: []File{
			{Path: "/p/base.apk", LocalName: "l.apk", SHA256: low, Cert: &Certificate{SHA256: low, Subject: "CN=A"}}, {Path: "/p/split_x.apk"}}},
		{Name: "c.d"},
		{Name: "e.f", Told: true, Installer: "com.android.vending"},
		{Name: "g.h"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if sum.Unknown.Count != 2 || sum.Broken.Count != 4 || sum.Packages != 4 {
		t.Errorf("%+v", sum)
	}
}

// Newer versions list the packages of each user apart, and say for which it could not.
func TestUsers(t *testing.T) {
	got, sum, err := read(`[{"name":"a.b","user_id":10,"installed":false},{"name":"c.d","user_id":0,"files_error":"refused"},{"name":"e.f","user_id":-1}]`)
	if err != nil || len(got) != 3 || sum.Unknown.Count != 0 || sum.Broken.Count != 1 {
		t.Fatalf("%+v %+v %v", got, sum, err)
	}
	if got[0].User != "10" || got[0].Installed == nil || *got[0].Installed || got[1].User != "0" || got[1].Installed != nil || got[1].FilesError != "refused" {
		t.Errorf("%+v", got)
	}
	u, err := ReadUsers([]byte(`{"users":[{"id":10,"name":"Work","inventory_status":"failed","error":"no"}],"enumeration_error":"x"}`))
	if err != nil || u.Users[0].ID != 10 || u.Users[0].Status != "failed" || u.Error != "x" {
		t.Errorf("%+v %v", u, err)
	}
	for _, text := range []string{"", "{}", "[]", `{"users":[{"id":`} {
		if _, err := ReadUsers([]byte(text)); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}

func TestBrokenText(t *testing.T) {
	for text, packages := range map[string]int{
		"": 0, "{}": 0, "null": 0, `[{"name":"a.b"}`: 1, `[{"name":"a.b"},{"name":"c.`: 1, `[{"name":"a.b"},]`: 1, "[" + strings.Repeat("[", 100_000): 0,
	} {
		if got, _, err := read(text); err == nil || len(got) != packages {
			t.Errorf("%.40q: %d packages, %v", text, len(got), err)
		}
	}
}

func TestFilesAreLimited(t *testing.T) {
	got, sum, err := read(`[{"name":"a.b","files":[` + strings.Repeat("{},", maxFiles+4) + `{}]}]`)
	if err != nil || len(got[0].Files) != maxFiles || sum.Dropped != 5 {
		t.Errorf("%d files, %+v, %v", len(got[0].Files), sum, err)
	}
}

func FuzzPackagesJSON(f *testing.F) {
	seed, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "phones", "member", "packages.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed[:4000])
	f.Add([]byte(`[{"name":"a.b","installer":"null","uid":1,"files":[{"path":"/p","sha256":"` + sum64 + `","certificate":{}}]}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		n := 0
		sum, _ := Read(b, func(p *Package) error {
			n++
			if p.Name == "" {
				t.Error("a package without a name")
			}
			for _, file := range p.Files {
				if file.SHA256 != "" && len(file.SHA256) != 64 {
					t.Errorf("hash %q", file.SHA256)
				}
			}
			return nil
		})
		if n != sum.Packages {
			t.Errorf("%d packages, summary says %d", n, sum.Packages)
		}
		Looks(b)
	})
}
