//go:build !race

package apk

const raceFactor = 1
