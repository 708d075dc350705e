// Package veil writes text so that it is not recognised where it is stored.
//
// Indicators of stalkerware and spyware are what virus scanners look for: a source file or a program that holds
// them in clear is reported, or deleted, on the very computers that need it. [Hide] is no secret and protects
// nothing: anybody can undo it, as a reviewer must, with `go run ./riskdb/compile -decode FILE`. What is looked
// up is hidden first and compared in that form, so that nothing has to be shown to be found.
//
// What the package cannot see: whether a text is one that a virus scanner knows.
package veil

import (
	"encoding/base64"
	"fmt"
)

// mask turns each byte into another; base64 makes text of the result.
const mask = 0xA5

// Hide writes text in the hidden form.
func Hide(text string) string { return string(Append(nil, text)) }

// Append appends the hidden form of text.
func Append(to []byte, text string) []byte {
	var room [128]byte
	masked := append(room[:0], text...)
	for i := range masked {
		masked[i] ^= mask
	}
	return base64.RawURLEncoding.AppendEncode(to, masked)
}

// Show undoes Hide. Text that Hide does not write is an error.
func Show(hidden string) (string, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(hidden)
	if err != nil {
		return "", fmt.Errorf("%q is no hidden text: %w; write it with `go run ./riskdb/compile -encode TEXT`", hidden, err)
	}
	for i := range b {
		b[i] ^= mask
	}
	return string(b), nil
}
