package plist

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// archive is what NSKeyedArchiver made: a list of objects that refer to each other by number.
type archive struct {
	objects []any
	budget  *budget
	open    map[UID]bool
}

// Archived reports whether v is a keyed archive.
func Archived(v any) bool {
	m, _ := v.(map[string]any)
	return Text(m, "$archiver") != "" && m["$objects"] != nil && m["$top"] != nil
}

// Unarchive puts a keyed archive together: dictionaries, lists, sets, strings, dates, data and identifiers become plain values,
// any other object a map of its fields, with the name of its class under "$class". An object inside itself, as a
// link to a parent is, becomes nil. The result is the root, or a map where the archive has several.
func Unarchive(v any) (any, error) {
	if !Archived(v) {
		return nil, errors.New("this property list is not a keyed archive")
	}
	objects, top := List(v, "$objects"), Dict(v, "$top")
	a := &archive{objects: objects, budget: newBudget(size(v)), open: map[UID]bool{}}
	if len(top) == 1 {
		for _, root := range top {
			return a.resolve(root, 0)
		}
	}
	return a.resolve(top, 0)
}

// size is how many values and bytes of text a list holds.
func size(v any) int {
	n := 1
	switch v := v.(type) {
	case string:
		n += len(v)
	case []byte:
		n += len(v)
	case []any:
		for _, e := range v {
			n += size(e)
		}
	case map[string]any:
		for _, e := range v {
			n += size(e)
		}
	}
	return n
}

func (a *archive) resolve(v any, depth int) (any, error) {
	if depth > maxDepth {
		return nil, ErrLimit
	}
	text, _ := v.(string)
	data, _ := v.([]byte)
	if err := a.budget.value(len(text) + len(data)); err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case UID:
		return a.follow(v, depth)
	case []any:
		return a.list(v, depth)
	case map[string]any:
		if _, ok := v["$class"]; ok {
			return a.object(v, depth)
		}
		return a.fields(v, depth)
	}
	return v, nil
}

func (a *archive) follow(n UID, depth int) (any, error) {
	if n >= UID(len(a.objects)) {
		return nil, fmt.Errorf("the archive refers to object %d of %d", n, len(a.objects))
	}
	if v := a.objects[n]; n == 0 && v == "$null" || a.open[n] {
		return nil, nil
	}
	a.open[n] = true
	defer delete(a.open, n)
	return a.resolve(a.objects[n], depth+1)
}

func (a *archive) list(from []any, depth int) (any, error) {
	list := make([]any, 0, min(len(from), 1024))
	for _, e := range from {
		v, err := a.resolve(e, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

func (a *archive) fields(from map[string]any, depth int) (map[string]any, error) {
	m := make(map[string]any, len(from))
	for _, name := range slices.Sorted(maps.Keys(from)) { // sorted, so that the same archive gives the same error
		if name == "$class" {
			continue
		}
		v, err := a.resolve(from[name], depth+1)
		if err != nil {
			return nil, err
		}
		m[name] = v
	}
	return m, nil
}

// class is the name of an object's class.
func (a *archive) class(from map[string]any) string {
	n, ok := from["$class"].(UID)
	if !ok || n >= UID(len(a.objects)) {
		return ""
	}
	return Text(a.objects[n], "$classname")
}

func (a *archive) object(from map[string]any, depth int) (any, error) {
	class := a.class(from)
	m, err := a.fields(from, depth)
	if err != nil {
		return nil, err
	}
	switch class {
	case "NSDictionary", "NSMutableDictionary":
		return pairs(List(m, "NS.keys"), List(m, "NS.objects")), nil
	case "NSArray", "NSMutableArray", "NSSet", "NSMutableSet", "NSOrderedSet", "NSMutableOrderedSet":
		return List(m, "NS.objects"), nil
	case "NSString", "NSMutableString", "NSAttributedString", "NSMutableAttributedString":
		return first(m, "NS.string", "NSString", "NS.bytes"), nil
	case "NSData", "NSMutableData":
		return first(m, "NS.data", "NS.bytes"), nil
	case "NSUUID":
		return uuid(Bytes(m, "NS.uuidbytes")), nil
	case "NSURL":
		return Text(m, "NS.base") + Text(m, "NS.relative"), nil
	case "NSNull":
		return nil, nil
	case "NSDate", "NSMutableDate":
		if s, ok := m["NS.time"].(float64); ok {
			return date(s), nil
		}
		return date(float64(Int(m, "NS.time"))), nil
	}
	m["$class"] = class
	return m, nil
}

func first(m map[string]any, names ...string) any {
	for _, n := range names {
		if v := m[n]; v != nil {
			return v
		}
	}
	return nil
}

// pairs is a dictionary; a key that is a number is written out, one of another kind is left out.
func pairs(keys, values []any) map[string]any {
	m := make(map[string]any, len(keys))
	for i := range min(len(keys), len(values)) {
		switch k := keys[i].(type) {
		case string:
			m[k] = values[i]
		case int64:
			m[strconv.FormatInt(k, 10)] = values[i]
		}
	}
	return m
}

func uuid(b []byte) any {
	if len(b) != 16 {
		return nil
	}
	return fmt.Sprintf("%X-%X-%X-%X-%X", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
