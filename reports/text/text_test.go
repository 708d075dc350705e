package text

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var holes = regexp.MustCompile(`\{([a-z0-9]+)(?::[a-z0-9-]+)?\}`)

// argumentsOf are the names of what is filled in.
func argumentsOf(s string) []string {
	var out []string
	for _, m := range holes.FindAllStringSubmatch(s, -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func read4(t *testing.T) map[string]*catalogue {
	t.Helper()
	out := map[string]*catalogue{}
	for _, tag := range Languages() {
		c, err := read(tag)
		if err != nil {
			t.Fatal(err)
		}
		if c.Language != tag || c.Name == "" || c.Thousands == "" {
			t.Errorf("catalogue/%s.yaml: language, name or thousands is missing", tag)
		}
		out[tag] = c
	}
	if en := out[English]; len(en.Messages) < 100 || len(en.Words) < 20 || len(en.Texts) < 150 {
		t.Fatalf("en.yaml has only %d messages, %d lists, %d texts", len(en.Messages), len(en.Words), len(en.Texts))
	}
	return out
}

// compare tells what other lacks of en, or has beyond it.
func compare[T any](t *testing.T, what string, en, other map[string]T, same func(id string, a, b T)) {
	t.Helper()
	for _, id := range slices.Sorted(maps.Keys(en)) {
		x, ok := other[id]
		if !ok {
			t.Errorf("%s: %q is not translated", what, id)
			continue
		}
		same(id, en[id], x)
	}
	for _, id := range slices.Sorted(maps.Keys(other)) {
		if _, ok := en[id]; !ok {
			t.Errorf("%s: %q is not in en.yaml", what, id)
		}
	}
}

// TestNothingIsUntranslated: each language has what English has, with the same arguments.
func TestNothingIsUntranslated(t *testing.T) {
	all := read4(t)
	en := all[English]
	for _, tag := range Languages() {
		c := all[tag]
		args := func(part string) func(id, a, b string) {
			return func(id, a, b string) {
				if strings.TrimSpace(b) == "" {
					t.Errorf("%s %s: %q is empty", tag, part, id)
				}
				if x, y := argumentsOf(a), argumentsOf(b); !slices.Equal(x, y) {
					t.Errorf("%s %s: %q has the arguments %v, English has %v", tag, part, id, y, x)
				}
			}
		}
		compare(t, tag+" messages", en.Messages, c.Messages, func(id string, a, b entry) {
			args("messages")(id, a.other, b.other)
			if (a.one == "") != (b.one == "") {
				t.Errorf("%s messages: %q has a form for one in one language only", tag, id)
			}
		})
		compare(t, tag+" texts", en.Texts, c.Texts, args("texts"))
		compare(t, tag+" words", en.Words, c.Words, func(list string, a, b map[string]string) {
			compare(t, tag+" words "+list, a, b, args("words "+list))
		})
	}
}

// TestKindsOfHolesAreKnown: a hole names a list that there is.
func TestKindsOfHolesAreKnown(t *testing.T) {
	en := read4(t)[English]
	for id, text := range en.Texts {
		p := compile(id, text)
		for _, h := range p.holes {
			if _, ok := en.Words[h.kind]; !ok && !slices.Contains([]string{"", "n", "id", "t", "list", "en"}, h.kind) {
				t.Errorf("%s: there is no list %q", id, h.kind)
			}
		}
		for i := 1; i+1 < len(p.parts); i++ {
			if p.parts[i] == "" {
				t.Errorf("%s: two holes touch", id)
			}
		}
	}
}

// TestEveryTextIsFoundAgain: a sentence made by a text is recognised as one, and says its arguments.
func TestEveryTextIsFoundAgain(t *testing.T) {
	en := In(English)
	value := func(kind string) string {
		switch kind {
		case "":
			return "Xylo"
		case "id":
			return "CVE-2026-1"
		case "en":
			return "some English prose"
		case "n":
			return "1,204"
		case "t":
			return "3 days"
		case "list":
			return "3 findings and 2 for information"
		}
		return slices.Sorted(maps.Keys(en.words[kind]))[0]
	}
	for id, text := range en.texts {
		p := compile(id, text)
		s := p.parts[0]
		for i, h := range p.holes {
			s += value(h.kind) + p.parts[i+1]
		}
		if len(p.parts) == 2 && p.parts[0] == "" && p.parts[1] == "" {
			t.Errorf("%s fits everything", id)
		}
		m, ok := Parse(s)
		if !ok {
			t.Errorf("%s: %q is not recognised", id, s)
			continue
		}
		if other := compile(m.ID, en.texts[m.ID]); m.ID != id && other.weight < p.weight {
			t.Errorf("%s: %q is taken for %s", id, s, m.ID)
		}
		for _, tag := range Languages()[1:] {
			for _, piece := range In(tag).Translate(s) {
				if piece.Lang == English && !strings.Contains(piece.Text, "prose") && piece.Text != s {
					t.Errorf("%s in %s: %q stays English", id, tag, piece.Text)
				}
			}
			if strings.ContainsAny(In(tag).String(s), "{}") {
				t.Errorf("%s in %s: %q has a hole", id, tag, In(tag).String(s))
			}
		}
	}
}

func TestTranslate(t *testing.T) {
	for _, tt := range []struct {
		lang, text, want string
		names            []string
	}{
		{"nl", "TikTok is banned by National Security Council", "TikTok is verboden door Nationale Veiligheidsraad", nil},
		{"nl", "TikTok is banned by Board of Elsewhere", "TikTok is verboden door Board of Elsewhere", nil},
		{"nl", "Which computer it is: the lists of one folder", "Which computer it is: the lists of one folder", nil},
		{"de", "TikTok: owner within reach of the law of the People's Republic of China", "TikTok: Eigentümer in Reichweite des Rechts von der Volksrepublik China", nil},
		{"fr", "11 findings and 2 for information on 1 device and 45 apps.", "11 constats et 2 pour information sur 1 appareil et 45 applications.", nil},
		{"nl", "1,234 findings on 20,000 devices, 3 apps and traces of 2 apps. Not everything could be looked at.",
			"1.234 bevindingen op 20.000 toestellen, 3 apps en sporen van 2 apps. Niet alles kon worden bekeken.", nil},
		{"nl", "TikTok holds access to camera, device identity, teleport", "TikTok heeft toegang tot camera, identiteit van het toestel, teleport", nil},
		{"nl", "TikTok: owner within reach of the law of the Russian Federation (a trace: recorded by the store)",
			"TikTok: eigenaar binnen bereik van de wet van de Russische Federatie (een spoor: vastgelegd door de winkel)", nil},
		{"de", "Nobody has written this sentence. It is not a ban.", "Nobody has written this sentence. Es ist kein Verbot.", nil},
		// A name that looks like a part of a sentence changes nothing.
		{"nl", "A is banned by B. No findings: origin unknown", "A is banned by B. No findings: herkomst onbekend", []string{"A is banned by B. No findings"}},
		{"nl", "2 findings on 2 devices and 10 apps. 6 files were of other kinds passed over.", "2 bevindingen op 2 toestellen en 10 apps. 6 bestanden van andere soorten zijn overgeslagen.", nil},
		{"nl", "Circular no. 716 of X (2023). It is not a ban.", "Circular no. 716 of X (2023). Het is geen verbod.", nil},
		{"en", "It is not a ban.", "It is not a ban.", nil},
		{"fr", "", "", nil},
	} {
		if got := In(tt.lang).String(tt.text, tt.names...); got != tt.want {
			t.Errorf("%s: %q\n got %q\nwant %q", tt.lang, tt.text, got, tt.want)
		}
	}
}

// TestEnglishIsMarked: what has no translation is given out as English, so that a page can say so.
func TestEnglishIsMarked(t *testing.T) {
	got := In("nl").Translate("Scope: devices of staff. It is not a ban.")
	want := []Piece{{"Reikwijdte: ", ""}, {"devices of staff.", English}, {" Het is geen verbod.", ""}}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestSay(t *testing.T) {
	for _, tt := range []struct{ lang, want string }{{"en", "1 finding 0 findings 1,500 findings"}, {"nl", "1 bevinding 0 bevindingen 1.500 bevindingen"},
		{"fr", "1 constat 0 constat 1\u202f500 constats"}, {"de", "1 Befund 0 Befunde 1.500 Befunde"}, {"xx", "1 finding 0 findings 1,500 findings"}} {
		l := In(tt.lang)
		if got := l.Say("findings.count", "n", 1) + " " + l.Say("findings.count", "n", 0) + " " + l.Say("findings.count", "n", 1500); got != tt.want {
			t.Errorf("%s: %q", tt.lang, got)
		}
	}
	if got := In("nl").Say("no such message"); got != "no such message" {
		t.Errorf("%q", got)
	}
	// An argument is not looked into.
	if got := In("en").Say("title.of", "what", "{date}", "date", "2026"); got != "Risk report on {date}, 2026" {
		t.Errorf("%q", got)
	}
}

func TestMatch(t *testing.T) {
	for in, want := range map[string]string{"nl_BE.UTF-8": "nl", "de-AT": "de", "FR": "fr", "en_GB": "en"} {
		if got, ok := Match(in); got != want || !ok {
			t.Errorf("%s: %s %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "C", "C.UTF-8", "POSIX", "es_ES", "..", "nld"} {
		if got, ok := Match(in); ok {
			t.Errorf("%q is taken for %s", in, got)
		}
	}
}

func FuzzTranslate(f *testing.F) {
	f.Add("TikTok is banned by B. It is not a ban.", "TikTok")
	f.Add("{what} {x:list} \ue000\ue001", "\ue000")
	f.Fuzz(func(t *testing.T, s, name string) {
		if len(s) > 2000 {
			return
		}
		for _, tag := range Languages() {
			var back strings.Builder
			for _, p := range In(tag).Translate(s, name) {
				back.WriteString(p.Text)
			}
			if tag == English && back.String() != s {
				t.Errorf("English changes %q", s)
			}
			if strings.TrimSpace(s) != "" && back.Len() == 0 {
				t.Errorf("%s: nothing is left of %q", tag, s)
			}
		}
	})
}
