package resolve

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// lookalikes pairs characters with the Latin letter whose shape they share, in the sense of the skeletons of
// Unicode Technical Standard #39, for the scripts in which names of apps are forged.
const lookalikes = "аa еe оo рp сc уy хx ѕs іi јj ԁd ԛq ԝw һh ӏl кk тt мm нh вb пn гr ьb зe бb иu яr " +
	"АA ВB ЕE КK МM НH ОO РP СC ТT ХX УY ЅS ІI ЈJ ԌG ԚQ ԜW ҮY ЗE ӀI ПN ГR ИN ЯR ФO " +
	"αa βb εe ηn ιi κk νv οo ρp τt υu χx γy ωw σo μu ςc ζz λl θo πn " +
	"ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ΛA ΣE ΓR ΠN ΘO ΦO Ϲc ϳj " +
	"օo սu ոn ցg հh զq յj ռn ՕO ՍU Տs Լl Հz " +
	"ᎪA ᏴB ᏟC ᎠD ᎬE ᎶG ᎻH ᎥI ᎫJ ᏦK ᏞL ᎷM ᏢP ᎡR ᏚS ᎢT ᏙV ᎳW ᏃZ ᏀG ᎿH ᏔW " +
	"ɑa ɡg ıi ɩi ᴀa ʙb ᴄc ᴅd ᴇe ɢg ʜh ɪi ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz øo đd łl ħh ŧt ƙk ɓb ƭt ɲn ɣy ǀl ⅼl ꓔT ꓘK ꓳO ꓲI ꓖG ꓣR ꓢS ꓮA ꓰE ꓟM ꓠN ꓡL ꓐB ꓚC ꓓD " +
	"ｌl"

var shapes = sync.OnceValue(func() map[rune]rune {
	m := map[rune]rune{}
	for _, pair := range strings.Fields(lookalikes) {
		r := []rune(pair)
		m[r[0]] = r[1]
	}
	return m
})

// shape writes a word with the Latin letters that its characters look like: "rn" is an m, and a digit between
// letters the letter it stands for.
func shape(raw string) string {
	if ascii(raw) {
		if plainShape(raw) {
			return strings.ToLower(raw)
		}
	} else {
		table := shapes()
		raw = strings.Map(func(r rune) rune {
			if t, ok := table[r]; ok {
				return t
			}
			return r
		}, raw)
	}
	raw = strings.ReplaceAll(raw, "I", "l") // a capital I is a small l
	return digitsAsLetters(strings.ReplaceAll(foldCase(raw), "rn", "m"))
}

// plainShape reports whether nothing in ASCII text looks like something else.
func plainShape(raw string) bool {
	return !strings.ContainsAny(raw, "I01345") && !strings.Contains(raw, "rn")
}

// minForged is the shortest name in plain letters and digits that can be one that only looks like another: in a
// shorter one a capital I or a digit is no disguise.
const minForged = 6

// forged reports whether a name in ASCII is written as nobody writes but to deceive the eye: not in capitals, in which
// an I is an I.
func forged(ws []word) bool {
	n, odd := 0, false
	for _, w := range ws {
		n += len(w.raw)
		if len(w.raw) > 1 && !strings.ContainsFunc(w.raw, unicode.IsLower) && strings.ContainsFunc(w.raw, unicode.IsUpper) {
			return false
		}
		odd = odd || !plainShape(w.raw) || w.raw[0] == 'l'
	}
	return odd && n >= minForged
}

// patched reports whether a name is put together from pieces of words in several scripts: "T е m u".
func patched(f found, name string) bool {
	return len(f.head) > int(f.words) && len(scriptsOf(name)) > 0 && strings.ContainsFunc(name, func(r rune) bool {
		return r < utf8.RuneSelf && unicode.IsLetter(r)
	})
}

// shapeWords are the words of a name by their shape, each with what was written.
func shapeWords(ws []word) []word {
	out := make([]word, len(ws))
	for i, w := range ws {
		out[i] = w
		out[i].s, out[i].said = shape(w.raw), w.s
	}
	return out
}

func digitsAsLetters(w string) string {
	if !strings.ContainsAny(w, "01345") {
		return w
	}
	b := []byte(w)
	for i := 1; i+1 < len(b); i++ {
		if j := strings.IndexByte("01345", b[i]); j >= 0 && small(b[i-1]) && small(b[i+1]) {
			b[i] = "oleas"[j]
		}
	}
	return string(b)
}

func small(c byte) bool { return c >= 'a' && c <= 'z' }

// scripts are those in which letters of forged and foreign names are, with the word for a reader.
var scripts = []struct {
	name  string
	table *unicode.RangeTable
}{
	{"Greek", unicode.Greek}, {"Cyrillic", unicode.Cyrillic}, {"Armenian", unicode.Armenian}, {"Cherokee", unicode.Cherokee}, {"Lisu", unicode.Lisu},
	{"Georgian", unicode.Georgian}, {"Hebrew", unicode.Hebrew}, {"Arabic", unicode.Arabic}, {"Han", unicode.Han},
}

// scriptOf names the script of a letter; empty for Latin and for what is no letter.
func scriptOf(r rune) string {
	if r < 0x80 || !unicode.IsLetter(r) {
		return ""
	}
	for _, s := range scripts {
		if unicode.Is(s.table, r) {
			return s.name
		}
	}
	return ""
}

// scriptsOf lists the scripts of a name other than Latin, in the order of the table.
func scriptsOf(s string) []string {
	var out []string
	for _, r := range cut(s) {
		if name := scriptOf(r); name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
