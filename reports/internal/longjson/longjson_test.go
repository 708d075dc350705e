package longjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func written(t *testing.T, l *Lists, o Object) any {
	t.Helper()
	var b bytes.Buffer
	if err := l.Write(&b, o); err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(b.Bytes(), &v); err != nil {
		t.Fatalf("%v in %s", err, b.String())
	}
	return v
}

// TestWrite: lists of no, one and more elements than stay in memory, within objects and arrays and joined with others.
func TestWrite(t *testing.T) {
	for _, n := range []int{0, 1, 3, 60_000} {
		l := New()
		var want []any
		for i := range n {
			l.Add("a", map[string]any{"text": fmt.Sprintf("line %d\n]}", i)})
			want = append(want, map[string]any{"text": fmt.Sprintf("line %d\n]}", i)})
		}
		l.Add("b", "x")
		list := append([]any{}, want...)
		got := written(t, l, Object{{"one", 1}, {"in", Array{Object{{"all", Joined{List("none"), List("b"), Array{2}}}, {"a", List("a")}}, List("missing")}}}.With(l, "missing"))
		l.Drop()
		if w := map[string]any{"one": 1.0, "in": []any{map[string]any{"all": []any{"x", 2.0}, "a": list}, []any{}}}; !reflect.DeepEqual(got, w) {
			t.Errorf("%d elements: %.300v, want %.300v", n, got, w)
		}
	}
}

// TestAmend: every element passes once, alone and whole; what was said later changes what the document is known by.
func TestAmend(t *testing.T) {
	ids := map[string]bool{}
	for _, later := range []string{"", "x", "y"} {
		l := New()
		for i := range 30_000 {
			l.Add("a", fmt.Sprintf("%d, %s", i, strings.Repeat("é", i%50)))
		}
		if later != "" {
			l.Later("a", later)
		}
		ids[l.UUID()] = true
		seen := 0
		l.Amend("a", func(element []byte) ([]byte, error) {
			var s string
			if err := json.Unmarshal(element, &s); err != nil {
				t.Fatalf("%v: %s", err, element)
			}
			seen++
			return []byte(`{"changed":` + string(element) + `}`), nil
		})
		list := written(t, l, Object{{"a", List("a")}}).(map[string]any)["a"].([]any)
		if seen != 30_000 || len(list) != seen || list[7].(map[string]any)["changed"] == nil {
			t.Errorf("%d of %d", seen, len(list))
		}
		l.Drop()
	}
	if len(ids) != 3 {
		t.Errorf("%d identifiers of 3 documents", len(ids))
	}
}

func TestErrors(t *testing.T) {
	l := New()
	defer l.Drop()
	l.Add("a", func() {})
	if l.Err() == nil || l.Write(&bytes.Buffer{}, Object{}) == nil {
		t.Error("what cannot be written is written")
	}
	l = New()
	l.Add("a", 1)
	l.Amend("a", func([]byte) ([]byte, error) { return nil, errors.New("no") })
	if l.Write(&bytes.Buffer{}, Object{{"a", List("a")}}) == nil {
		t.Error("an error of the change is lost")
	}
}
