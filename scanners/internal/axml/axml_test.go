package axml

import (
	"archive/zip"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"quaestor/scanners/internal/corpustest"
	"slices"
	"testing"
)

// manifest unpacks the manifest of an APK of our own making.
func manifest(tb testing.TB, apk string) []byte {
	tb.Helper()
	z, err := zip.OpenReader("../../apk/testdata/" + apk)
	if err != nil {
		tb.Fatal(err)
	}
	defer z.Close()
	f, err := z.Open("AndroidManifest.xml")
	if err != nil {
		tb.Fatal(err)
	}
	data, err := io.ReadAll(f)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func TestParse(t *testing.T) {
	var names []string
	var root, label string
	report, err := Parse(context.Background(), manifest(t, "plain.apk"), func(e *Element) error {
		if e.Depth <= 2 {
			names = append(names, e.Name)
		}
		switch e.Name {
		case "manifest":
			root = e.Get("package")
		case "application":
			label = e.Get("label")
		}
		return nil
	})
	want := []string{"manifest", "uses-sdk", "uses-permission", "uses-permission", "uses-permission", "uses-permission",
		"uses-permission", "uses-permission", "uses-permission-sdk-23", "permission", "uses-feature", "application"}
	if err != nil || report.Mismatches != 0 || report.Unusual != nil || !slices.Equal(names, want) || root != "eu.example.agenda" || label == "" || label[0] != '@' {
		t.Errorf("err %v, %+v, root %q, label %q, elements %q", err, report, root, label, names)
	}
}

// TestMismatch hides a permission behind another raw string and expects what Android reads.
func TestMismatch(t *testing.T) {
	data := manifest(t, "plain.apk")
	names := func(d []byte) (out []string, mismatches int) {
		report, err := Parse(context.Background(), d, func(e *Element) error {
			if e.Name == "uses-permission" {
				out = append(out, e.Get("name"))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return out, report.Mismatches
	}
	want, _ := names(slices.Clone(data))
	changed := 0
	for at := 8; at+20 <= len(data); at += 4 {
		// A name attribute of type string whose raw and typed strings are the same.
		if u32(data, at+12) == 0x03000008 && u32(data, at+8) == u32(data, at+16) && u32(data, at+8) > 20 {
			binary.LittleEndian.PutUint32(data[at+8:], 1)
			changed++
		}
	}
	got, mismatches := names(data)
	if changed == 0 || mismatches == 0 || !slices.Equal(got, want) {
		t.Errorf("%d attributes changed, %d noticed; permissions %q, want %q", changed, mismatches, got, want)
	}
}

func TestStops(t *testing.T) {
	stop := errors.New("enough")
	if _, err := Parse(context.Background(), manifest(t, "plain.apk"), func(*Element) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("error of visit: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Parse(ctx, manifest(t, "plain.apk"), func(*Element) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("after cancel: %v", err)
	}
	if _, err := Parse(context.Background(), []byte(`<?xml version="1.0"?><manifest/>`), func(*Element) error { return nil }); !errors.Is(err, ErrPlainText) {
		t.Errorf("plain text: %v", err)
	}
}

// FuzzParse checks that nothing panics and that limits hold.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"plain.apk", "clone.apk", "hostile.apk", "split/base.apk", "split/split_config.arm64_v8a.apk"} {
		f.Add(manifest(f, name))
	}
	for _, data := range corpustest.Entries(16_000, func(name string) bool { return name == "AndroidManifest.xml" }) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		elements := 0
		_, err := Parse(context.Background(), data, func(e *Element) error {
			elements++
			if e.Depth < 1 || e.Depth > maxDepth {
				t.Errorf("depth %d", e.Depth)
			}
			return nil
		})
		if elements > maxNodes || err == nil && elements == 0 {
			t.Errorf("%d elements, error %v", elements, err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	data := manifest(b, "plain.apk")
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := Parse(context.Background(), data, func(*Element) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
