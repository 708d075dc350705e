package flatpak

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// Limits of a description; real ones have some thousand elements, most of them translations.
const (
	maxTokens = 200_000
	maxDepth  = 32
)

// metainfo is what an AppStream description says of an app.
type metainfo struct{ name, version, developer, homepage string }

// parseMetainfo reads an AppStream description. Only texts without a language are taken, and the first
// release, which is the newest.
func parseMetainfo(data []byte) (metainfo, error) {
	var info metainfo
	var stack []xml.StartElement
	dec := xml.NewDecoder(bytes.NewReader(data))
	for range maxTokens {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return info, nil
		}
		if err != nil {
			return info, err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if len(stack) == maxDepth {
				return info, errors.New("elements are nested too deep")
			}
			stack = append(stack, t.Copy())
			if t.Name.Local == "release" && info.version == "" {
				info.version = attribute(t, "version")
			}
		case xml.EndElement:
			stack = stack[:len(stack)-1] // the decoder refuses an end without a start
		case xml.CharData:
			info.text(stack, strings.TrimSpace(string(t)))
		}
	}
	return info, errors.New("the description has too many elements")
}

func (m *metainfo) text(stack []xml.StartElement, text string) {
	if len(stack) == 0 || text == "" || attribute(stack[len(stack)-1], "lang") != "" {
		return
	}
	var dst *string
	switch where := location(stack); {
	case where == "component/name":
		dst = &m.name
	case where == "component/developer_name", where == "component/developer/name":
		dst = &m.developer
	case where == "component/url" && attribute(stack[1], "type") == "homepage":
		dst = &m.homepage
	}
	if dst != nil && *dst == "" {
		*dst = text
	}
}

func location(stack []xml.StartElement) string {
	names := make([]string, len(stack))
	for i := range stack {
		names[i] = stack[i].Name.Local
	}
	return strings.Join(names, "/")
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
