package resolve

import (
	"strings"
	"sync"
	"unicode"
)

const letters = "аa бb вv гg дd еe жzh зz иi йi кk лl мm нn оo пp рr сs тt уu фf хh цts чch шsh щshch ъ ыy ь эe юyu яya іi їi єe ґg ўu ђdj јj љlj њnj ћc џdz " +
	"αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υu φf χh ψps ωo"

var latin = sync.OnceValue(func() map[rune]string {
	m := map[rune]string{}
	for _, pair := range strings.Fields(letters) {
		r := []rune(pair)
		m[r[0]] = string(r[1:])
	}
	return m
})

// reading is a name in Latin letters, as it is read, and the script that it was written in. It is empty where there
// is nothing to transliterate, and where one word mixes scripts: nobody writes so but to deceive.
func reading(ws []word) (out []word, script string) {
	for _, w := range ws {
		if !ascii(w.s) && script == "" {
			script = scriptOfWord(w.s)
		}
	}
	if script == "" {
		return nil, ""
	}
	out = make([]word, len(ws))
	for i, w := range ws {
		read, ok := readWord(w.s)
		if !ok {
			return nil, ""
		}
		out[i] = w
		out[i].s = read
	}
	return out, script
}

// scriptOfWord names the script that can be transliterated in which a word has a letter.
func scriptOfWord(w string) string {
	for _, r := range w {
		if s := scriptOf(r); s == "Greek" || s == "Cyrillic" {
			return s
		}
	}
	return ""
}

func readWord(w string) (string, bool) {
	if ascii(w) {
		return w, true
	}
	if english, ok := russianWords()[w]; ok {
		return english, true
	}
	var b strings.Builder
	native, foreign := false, false
	for _, r := range w {
		t, ok := latin()[r]
		switch {
		case ok:
			native = true
			b.WriteString(t)
		default:
			foreign = foreign || unicode.IsLetter(r)
			b.WriteRune(r)
		}
	}
	return b.String(), !native || !foreign
}

// minDoubled is the shortest word in which doubled letters count as one. In shorter ones too little would be left to
// tell them apart: Resso is not РЕСО.
const minDoubled = 6

// spoken folds what transliterations spell in different ways: ks and x, c and k, endings in -iy, and in longer words
// doubled letters.
func spoken(w string) string {
	if !ascii(w) {
		return w
	}
	long := len(w) >= minDoubled
	w = alike.Replace(w)
	end := strings.TrimRight(w, "iyj")
	if end != w && end != "" {
		w = end + "y"
	}
	var b strings.Builder
	for i := 0; i < len(w); i++ {
		if !long || i == 0 || w[i] != w[i-1] || w[i] >= '0' && w[i] <= '9' {
			b.WriteByte(w[i])
		}
	}
	return b.String()
}

// alike is safe for concurrent use, and builds its tables when it is first asked.
var alike = strings.NewReplacer("ks", "x", "ch", "ch", "kh", "h", "ph", "f", "ck", "k", "c", "k", "w", "v")

func spokenWords(ws []string) string {
	var b strings.Builder
	for _, w := range ws {
		b.WriteString(spoken(w))
	}
	return b.String()
}

// spokenKey is the key of words by their sound.
func spokenKey(ws []word) string {
	var b strings.Builder
	for _, w := range ws {
		b.WriteString(spoken(w.s))
	}
	return b.String()
}

var russianWords = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for _, pair := range strings.Fields(russian) {
		ru, en, _ := strings.Cut(pair, "=")
		m[ru] = en
	}
	return m
})

// russian holds words of product names that are translated, not transliterated; й is written without its mark,
// as names are compared.
const russian = "браузер=browser музыка=music карты=maps почта=mail диск=disk облако=cloud переводчик=translate погода=weather навигатор=navigator " +
	"клавиатура=keyboard онлаин=online видео=video звонки=calls мессенджер=messenger антивирус=antivirus безопасность=security поиск=search " +
	"лаит=lite приложение=app для=for менеджер=manager фри=free версия=version"
