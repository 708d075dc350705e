package people

import (
	"regexp"
	"slices"
	"strings"
)

// minPhone are the fewest digits of a telephone number with its country, imeiDigits those of the number of a phone.
const (
	minPhone   = 8
	imeiDigits = 15
	imeiGroup  = 6 // of them at least stand together
)

var (
	phone = regexp.MustCompile(`(^|[^0-9A-Za-z+.])\+[1-9](?:[ ./()\x{a0}-]{0,2}[0-9]){7,14}\b`)
	imei  = regexp.MustCompile(`[0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{6}[ -]?[0-9]`)
	iccid = regexp.MustCompile(`89[0-9]{17,18}`)
)

// apart takes out what the expression finds, where it stands by itself and is what it looks like.
func apart(s string, expression *regexp.Regexp, is func(string) bool) string {
	var b strings.Builder
	last := 0
	for _, at := range expression.FindAllStringIndex(s, -1) {
		if !joined(s[:at[0]], s[at[1]:]) && is(s[at[0]:at[1]]) {
			b.WriteString(s[last:at[0]])
			b.WriteString(Anyone)
			last = at[1]
		}
	}
	if last == 0 {
		return s
	}
	b.WriteString(s[last:])
	return b.String()
}

// joined reports whether something stands close before or behind that makes it part of a longer number or word.
func joined(before, behind string) bool {
	return before != "" && (word(before[len(before)-1]) || strings.HasSuffix(before, ".") || ends(before)) || behind != "" && (word(behind[0]) || ends(behind) || len(behind) > 1 && behind[0] == '.' && word(behind[1]))
}

func word(c byte) bool {
	return c-'0' < 10 || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// ends reports whether a text of pairs goes on: "…00:" before, ":00…" behind. A colon behind a word or before a space is a label.
func ends(s string) bool {
	n := len(s)
	return n > 2 && (separates(s[n-1]) && hex(s[n-2]) && hex(s[n-3]) || separates(s[0]) && hex(s[1]) && hex(s[2]))
}

func separates(c byte) bool { return c == ':' || c == '-' }

func hex(c byte) bool { return c-'0' < 10 || c|0x20 >= 'a' && c|0x20 <= 'f' }

// macLength is how long the address of a network card is: six pairs.
const macLength = len("00:00:00:00:00:00")

func withoutMACs(s string) string {
	for i := 2; i+macLength-2 <= len(s); i++ {
		if separates(s[i]) && isMAC(s[i-2:i-2+macLength]) && !joined(s[:i-2], s[i-2+macLength:]) {
			return s[:i-2] + Anyone + withoutMACs(s[i-2+macLength:])
		}
	}
	return s
}

func isMAC(s string) bool {
	for i := range len(s) {
		if i%3 == 2 && s[i] != s[2] || i%3 != 2 && !hex(s[i]) {
			return false
		}
	}
	return true
}

// allotted are the bodies that give out the numbers of phones: the first two digits say which.
var allotted = []string{"01", "10", "30", "33", "35", "44", "45", "49", "50", "51", "52", "53", "54", "86", "91", "98", "99"}

func isIMEI(s string) bool {
	s = strings.NewReplacer(" ", "", "-", "").Replace(s)
	return len(s) == imeiDigits && slices.Contains(allotted, s[:2]) && luhn(s)
}

func isICCID(s string) bool { return luhn(s) || luhn(s[:19]) }

// luhn checks the last digit of a number.
func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
