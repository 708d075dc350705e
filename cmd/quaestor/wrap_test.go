package main

import (
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
)

// TestDeviceLine breaks no word over the edge of a page, whatever a phone is called.
func TestDeviceLine(t *testing.T) {
	udid := "iphone:00008110-001A2B3C4D5E6F70"
	for _, tt := range []struct {
		row    [3]string
		widths [3]int
		state  string
		lines  int
	}{
		{[3]string{"adb:S1", "Pixel 8", "Android 15"}, [3]int{6, 7, 10}, "ready", 1},
		{[3]string{"adb:127.0.0.1:36687", "Pixel 8", "Android 15"}, [3]int{len(udid), 12, 12}, "has not allowed this computer", 2},
		{[3]string{udid, `iPhone14,5 "Ada's iPhone of the office"`, "iPhone OS 17.4.1"}, [3]int{len(udid), 40, 16}, "untrusted, because nobody has answered on its screen whether this computer is to be trusted", 4},
	} {
		got := deviceLine(tt.row, tt.widths, tt.state)
		for _, line := range strings.Split(got, "\n") {
			if runewidth.StringWidth(line) > pageWidth {
				t.Errorf("wider than the page: %q", line)
			}
		}
		if n := strings.Count(got, "\n") + 1; n != tt.lines || strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(strings.Join(tt.row[:], " ")+" "+tt.state), " ") {
			t.Errorf("%d lines:\n%s", n, got)
		}
	}
}

func TestEdged(t *testing.T) {
	long := "quaestor: the backup is encrypted and was not opened"
	for _, tt := range []struct {
		text  string
		width int
		want  string
	}{
		{long, 80, long},
		{long, 40, "quaestor: the backup is encrypted and\nwas not opened"},
		{"short\n  " + long, 40, "short\n  quaestor: the backup is encrypted and\n  was not opened"},
		{"a  b", 3, "a b"},
		{"a  b", 4, "a  b"},
	} {
		if got := edged(tt.text, tt.width); got != tt.want {
			t.Errorf("got %q want %q", got, tt.want)
		}
	}
}
