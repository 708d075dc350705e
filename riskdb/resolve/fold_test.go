package resolve

import (
	"strings"
	"testing"
)

func texts(ws []word) string {
	var out []string
	for i, w := range ws {
		s := w.s
		if i > 0 && w.apartFrom(ws[i-1]) {
			s = "|" + s
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"TikTok - Make Your Day", "tik tok |make your day"},
		{"Tik-Tok", "tik |tok"},
		{"Kaspersky Internet Security 21.3 (x64)", "kaspersky internet security 21 3 |x64"},
		{"Notepad++ (64-bit x64)", "notepad++ |64 |bit |x64"},
		{"7-Zip 19.00", "7 |zip 19 00"},
		{"微信电脑版", "微信 电脑版"},
		{"QQ浏览器", "qq 浏览器"},
		{"瑞星杀毒软件", "瑞星 杀毒软件"},
		{"ＴｉｋＴｏｋ", "tik tok"},
		{"T\u200biktok", "tiktok"},
		{"\u200eTikTok", "tik tok"},
		{"TikTok™", "tik tok"},
		{"Яндекс.Браузер", "яндекс браузер"},
		{"Straße", "strasse"},
		{"Citroën", "citroen"},
		{"Кaсперский", "кaсперскии"},
		{"가나다", "가나다"},
		{"\xff\xfeTikTok", "tik tok"},
		{"", ""},
		{" - : | ", ""},
	} {
		got := texts(words(c.in))
		if c.in == "가나다" { // Hangul falls apart into its letters, on both sides alike
			if got == "" {
				t.Error("Hangul is lost")
			}
			continue
		}
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

// TestASCIIAndUnicodeSplitAlike: the fast way and the general one must not differ.
func TestASCIIAndUnicodeSplitAlike(t *testing.T) {
	for _, name := range []string{"TikTok - Make Your Day", "Kaspersky Internet Security 21.3 (x64)", "Notepad++ (64-bit x64)", "zoom.us", "a-b / c: d | e, f [g] h",
		"McAfee LiveSafe", "PDF24 Creator 11.18.0", "X (Twitter)", "C++ Redist", "- leading", "trailing -", "((x))"} {
		fast, general := splitASCII(nil, name), splitRunes(name, nil)
		if texts(fast) != texts(general) || len(fast) != len(general) {
			t.Errorf("%q: %q and %q", name, texts(fast), texts(general))
			continue
		}
		for i := range fast {
			if fast[i].far != general[i].far || fast[i].seps != general[i].seps || fast[i].raw != general[i].raw {
				t.Errorf("%q: word %d is %+v and %+v", name, i, fast[i], general[i])
			}
		}
	}
}

func TestOddities(t *testing.T) {
	for _, c := range []struct {
		in   string
		want oddity
	}{
		{"TikTok", 0}, {"TïkTok", accented}, {"T\u200bikTok", hidden}, {"\u200eTikTok\u200f", 0}, {"𝐓𝐢𝐤𝐓𝐨𝐤", styled}, {"ＴｉｋＴｏｋ", wide},
		{"Касперский", 0}, {"Τίκ", 0}, {"T̷ikTok", accented}, {"Tik \u200b Tok", 0},
	} {
		if got := oddities(words(c.in)); got != c.want {
			t.Errorf("%q: %b, want %b", c.in, got, c.want)
		}
	}
}

func TestShape(t *testing.T) {
	for in, want := range map[string]string{"Τik": "tik", "Теlegram": "telegram", "TeIegram": "telegram", "TikT0k": "tiktok", "Ternu": "temu", "2024": "2024",
		"x64": "x64", "Տignal": "signal", "ᎢikᎢok": "tiktok", "ᴛɪᴋᴛᴏᴋ": "tiktok", "Касперский": "kacпepckий"} {
		if in == "Касперский" {
			if got := shape(in); got == "kaspersky" {
				t.Errorf("%q looks like %q", in, got)
			}
			continue
		}
		if got := shape(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestReading(t *testing.T) {
	for _, c := range []struct{ in, want, script string }{
		{"Касперский", "kasperskii", "Cyrillic"}, {"Яндекс Браузер", "yandeks browser", "Cyrillic"}, {"Τικ Τοκ", "tik tok", "Greek"},
		{"VK Видео", "vk video", "Cyrillic"}, {"Tеmu", "", ""}, {"TikTok", "", ""}, {"微信", "", ""},
	} {
		ws, script := reading(words(c.in))
		if got := texts(ws); got != c.want || script != c.script {
			t.Errorf("%q: %q in %q, want %q in %q", c.in, got, script, c.want, c.script)
		}
	}
	for _, pair := range [][2]string{{"kasperskii", "kaspersky"}, {"yandeks", "yandex"}, {"diskord", "discord"}, {"aliekspress", "aliexpress"}} {
		if a, b := spoken(pair[0]), spoken(pair[1]); a != b {
			t.Errorf("%q sounds %q and %q sounds %q", pair[0], a, pair[1], b)
		}
	}
}
