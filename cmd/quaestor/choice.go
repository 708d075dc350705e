package main

import (
	"slices"
	"strings"

	"quaestor/reports"
)

// choose checks what the table is to show, and in which order.
func (cfg *scanConfig) choose(only []string, sort string) error {
	for _, a := range only {
		if !slices.Contains(reports.Actions(), a) {
			return usageError("--only %q: choose from %s", a, strings.Join(reports.Actions(), ", "))
		}
	}
	if sort != "" && !slices.Contains(reports.Sorts(), sort) {
		return usageError("--sort %q: choose from %s", sort, strings.Join(reports.Sorts(), ", "))
	}
	cfg.sort = sort
	for _, a := range reports.Actions() { // in their order, each once
		if slices.Contains(only, a) {
			cfg.only = append(cfg.only, a)
		}
	}
	return nil
}

// options is what the reader wants of an output.
func (cfg *scanConfig) options() reports.Options {
	return reports.Options{Details: cfg.details, Lang: cfg.lang, Only: cfg.only, Sort: cfg.sort}
}
