package jsonform

import (
	"bytes"
	"encoding/json"
)

// Line is the text of a value on one line, also of types that say themselves how they are written. Markup is written as it is,
// and what cannot be seen as \u escapes.
func Line(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return escape(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}
