package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"quaestor/riskdb"
	"quaestor/riskdb/internal/tablecodec"
	"quaestor/riskdb/internal/yamldb"
)

func embedded(t testing.TB) *riskdb.Tables {
	t.Helper()
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	all := db.AllTables()
	return &all
}

func TestAllTablesComeBack(t *testing.T) {
	tables := embedded(t)
	text, err := JSON(tables)
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(text) {
		t.Fatal("no JSON")
	}
	back, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	want, err := tablecodec.Marshal(tables)
	if err != nil {
		t.Fatal(err)
	}
	got, err := tablecodec.Marshal(back)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("the tables that come back are others (%v)", err)
	}
}

func TestSomeTables(t *testing.T) {
	text, err := JSON(embedded(t), "bans")
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]json.RawMessage
	if err := json.Unmarshal(text, &doc); err != nil || len(doc) != 2 || doc["bans"] == nil {
		t.Errorf("got %d members (%v)", len(doc), err)
	}
}

func TestYAMLCompilesToTheSame(t *testing.T) {
	tables := embedded(t)
	text, err := YAML(tables)
	if err != nil {
		t.Fatal(err)
	}
	s, err := yamldb.Read(fstest.MapFS{"all.yaml": {Data: text}})
	if err != nil {
		t.Fatal(err)
	}
	if ps := s.Validate(); len(ps) > 0 {
		t.Fatal(ps[:min(len(ps), 5)])
	}
	want, got := *tables, s.Tables
	want.Holdings, got.Holdings = nil, nil
	a, errA := JSON(&want)
	b, errB := JSON(&got)
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Errorf("other rows (%v, %v)", errA, errB)
	}
}

// TestEveryFieldIsWritten fills every field of every table, so that a type without a JSON form is noticed.
func TestEveryFieldIsWritten(t *testing.T) {
	var tables riskdb.Tables
	fill(reflect.ValueOf(&tables).Elem())
	text, err := JSON(&tables)
	if err != nil {
		t.Fatal(err)
	}
	back, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(&tables, back) {
		t.Error("a field does not come back")
	}
}

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("\"text\"\\ <&> \n\t\u2028 微信")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(-7)
	case reflect.Float64:
		v.SetFloat(19.9)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	}
}

const small = "{\"schema\":\"quaestor.riskdb/1\",\n\"version\":{\"date\":\"2026-11-22\"},\n\"entities\":[\n{\"id\":\"a\",\"name\":\"A\"}]\n}\n"

func TestOnlyOneForm(t *testing.T) {
	if _, err := Parse([]byte(small)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, new string }{
		"a space":           {`"id":"a"`, `"id": "a"`},
		"other order":       {`"id":"a","name":"A"`, `"name":"A","id":"a"`},
		"a member twice":    {`"id":"a",`, `"id":"a","id":"a",`},
		"an escape":         {`"A"`, `"\u0041"`},
		"an empty member":   {`"id":"a",`, `"id":"a","note":"",`},
		"text behind":       {"}\n", "}\n "},
		"a number for text": {`"A"`, `1`},
		"cut":               {"]\n}\n", ""},
		"another beginning": {`"schema":`, `"sheme":`},
	} {
		text := strings.Replace(small, c.old, c.new, 1)
		if _, err := Parse([]byte(text)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct{ old, new string }{
		"a newer form":  {"riskdb/1", "riskdb/2"},
		"a newer field": {`"id":"a",`, `"id":"a","mood":"bad",`},
		"a newer table": {`"entities"`, `"moods"`},
	} {
		text := strings.Replace(small, c.old, c.new, 1)
		if _, err := Parse([]byte(text)); !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(strings.Replace(small, `"A"`, `"A","country":"BE","verified":true,"sources":["x"]`, 1)))
	f.Fuzz(func(t *testing.T, text []byte) {
		tables, err := Parse(text)
		if err != nil {
			return
		}
		again, err := JSON(tables)
		if err != nil || !bytes.Equal(again, text) {
			t.Fatalf("accepted, and written otherwise (%v)", err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	text, err := JSON(embedded(b))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}
