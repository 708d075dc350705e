package resolve

import "strings"

// minShared is from how many letters on a part of a word tells of a name.
const minShared = 3

// Contradicts reports whether a label plainly names something else than an app of that identifier and those names. It
// does not where it says too little, where it is written in letters that cannot be compared with any of the names, or
// where they have a word, a beginning of one, or initials in common: labels are translated, shortened and renamed.
func Contradicts(label, identifier string, names []string) bool {
	said := telling(label)
	if len(said) == 0 || strings.EqualFold(strings.TrimSpace(label), identifier) {
		return false
	}
	known := telling(strings.ReplaceAll(identifier, ".", " "))
	own := false
	for _, name := range names {
		ws := telling(name)
		own = own || len(ws) > 0
		known = append(known, ws...)
		all := words(name)
		for _, short := range []string{compact(all), initialsOf(all)} { // "WeTV" is two words, "HMS" are three
			if ascii(short) && len(short) > 1 {
				known = append(known, short)
			}
		}
	}
	if !own {
		return false
	}
	whole := strings.Join(said, "")
	for _, k := range known {
		if len(k) >= minShared && strings.Contains(whole, k) {
			return false
		}
		for _, s := range said {
			if s == k || len(s) >= minShared && strings.Contains(k, s) || beginAlike(s, k) {
				return false
			}
		}
	}
	return true
}

// telling are the words of a name in plain letters a to z that say which product it is. It is empty where a word is
// in other letters, because a name in two scripts may say in one what it does not say in the other.
func telling(name string) (out []string) {
	for _, w := range words(name) {
		switch {
		case !ascii(w.s):
			return nil
		case strings.Trim(w.s, "0123456789") == "":
		case vocabulary()[w.s]&(plain|edition|platform|linking|legal|vague|region) != 0:
		default:
			out = append(out, w.s)
		}
	}
	return out
}

func initialsOf(ws []word) string {
	var b strings.Builder
	for _, w := range ws {
		if w.s != "" {
			b.WriteByte(w.s[0])
		}
	}
	return b.String()
}

// beginAlike reports whether two words begin with the same four letters.
func beginAlike(a, b string) bool { return len(a) > minShared && len(b) > minShared && a[:4] == b[:4] }
