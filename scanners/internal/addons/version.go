package addons

import (
	"cmp"
	"strings"
)

// Newer compares two versions part by part, numbers by their value: it reports whether a is newer than b.
func Newer(a, b string) bool { return compareVersions(a, b) > 0 }

func compareVersions(a, b string) int {
	for a != "" || b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		if c := comparePart(x, y); c != 0 {
			return c
		}
	}
	return 0
}

// comparePart compares the number that a part begins with, then what follows it.
func comparePart(x, y string) int {
	xn, xrest := number(x)
	yn, yrest := number(y)
	return cmp.Or(cmp.Compare(len(xn), len(yn)), cmp.Compare(xn, yn), cmp.Compare(xrest, yrest))
}

// number splits off leading digits, without leading zeros.
func number(s string) (digits, rest string) {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return strings.TrimLeft(s[:n], "0"), s[n:]
}
