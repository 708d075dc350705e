package veil

import (
	"strings"
	"testing"
)

func TestHide(t *testing.T) {
	for _, text := range []string{"", "a", "org.example.app", strings.Repeat("long", 100), "Sauté"} {
		hidden := Hide(text)
		if text != "" && strings.Contains(hidden, text) {
			t.Errorf("%q is still there", text)
		}
		if got, err := Show(hidden); err != nil || got != text {
			t.Errorf("%q comes back as %q, %v", text, got, err)
		}
	}
	if got := Hide("a"); got != "xA" {
		t.Errorf("the form of stored data changed: %q", got)
	}
}

func TestShowRefuses(t *testing.T) {
	for _, s := range []string{"xB", "x", "not hidden", "xA=="} {
		if got, err := Show(s); err == nil {
			t.Errorf("%q is taken for %q", s, got)
		}
	}
}

func FuzzShow(f *testing.F) {
	f.Add("xA")
	f.Add("ytfC")
	f.Add("not hidden")
	f.Fuzz(func(t *testing.T, s string) {
		if text, err := Show(s); err == nil && Hide(text) != s {
			t.Errorf("%q and %q show as the same", s, Hide(text))
		}
	})
}
