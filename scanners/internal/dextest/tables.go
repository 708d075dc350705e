package dextest

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf16"
)

const object = "Ljava/lang/Object;"

// tables are the sorted tables of one file, with the place of each entry.
type tables struct {
	strings map[string]int
	types   map[string]int
	protos  map[string]int
	fields  map[field]int
	methods map[method]int

	stringList, typeList, protoList []string
	fieldList                       []field
	methodList                      []method
}

// newTables gathers everything that the classes name.
func newTables(f File) *tables {
	t := &tables{strings: map[string]int{}, types: map[string]int{}, protos: map[string]int{}, fields: map[field]int{}, methods: map[method]int{}}
	for _, s := range f.Strings {
		t.strings[s] = 0
	}
	for _, c := range f.Classes {
		t.addType(descriptor(c.Name))
		t.addType(object)
		if c.Source != "" {
			t.strings[c.Source] = 0
		}
		for _, m := range c.Methods {
			t.addMethod(method{descriptor(c.Name), m.Name, "()V"})
			for _, s := range m.Does {
				t.addStep(s)
			}
		}
	}
	t.sort()
	return t
}

func (t *tables) addStep(s Step) {
	switch {
	case s.Call != "":
		t.addMethod(parseMethod(s.Call))
	case s.Read != "":
		f := parseField(s.Read)
		t.fields[f] = 0
		t.strings[f.name] = 0
		t.addType(f.class)
		t.addType(f.kind)
	default:
		t.strings[s.Load] = 0
	}
}

func (t *tables) addType(d string) {
	t.types[d] = 0
	t.strings[d] = 0
}

func (t *tables) addMethod(m method) {
	if _, ok := t.methods[m]; ok {
		return
	}
	t.methods[m] = 0
	t.protos[m.proto] = 0
	t.strings[m.name] = 0
	t.strings[shorty(m.proto)] = 0
	t.addType(m.class)
	result, parameters := prototype(m.proto)
	t.addType(result)
	for _, p := range parameters {
		t.addType(p)
	}
}

// sort gives every entry its place, in the order that the format asks for.
func (t *tables) sort() {
	compare := strings.Compare
	for s := range t.strings {
		if wide(s) {
			compare = compareUnits
		}
	}
	t.stringList = order(t.strings, compare)
	t.typeList = order(t.types, func(a, b string) int { return cmp.Compare(t.strings[a], t.strings[b]) })
	t.protoList = order(t.protos, func(a, b string) int { return slices.Compare(t.protoKey(a), t.protoKey(b)) })
	t.fieldList = order(t.fields, func(a, b field) int {
		return cmp.Or(cmp.Compare(t.types[a.class], t.types[b.class]), cmp.Compare(t.strings[a.name], t.strings[b.name]), cmp.Compare(t.types[a.kind], t.types[b.kind]))
	})
	t.methodList = order(t.methods, func(a, b method) int {
		return cmp.Or(cmp.Compare(t.types[a.class], t.types[b.class]), cmp.Compare(t.strings[a.name], t.strings[b.name]), cmp.Compare(t.protos[a.proto], t.protos[b.proto]))
	})
}

// compareUnits compares by UTF-16 code units. Only characters of four bytes, which are rare, are ordered differently
// in UTF-8.
func compareUnits(a, b string) int {
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
}

func wide(s string) bool { return strings.IndexFunc(s, func(r rune) bool { return r > 0xffff }) >= 0 }

func (t *tables) protoKey(p string) []int {
	result, parameters := prototype(p)
	key := []int{t.types[result]}
	for _, p := range parameters {
		key = append(key, t.types[p])
	}
	return key
}

// order sorts the keys of m and enters their places.
func order[K comparable](m map[K]int, compare func(a, b K) int) []K {
	list := make([]K, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.SortFunc(list, compare)
	for i, k := range list {
		m[k] = i
	}
	return list
}
