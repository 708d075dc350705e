package jsonform

import (
	"encoding/json"
	"reflect"
	"testing"
)

type node struct {
	Name     string            `json:"name"`
	List     []string          `json:"list"`
	Left     []string          `json:"left,omitempty"`
	Map      map[string]string `json:"map"`
	Deep     inner             `json:"deep,omitempty"`
	To       *inner            `json:"to,omitempty"`
	Children []node            `json:"children,omitempty"`
}

type inner struct {
	Numbers []int `json:"numbers"`
}

// TestWithLists: a value is copied only where a list is missing, and reads the same as a copy.
func TestWithLists(t *testing.T) {
	whole := node{List: []string{}, Map: map[string]string{}, Deep: inner{[]int{}}}
	missing := map[string]func(*node){
		"a list": func(n *node) { n.List = nil }, "a map": func(n *node) { n.Map = nil }, "a list in a struct": func(n *node) { n.Deep = inner{} },
		"a list behind a pointer": func(n *node) { n.To = &inner{} }, "a list in an element": func(n *node) { n.Children = []node{whole, {}} },
	}
	if v := reflect.ValueOf(&whole); lacks(v) || withLists(v).Pointer() != v.Pointer() {
		t.Error("a whole value is copied")
	}
	for name, take := range missing {
		n := whole
		take(&n)
		got, err := json.Marshal(withLists(reflect.ValueOf(n)).Interface())
		want, _ := json.Marshal(filled(reflect.ValueOf(n)).Interface())
		if err != nil || string(got) != string(want) || !lacks(reflect.ValueOf(n)) {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
