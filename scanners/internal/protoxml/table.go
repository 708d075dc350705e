package protoxml

import (
	"errors"
	"fmt"
	"strings"

	"quaestor/scanners/internal/arsc"
)

// Limits on one table.
const (
	MaxTable      = 64 << 20
	maxTypes      = 512
	maxReferences = 16
	maxValues     = 512     // met while looking up one resource
	maxWork       = 4 << 20 // entries and values looked at in the life of a table
)

// Table is the resource table of a module, resources.pb. It keeps the bytes it was made from, reads a type of
// resources when one of them is first asked for, and is not safe for concurrent use.
type Table struct {
	types []*resourceType
	work  int
	found int // values met in the present lookup
}

// resourceType holds the resources of one type in one package.
type resourceType struct {
	id      uint32 // package and type, as in a resource id
	name    string
	entries [][]byte
	byID    map[uint32][]byte // nil until asked for
	byName  map[string]uint32
}

var errWork = errors.New("the resource table takes too long to search; it is larger than build tools make")

// ParseTable reads the outline of a table: its packages (2) and their types (3).
func ParseTable(data []byte) (*Table, error) {
	if len(data) > MaxTable {
		return nil, fmt.Errorf("more than %d bytes", MaxTable)
	}
	t := new(Table)
	err := fields(data, func(f field) error {
		if f.is(2) {
			return t.addPackage(f.bytes)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return t, nil
}

func (t *Table) addPackage(data []byte) error {
	var id uint32
	var types [][]byte
	err := fields(data, func(f field) (err error) {
		switch {
		case f.is(1):
			id, err = number(f.bytes)
		case f.is(3):
			types = append(types, f.bytes)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, data := range types {
		if len(t.types) >= maxTypes {
			return fmt.Errorf("more than %d types of resources", maxTypes)
		}
		if err := t.addType(id&0xff<<24, data); err != nil {
			return err
		}
	}
	return nil
}

// addType reads a Type: id (1), name (2), entries (3).
func (t *Table) addType(pkg uint32, data []byte) error {
	r := &resourceType{}
	err := fields(data, func(f field) error {
		switch {
		case f.is(1):
			id, err := number(f.bytes)
			r.id = pkg | id&0xff<<16
			return err
		case f.is(2):
			r.name = text(f.bytes)
		case f.is(3):
			r.entries = append(r.entries, f.bytes)
		}
		return nil
	})
	t.types = append(t.types, r)
	return err
}

// number reads the only field of a message that wraps an id.
func number(data []byte) (id uint32, err error) {
	err = fields(data, func(f field) error {
		if f.number == 1 {
			id = uint32(f.value)
		}
		return nil
	})
	return id, err
}

// index reads the ids (1) and names (2) of a type's entries.
func (r *resourceType) index() {
	if r.byID != nil {
		return
	}
	r.byID, r.byName = make(map[uint32][]byte, len(r.entries)), make(map[string]uint32, len(r.entries))
	for _, data := range r.entries {
		var id uint32
		var name string
		err := fields(data, func(f field) (err error) {
			switch {
			case f.is(1):
				id, err = number(f.bytes)
			case f.is(2):
				name = text(f.bytes)
			}
			return err
		})
		id = r.id | id&0xffff
		if _, have := r.byID[id]; err == nil && !have {
			r.byID[id] = data
			r.byName[name] = id
		}
	}
}

// ID is the id of a resource that is named as in "string/app_name" or "eu.example.app:string/app_name", 0 when the
// table does not hold it.
func (t *Table) ID(name string) uint32 {
	if t == nil {
		return 0
	}
	if _, after, ok := strings.Cut(name, ":"); ok {
		name = after
	}
	kind, entry, _ := strings.Cut(name, "/")
	for _, r := range t.types {
		if r.name == kind {
			r.index()
			if id, ok := r.byName[entry]; ok {
				return id
			}
		}
	}
	return 0
}

// Lookup returns the values of a resource, references followed.
func (t *Table) Lookup(id uint32) ([]arsc.Value, error) {
	var out []arsc.Value
	t.found = 0
	if err := t.collect(id, 0, func(v arsc.Value) { out = append(out, v) }); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("the resource table holds no value for %#x", id)
	}
	return out, nil
}

func (t *Table) collect(id uint32, depth int, add func(arsc.Value)) error {
	if depth > maxReferences {
		return fmt.Errorf("resource %#x refers in a circle", id)
	}
	for _, r := range t.types {
		if r.id != id&0xffff0000 {
			continue
		}
		r.index()
		if data := r.byID[id]; data != nil {
			return fields(data, func(f field) error {
				if f.is(6) {
					return t.configValue(f.bytes, depth, add)
				}
				return nil
			})
		}
	}
	return nil
}

// configValue reads a ConfigValue: configuration (1) and value (2).
func (t *Table) configValue(data []byte, depth int, add func(arsc.Value)) error {
	if t.work++; t.work > maxWork {
		return errWork
	}
	if t.found++; t.found > maxValues {
		return nil
	}
	v := arsc.Value{Plain: true}
	var value item
	err := fields(data, func(f field) (err error) {
		switch {
		case f.is(1):
			return readConfig(f.bytes, &v)
		case f.is(2):
			value, err = readValue(f.bytes)
		}
		return err
	})
	if err != nil {
		return err
	}
	switch value.kind {
	case kindReference:
		return t.follow(value, depth, v, add)
	case kindText:
		v.Type = arsc.TypeString
	case kindBool:
		v.Type = arsc.TypeBool
	case kindNumber:
		v.Type = arsc.TypeDec
	default:
		return nil
	}
	v.Text = value.text
	add(v)
	return nil
}

// follow resolves a reference, keeping the language of the value that refers.
func (t *Table) follow(to item, depth int, from arsc.Value, add func(arsc.Value)) error {
	id := to.id
	if id == 0 {
		id = t.ID(to.text)
	}
	if from.Locale == "" {
		return t.collect(id, depth+1, add)
	}
	var found []arsc.Value
	if err := t.collect(id, depth+1, func(v arsc.Value) { found = append(found, v) }); err != nil || len(found) == 0 {
		return err
	}
	add(arsc.Value{Locale: from.Locale, Plain: from.Plain, Type: found[0].Type, Text: arsc.Default(found)})
	return nil
}

// readConfig reads a Configuration: the language (3), and whether it asks for anything else.
func readConfig(data []byte, v *arsc.Value) error {
	return fields(data, func(f field) error {
		switch {
		case f.is(3):
			v.Locale = text(f.bytes)
		case f.value != 0 || len(f.bytes) > 0:
			v.Plain = false
		}
		return nil
	})
}

// readValue reads a Value: the item in it (4).
func readValue(data []byte) (v item, err error) {
	err = fields(data, func(f field) (err error) {
		if f.is(4) {
			v, err = readItem(f.bytes)
		}
		return err
	})
	return v, err
}
