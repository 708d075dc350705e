package main

import (
	"slices"

	"quaestor/scanners"
	"quaestor/scanners/host/software"
)

// withDepth is the list of scanners, of which the one of installed software looks into the folders of programs if deep is set.
func withDepth(list []scanners.Scanner, deep bool) []scanners.Scanner {
	list = slices.Clone(list)
	for i, s := range list {
		if s.Info().ID == software.ID {
			list[i] = software.Scanner{Deep: deep}
		}
	}
	return list
}
