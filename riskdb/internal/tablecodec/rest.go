package tablecodec

import (
	"fmt"
	"reflect"
)

// Rest holds the sections that [UnmarshalNow] or [UnmarshalKnown] did not read. It is safe for concurrent use.
type Rest struct {
	of       reflect.Type
	sections map[string]string // by field
}

// check finds what is malformed in the sections, in the order of the fields.
func (r *Rest) check() error {
	if len(r.sections) == 0 {
		return nil
	}
	for i := range r.of.NumField() {
		f := r.of.Field(i)
		if part, ok := r.sections[f.Name]; ok {
			if err := checkSection(part, compile(f.Type)); err != nil {
				return fmt.Errorf("section %s: %w", f.Name, err)
			}
		}
	}
	return nil
}

// Read reads the section of a field into the value that v points to, which has the type of the field.
func (r *Rest) Read(field string, v any) error {
	value, err := target("Read", v)
	if err != nil {
		return err
	}
	section, ok := r.sections[field]
	if !ok {
		return fmt.Errorf("tablecodec: %v has no field %s that is read later", r.of, field)
	}
	if f, _ := r.of.FieldByName(field); f.Type != value.Type() {
		return fmt.Errorf("tablecodec: %s is %v, and not %v", field, f.Type, value.Type())
	}
	d := decoder{in: section}
	d.readStrings()
	d.read(compile(value.Type()), value)
	return d.end()
}

// ReadAll reads every section into the struct that v points to, which has the type that was read before.
func (r *Rest) ReadAll(v any) error {
	value, err := target("ReadAll", v)
	if err != nil {
		return err
	}
	if value.Type() != r.of {
		return fmt.Errorf("tablecodec: the sections are of %v, and not of %v", r.of, value.Type())
	}
	for field := range r.sections {
		if err := r.Read(field, value.FieldByName(field).Addr().Interface()); err != nil {
			return err
		}
	}
	return nil
}
