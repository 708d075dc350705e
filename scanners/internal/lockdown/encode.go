package lockdown

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
)

// request is a dictionary that is asked with: of texts, numbers, truth values, lists of texts, and dictionaries.
type request = map[string]any

// encode writes a request as an XML property list, the keys in order.
func encode(r request) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">` + "\n" + `<plist version="1.0">`)
	value(&b, r)
	b.WriteString("</plist>\n")
	return b.Bytes()
}

func value(b *bytes.Buffer, v any) {
	switch v := v.(type) {
	case request:
		b.WriteString("<dict>")
		for _, key := range slices.Sorted(maps.Keys(v)) {
			element(b, "key", key)
			value(b, v[key])
		}
		b.WriteString("</dict>")
	case []string:
		b.WriteString("<array>")
		for _, s := range v {
			element(b, "string", s)
		}
		b.WriteString("</array>")
	case bool:
		fmt.Fprintf(b, "<%t/>", v)
	case int:
		element(b, "integer", fmt.Sprint(v))
	default:
		element(b, "string", fmt.Sprint(v))
	}
}

func element(b *bytes.Buffer, name, text string) {
	fmt.Fprintf(b, "<%s>", name)
	xml.EscapeText(b, []byte(text)) // writes to memory, so that it cannot fail
	fmt.Fprintf(b, "</%s>", name)
}
