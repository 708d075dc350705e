package table

import (
	"strings"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// placesIn says where in a file a piece of evidence was seen: "classes3.dex, package com.example.sdk (214 classes)".
func placesIn(e reports.Evidence) []string {
	var out []string
	for _, p := range e.Places {
		item := safetext.Line(p.Item, maxValue)
		if kind := itemKinds[p.Kind]; kind != "" && item != "" {
			item = kind + " " + item
		}
		if p.Classes > 0 {
			item += " (" + count(p.Classes, "class") + ")"
		}
		text := joined(", ", safetext.Line(p.File, maxValue), item)
		if p.Binary != "" {
			text += " in the file sha256 " + p.Binary[:min(len(p.Binary), 16)]
		}
		out = append(out, text)
	}
	return out
}

// itemKinds are the words for what an item is, where the item does not say it.
var itemKinds = map[string]string{"package": "package", "component": "component", "jni-class": "native methods of", "string": "string"}

// firstPlace is the first place, and how many more there are.
func firstPlace(e reports.Evidence) string {
	list := placesIn(e)
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return list[0] + ", and " + number(len(list)-1) + " more"
}
