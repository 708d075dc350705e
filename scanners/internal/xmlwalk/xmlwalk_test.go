package xmlwalk

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

const doc = `<?xml version="1.0" encoding="UTF-16"?><a xmlns="urn:one" xmlns:x="urn:two" k="v"><!-- no --><x:b x:l="w"> текст <c/>more</x:b></a>`

func wide(s string) []byte {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

func TestWalk(t *testing.T) {
	for name, data := range map[string][]byte{"UTF-8": []byte(doc), "UTF-16": wide(doc), "with a mark": append([]byte("\ufeff"), doc...)} {
		var began, ended []string
		err := Walk(data, func(e Element) { began = append(began, e.Path) }, func(e Element) {
			ended = append(ended, e.Name()+" "+e.Space+" "+e.Text+" "+e.Attr("k")+e.Attr("l")+e.Attr("none"))
		})
		if err != nil || !slices.Equal(began, []string{"a", "a/b", "a/b/c"}) {
			t.Errorf("%s: %q, %v", name, began, err)
		}
		if !slices.Equal(ended, []string{"c urn:one  ", "b urn:two текст more w", "a urn:one  v"}) {
			t.Errorf("%s: %q", name, ended)
		}
	}
}

func TestLimits(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "text": "hello", "deep": strings.Repeat("<a>", maxDepth+1), "long": "<a>" + strings.Repeat("<b/>", maxTokens), "large": "<a>" + strings.Repeat(" ", MaxBytes) + "</a>",
		"open": "<a><b></b>", "entity": `<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`, "crossed": "<a><b></a></b>",
	} {
		if err := Walk([]byte(text), nil, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	var text string
	if err := Walk([]byte("<a>"+strings.Repeat(strings.Repeat("x", 1000)+"<b/>", 100)+"</a>"), nil, func(e Element) { text = e.Text }); err != nil || len(text) == 0 || len(text) > maxText {
		t.Errorf("%d bytes of text, %v", len(text), err)
	}
}

func FuzzWalk(f *testing.F) {
	f.Add([]byte(doc))
	f.Add(wide(doc))
	f.Fuzz(func(t *testing.T, data []byte) {
		open := 0
		err := Walk(data, func(Element) { open++ }, func(Element) { open-- })
		if open < 0 || err == nil && open != 0 {
			t.Errorf("%d elements are open, %v", open, err)
		}
	})
}
