package webext

import (
	"path"
	"strings"

	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/inventory"
)

// MaxMessages is how large the translations of one language may be.
const MaxMessages = 4 << 20

const open, shut = "__MSG_", "__"

// HasMessage reports whether a text stands for one that is translated.
func HasMessage(text string) bool {
	_, rest, ok := strings.Cut(text, open)
	return ok && strings.Contains(rest, shut)
}

// Localise puts the texts of the extension's default language in place of the messages named in text. Read returns a file
// of the extension by its path below the extension's folder. A message that is not found stays as it is, and what
// is put in is not looked through again.
func Localise(text, locale string, read func(name string) ([]byte, error)) string {
	if !HasMessage(text) {
		return text
	}
	var messages jsonpart.Value
	for _, l := range []string{locale, strings.ReplaceAll(locale, "-", "_"), "en"} {
		if l == "" || l != path.Base(l) || l == ".." {
			continue
		}
		data, err := read("_locales/" + l + "/messages.json")
		if v, perr := jsonpart.Parse(data); err == nil && perr == nil {
			messages = v
			break
		}
	}
	return replace(text, messages)
}

func replace(text string, messages jsonpart.Value) string {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(text, open)
		name, after, closed := strings.Cut(rest, shut)
		if !ok || !closed {
			out.WriteString(text)
			return inventory.Text(out.String())
		}
		out.WriteString(before)
		if message, ok := lookUp(messages, name); ok {
			out.WriteString(message)
		} else {
			out.WriteString(open + name + shut)
		}
		text = after
	}
}

// lookUp finds a message by its name, of which case does not matter.
func lookUp(messages jsonpart.Value, name string) (found string, ok bool) {
	_ = messages.Fields(func(key string, value jsonpart.Value) bool { // Parse stepped over all of it
		if strings.EqualFold(key, name) {
			found, ok = value.Get("message").Text()
		}
		return true
	})
	return strings.TrimSpace(found), ok
}
