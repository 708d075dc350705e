package jsonpart

import (
	"strings"
	"testing"
)

// TestOdd: members that are there twice among those that are read, and values of another kind than asked for, are named with their lines.
func TestOdd(t *testing.T) {
	for data, want := range map[string]string{
		`{"text":"a","text2":null,"number":"7","number2":null,"bool":null,"list":null,"list2":[],"number3":""}`: "",
		"{\"text\":\"a\",\n\"text\":\"b\"}":                `line 11: "text" is there twice: the last one counts`,
		"{\"text\":7,\n\"number\":[1],\"bool\":\"maybe\"}": `line 10: "text" is no text, line 11: "number" is no number, line 11: "bool" is neither true nor false`,
		"{\"list\":{\"a\":\"x\"},\"list1\":[\n\"x\"]}":     `line 10: "list" is no list, line 11: "list1" is no object`,
		`{"list":[{"a":"1","a":"2"},{"a":"3"}],"a":"x"}`:   `line 10: "a" is there twice: the last one counts`,
		`{"list":[{"a":"1","b":"2"},{"b":"1","a":"2"}]}`:   "",
		`{"x":1,"x":2}`:      "", // nobody reads it
		"{\"tex\\u0074\":7}": `line 10: "text" is no text`,
		`{"number":1.5}`:     `line 10: "number" is no number`,
	} {
		c := NewCursor([]byte(data))
		for name := range c.Members() {
			switch at := string(name); {
			case strings.HasPrefix(at, "text"):
				c.Text()
			case strings.HasPrefix(at, "number"):
				c.Number()
			case strings.HasPrefix(at, "bool"):
				c.Bool()
			case strings.HasPrefix(at, "list"):
				for range c.Items() {
					for range c.Members() {
						c.Text()
					}
				}
			}
		}
		odd := c.Odd(10)
		if got := strings.Join(odd.Samples, ", "); got != want || (odd.Count > 0) != (want != "") || c.Err() != nil {
			t.Errorf("%s: %d %s, %v", data, odd.Count, got, c.Err())
		}
	}
	c := NewCursor([]byte(`{` + strings.Repeat(`"text":"a",`, 1000) + `"text":"b"}`))
	for range c.Members() {
		c.Text()
	}
	if odd := c.Odd(1); odd.Count != 1000 || len(c.oddest) != maxOddities {
		t.Errorf("%+v", odd)
	}
}
