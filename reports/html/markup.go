package html

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"quaestor/reports/safetext"
	"quaestor/reports/text"
)

// markup is a page that is being written. Markup comes from constants in this package alone; everything else goes
// through text or attr.
type markup struct {
	out bytes.Buffer
	l   *text.Language
}

// raw writes markup of our own.
func (m *markup) raw(constants ...string) {
	for _, s := range constants {
		m.out.WriteString(s)
	}
}

var inText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
var inAttr = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

// text writes text, of whatever kind.
func (m *markup) text(s string) { inText.WriteString(&m.out, visible(s, maxText)) }

// attr writes an attribute.
func (m *markup) attr(name, value string) {
	m.raw(" ", name, `="`)
	inAttr.WriteString(&m.out, visible(value, maxText))
	m.raw(`"`)
}

// foreign writes a name that comes from a device: apart, so that its direction of writing touches nothing around it.
func (m *markup) foreign(s string) {
	m.raw("<bdi>")
	m.text(m.short(s, maxName))
	m.raw("</bdi>")
}

// code writes an identifier or a path.
func (m *markup) code(s string) {
	m.raw("<code>")
	m.text(m.short(s, 2*maxName))
	m.raw("</code>")
}

// visible makes s visible text of at most so many characters.
func visible(s string, limit int) string {
	return safetext.Escape(s[:len(s)-len(beyond(s, limit))])
}

// beyond is what of s is behind so many characters.
func beyond(s string, limit int) string {
	if len(s) <= limit {
		return ""
	}
	at := 0
	for range limit {
		_, size := utf8.DecodeRuneInString(s[at:])
		if at += size; size == 0 {
			return ""
		}
	}
	return s[at:]
}

// short cuts a name and says how much is left out.
func (m *markup) short(s string, limit int) string {
	rest := beyond(s, limit)
	if rest == "" {
		return s
	}
	return s[:len(s)-len(rest)] + "… " + m.l.Say("cut", "n", utf8.RuneCountInString(rest))
}

// say writes a message.
func (m *markup) say(id string, args ...any) { m.text(m.l.Say(id, args...)) }

// el writes a message in an element.
func (m *markup) el(tag, class, id string, args ...any) {
	m.open(tag, class)
	m.say(id, args...)
	m.shut(tag)
}

// open begins an element.
func (m *markup) open(tag, class string, attrs ...string) {
	m.raw("<", tag)
	if class != "" {
		m.attr("class", class)
	}
	for i := 0; i+1 < len(attrs); i += 2 {
		m.attr(attrs[i], attrs[i+1])
	}
	m.raw(">")
}

func (m *markup) shut(tag string) { m.raw("</", tag, ">") }

// prose writes an English text of the report in the language of the page. What has to stay English is marked as such.
func (m *markup) prose(s string, names ...string) {
	for _, p := range m.l.Translate(m.short(s, maxText), names...) {
		if p.Lang == "" || p.Lang == m.l.Tag {
			m.text(p.Text)
			continue
		}
		m.raw("<span")
		m.attr("lang", p.Lang)
		m.raw(">")
		m.text(p.Text)
		m.raw("</span>")
	}
}

// link writes a link to a web address; to anything else, its text alone.
func (m *markup) link(url, words string) {
	if !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
		m.text(words)
		return
	}
	m.open("a", "", "href", url, "rel", "noreferrer noopener")
	m.text(words)
	m.raw("</a>")
}

// badge writes a word of a closed list that has a colour, which carries nothing that the word lacks.
func (m *markup) badge(list, word string) {
	m.open("span", "badge "+list+"-"+class(word))
	m.text(m.l.Word(list, word))
	m.raw("</span>")
}

// class is a word as a class: letters and hyphens alone.
func class(word string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r == '-' {
			return r
		}
		return -1
	}, word)
}

func itoa(n int) string { return strconv.Itoa(n) }
