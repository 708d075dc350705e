package safetext

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestEscape(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "com.example.app 1.0", "com.example.app 1.0"},
		{"empty", "", ""},
		{"other scripts", "微信 Zürich مرحبا Ελλάδα 🦊 → …", "微信 Zürich مرحبا Ελλάδα 🦊 → …"},
		{"colour", "a\x1b[31mb", "a⟨U+001B⟩[31mb"},
		{"window title", "\x1b]0;x\x07", "⟨U+001B⟩]0;x⟨U+0007⟩"},
		{"8-bit CSI", "a\u009b2J", "a⟨U+009B⟩2J"},
		{"new lines", "a\r\nb\u2028c\u0085", "a⟨U+000D⟩⟨U+000A⟩b⟨U+2028⟩c⟨U+0085⟩"},
		{"tab", "a\tb", "a⟨U+0009⟩b"},
		{"reading order", "a\u202Eb\u2066c\u200F\u061C", "a⟨U+202E⟩b⟨U+2066⟩c⟨U+200F⟩⟨U+061C⟩"},
		{"zero width", "a\u200Bb\u200Dc\uFEFFd\u00ADe\u2060", "a⟨U+200B⟩b⟨U+200D⟩c⟨U+FEFF⟩d⟨U+00AD⟩e⟨U+2060⟩"},
		{"tags", "a\U000E0041", "a⟨U+E0041⟩"},
		{"invisible letters", "\u3164\u115F\u1160\uFFA0\u2800", "⟨U+3164⟩⟨U+115F⟩⟨U+1160⟩⟨U+FFA0⟩⟨U+2800⟩"},
		{"invisible marks", "a\u034Fb\u17B4c\u17B5d", "a⟨U+034F⟩b⟨U+17B4⟩c⟨U+17B5⟩d"},
		{"private and unassigned", "\uE000\U000F0000\u0378", "⟨U+E000⟩⟨U+F0000⟩⟨U+0378⟩"},
		{"not UTF-8", "a\xff\xc3", "a⟨xFF⟩⟨xC3⟩"},
		{"the replacement character itself", "a\uFFFD", "a\uFFFD"},
		{"half character", "\xe2\x82", "⟨xE2⟩⟨x82⟩"},
		{"accents", "e\u0301\u0302\u0303\u0304\u0305\u0306x", "e\u0301\u0302\u0303\u0304⟨U+0305⟩⟨U+0306⟩x"},
		{"accent without letter", "\u0301a", "⟨U+0301⟩a"},
		{"emoji style", "❤\uFE0F ok\uFE0F", "❤ ok⟨U+FE0F⟩"},
		{"hidden selectors", "a\U000E0101", "a⟨U+E0101⟩"},
		{"flags and skin", "🇧🇪👍🏽", "⟨U+1F1E7⟩⟨U+1F1EA⟩👍⟨U+1F3FD⟩"},
		{"spaces", "a\u00A0b\u3000c\u2003d", "a b c⟨U+2003⟩d"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Escape(tt.in); got != tt.want {
				t.Errorf("Escape(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestCut(t *testing.T) {
	tests := []struct {
		in    string
		width int
		want  string
	}{
		{"abcdef", 6, "abcdef"}, {"abcdef", 5, "abcd…"}, {"abcdef", 1, "…"}, {"abcdef", 0, ""},
		{"ab⟨U+202E⟩cd", 7, "ab…"}, {"ab⟨U+202E⟩cd", 11, "ab⟨U+202E⟩…"},
		{"微信微信", 8, "微信微信"}, {"微信微信", 7, "微信微…"}, {"微信微信", 6, "微信…"},
		{"e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"}, {"e\u0301e\u0301e\u0301", 2, "e\u0301…"},
	}
	for _, tt := range tests {
		if got := Cut(tt.in, tt.width); got != tt.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", tt.in, tt.width, got, tt.want)
		}
	}
}

func TestWrap(t *testing.T) {
	tests := []struct {
		in    string
		width int
		want  string
	}{
		{"", 10, ""},
		{"one two three", 7, "one two|three"},
		{"one two three", 100, "one two three"},
		{"exactly ten", 11, "exactly ten"},
		{"com.zhiliaoapp.musically", 16, "com.zhiliaoapp.|musically"},
		{"abcdefghijkl", 5, "abcde|fghij|kl"},
		{"a com.example.verylongname b", 12, "a|com.example.|verylongname|b"},
		{"微信微信微信", 5, "微信|微信|微信"},
		{"see https://example.org/a/b?c=d now", 20, "see|https://example.org/|a/b?c=d now"},
	}
	for _, tt := range tests {
		if got := strings.Join(Wrap(tt.in, tt.width), "|"); got != tt.want {
			t.Errorf("Wrap(%q, %d) = %q, want %q", tt.in, tt.width, got, tt.want)
		}
	}
}

func FuzzEscape(f *testing.F) {
	for _, seed := range []string{
		"TikTok", "com.example.\u202Eevil\x1b[31m", "\x1b]8;;http://x\x1b\\link", "🇧🇪👍🏽❤\uFE0F\uFE0F", "\U000E0041\U000E007F",
		"e\u0301\u0302\u0303\u0304\u0305", "\xe2\x82", "微信\u3164 \u2800", "\u0301", "⟨U+202E⟩", "a\u200D\u0301b",
	} {
		f.Add(seed, 10)
	}
	f.Fuzz(func(t *testing.T, s string, width int) {
		got := Escape(s)
		if !utf8.ValidString(got) {
			t.Fatalf("%q is not UTF-8", got)
		}
		for _, r := range got {
			if r < 0x20 || r == 0x7f || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs, unicode.Bidi_Control, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) {
				t.Fatalf("U+%04X is left in %q", r, got)
			}
		}
		if again := Escape(got); again != got {
			t.Fatalf("escaping twice changes %q to %q", got, again)
		}
		width = max(2, width%200)
		if cut := Cut(got, width); Width(cut) > width {
			t.Fatalf("%q is wider than %d", cut, width)
		}
		var joined strings.Builder
		for _, line := range Wrap(got, width) {
			if Width(line) > width {
				t.Fatalf("the line %q is wider than %d", line, width)
			}
			joined.WriteString(line)
		}
		if words := strings.Join(strings.Fields(got), ""); strings.ReplaceAll(joined.String(), " ", "") != words {
			t.Fatalf("wrapping lost text: %q of %q", joined.String(), words)
		}
	})
}
