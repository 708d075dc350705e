package apple

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"time"
)

// encode writes a value as a property list in XML, so that entries of an array can be handed on one by one; ok is false for one that
// grows too large.
func encode(v any) (raw []byte, ok bool) {
	var b bytes.Buffer
	b.WriteString("<plist>")
	put(&b, v)
	b.WriteString("</plist>")
	return b.Bytes(), b.Len() <= maxPiece
}

func put(b *bytes.Buffer, v any) {
	if b.Len() > maxPiece {
		return
	}
	switch v := v.(type) {
	case string:
		leaf(b, "string", v)
	case bool:
		fmt.Fprintf(b, "<%t/>", v)
	case int64, uint64:
		fmt.Fprintf(b, "<integer>%d</integer>", v)
	case float64:
		fmt.Fprintf(b, "<real>%v</real>", v)
	case []byte:
		leaf(b, "data", base64.StdEncoding.EncodeToString(v))
	case time.Time:
		leaf(b, "date", v.UTC().Format(time.RFC3339))
	case []any:
		b.WriteString("<array>")
		for _, e := range v {
			put(b, e)
		}
		b.WriteString("</array>")
	case map[string]any:
		b.WriteString("<dict>")
		for _, key := range slices.Sorted(maps.Keys(v)) {
			leaf(b, "key", key)
			put(b, v[key])
		}
		b.WriteString("</dict>")
	default:
		b.WriteString("<string/>") // nothing, or a reference within an archive: no answer has one
	}
}

func leaf(b *bytes.Buffer, name, text string) {
	fmt.Fprintf(b, "<%s>", name)
	_ = xml.EscapeText(b, []byte(text)) // a buffer takes everything
	fmt.Fprintf(b, "</%s>", name)
}
