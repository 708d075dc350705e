//go:build !windows

package source

// liveRoot is the root folder of the running computer.
func liveRoot() string { return "/" }
