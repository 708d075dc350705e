package plist

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// toUTF8 turns UTF-16 into UTF-8, and takes the mark at the start away.
func toUTF8(data []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return data[3:]
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		order, data = binary.BigEndian, data[2:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		order, data = binary.LittleEndian, data[2:]
	case bytes.HasPrefix(data, []byte("\x00<\x00")):
		order = binary.BigEndian
	case len(data) > 3 && data[0] == '<' && data[1] == 0 && data[3] == 0:
		order = binary.LittleEndian
	default:
		return data
	}
	return bytes.TrimPrefix([]byte(wide(data, order)), []byte("\ufeff")) // programs are known to write the mark twice
}

func looksXML(data []byte) bool {
	text := bytes.TrimLeft(toUTF8(data[:min(len(data), 4096)&^1]), " \t\r\n")
	return bytes.HasPrefix(text, []byte("<plist")) || bytes.HasPrefix(text, []byte("<!DOCTYPE plist")) ||
		bytes.HasPrefix(text, []byte("<?xml")) && bytes.Contains(text, []byte("<plist"))
}

// xmlList is a list in XML that is being read.
type xmlList struct {
	*xml.Decoder
	budget *budget
}

func decodeXML(data []byte) (any, error) {
	text := toUTF8(data)
	x := &xmlList{Decoder: xml.NewDecoder(bytes.NewReader(text)), budget: newBudget(len(text))}
	x.CharsetReader = charset
	if _, err := x.start("", "plist"); err != nil {
		return nil, x.damage(err)
	}
	first, err := x.start("plist", "")
	if err != nil {
		return nil, x.damage(err)
	}
	v, err := x.value(first, 0)
	if err != nil {
		return nil, x.damage(err)
	}
	if _, err := x.start("plist", ""); !errors.Is(err, errEnd) {
		return nil, x.damage(errors.New("the property list does not end after its first value"))
	}
	return v, nil
}

// charset reads what the first line may declare beside UTF-8; UTF-16 was turned into UTF-8 before.
func charset(label string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii":
		return in, nil
	case "iso-8859-1", "latin1":
		b, err := io.ReadAll(in) // as long as the data that was handed in
		var s strings.Builder
		for _, c := range b {
			s.WriteRune(rune(c))
		}
		return strings.NewReader(s.String()), err
	}
	return nil, fmt.Errorf("the encoding %q is not read", label)
}

func (x *xmlList) damage(err error) error {
	if errors.Is(err, ErrLimit) {
		return err
	}
	line, _ := x.InputPos()
	var syntax *xml.SyntaxError
	if errors.Is(err, io.EOF) || errors.As(err, &syntax) && syntax.Msg == "unexpected EOF" {
		err = errors.New("the property list is cut short")
	}
	return fmt.Errorf("line %d: %w", line, err)
}

// errEnd is the end of the element inside which another was looked for.
var errEnd = errors.New("an element is missing")

// start is the next element inside one, which has to have a name if one is given.
func (x *xmlList) start(inside, name string) (xml.StartElement, error) {
	for {
		t, err := x.Token()
		if err != nil {
			return xml.StartElement{}, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if name != "" && t.Name.Local != name {
				return t, fmt.Errorf("<%s> stands where <%s> is expected", cut(t.Name.Local), name)
			}
			return t, nil
		case xml.EndElement:
			return xml.StartElement{}, errEnd
		case xml.CharData:
			if inside != "" && len(bytes.TrimSpace(t)) > 0 {
				return xml.StartElement{}, fmt.Errorf("text stands between the elements of <%s>", inside)
			}
		}
	}
}

func cut(s string) string { return s[:min(len(s), 40)] }

func (x *xmlList) value(e xml.StartElement, depth int) (any, error) {
	if depth > maxDepth {
		return nil, ErrLimit
	}
	switch e.Name.Local {
	case "dict":
		return x.dict(depth)
	case "array", "set":
		return x.array(depth)
	}
	s, err := x.text(e.Name.Local)
	if err != nil {
		return nil, err
	}
	return parse(e.Name.Local, s)
}

// text is what stands inside an element that holds no others.
func (x *xmlList) text(name string) (string, error) {
	var s []byte
	for {
		t, err := x.Token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.CharData:
			s = append(s, t...)
		case xml.StartElement:
			return "", fmt.Errorf("<%s> stands inside <%s>", cut(t.Name.Local), cut(name))
		case xml.EndElement:
			return string(s), x.budget.value(len(s))
		}
	}
}

func parse(kind, s string) (any, error) {
	trimmed := strings.TrimSpace(s)
	switch kind {
	case "string", "key", "ustring":
		return s, nil
	case "true", "false":
		return kind == "true", nil
	case "null":
		return nil, nil
	case "integer":
		if n, err := strconv.ParseInt(trimmed, 0, 64); err == nil {
			return n, nil
		}
		if n, err := strconv.ParseUint(trimmed, 0, 64); err == nil {
			return n, nil
		}
	case "real":
		if f, err := strconv.ParseFloat(trimmed, 64); err == nil || errors.Is(err, strconv.ErrRange) {
			return f, nil
		}
	case "date":
		if t, err := time.Parse(time.RFC3339, trimmed); err == nil {
			return t.UTC(), nil
		}
		return nil, nil
	case "data":
		if b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), "")); err == nil {
			return b, nil
		}
	default:
		return nil, fmt.Errorf("<%s> is no element of a property list", cut(kind))
	}
	return nil, fmt.Errorf("<%s> holds %q", kind, cut(trimmed))
}

func (x *xmlList) array(depth int) (any, error) {
	list := []any{}
	for {
		e, err := x.start("array", "")
		if errors.Is(err, errEnd) {
			return list, x.budget.value(0)
		}
		if err != nil {
			return nil, err
		}
		v, err := x.value(e, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
}

// dict reads pairs. A UID of a keyed archive is written as a pair of its own name.
func (x *xmlList) dict(depth int) (any, error) {
	m := map[string]any{}
	for {
		_, err := x.start("dict", "key")
		if errors.Is(err, errEnd) {
			break
		}
		if err != nil {
			return nil, err
		}
		name, err := x.text("key")
		if err != nil {
			return nil, err
		}
		e, err := x.start("dict", "")
		if err != nil {
			return nil, err
		}
		if m[name], err = x.value(e, depth+1); err != nil {
			return nil, err
		}
	}
	if n, ok := m["CF$UID"].(int64); ok && len(m) == 1 && n >= 0 {
		return UID(n), nil
	}
	return m, x.budget.value(0)
}
