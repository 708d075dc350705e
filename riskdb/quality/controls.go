package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"quaestor/scanners/inventory"
)

// Controls is what the folder of neutral controls holds, all files together.
type Controls struct {
	Sources  []ListSource `yaml:"sources,omitempty"`
	Sets     []Set        `yaml:"sets,omitempty"`
	Kits     []Kit        `yaml:"kits,omitempty"`
	Builds   []Build      `yaml:"builds,omitempty"`
	Controls []Control    `yaml:"controls,omitempty"`
}

// Kit is code that many apps carry: a framework, a library, a service for push messages. What it leaves in an app's file.
type Kit struct {
	ID         string   `yaml:"id"`
	Note       string   `yaml:"note"`
	Code       []string `yaml:"code,omitempty"`
	Libraries  []string `yaml:"libraries,omitempty"`
	Components []string `yaml:"components,omitempty"`
	Hosts      []string `yaml:"hosts,omitempty"`
}

// ListSource is where a list of permissions was read.
type ListSource struct {
	ID     string `yaml:"id"`
	Title  string `yaml:"title"`
	URL    string `yaml:"url"` // empty where it was not recorded
	Commit string `yaml:"commit,omitempty"`
	Date   string `yaml:"date,omitempty"`
	Note   string `yaml:"note,omitempty"`
}

// Set is what apps of a category usually ask for.
type Set struct {
	ID          string   `yaml:"id"`
	Note        string   `yaml:"note"`
	Categories  []string `yaml:"categories"` // of products in the risk database that take this set
	Permissions []string `yaml:"permissions"`
	Services    []string `yaml:"services,omitempty"` // permissions that guard the app's services
}

// Control is one ordinary product.
type Control struct {
	Name        string                   `yaml:"name"`
	Category    string                   `yaml:"category"`
	Platform    inventory.Platform       `yaml:"platform"`
	Kind        inventory.IdentifierKind `yaml:"kind"`
	ID          string                   `yaml:"id"`
	Publisher   string                   `yaml:"publisher,omitempty"`
	Installer   string                   `yaml:"installer,omitempty"`
	Seen        string                   `yaml:"seen,omitempty"`    // ListSource.ID of the permissions below
	Typical     string                   `yaml:"typical,omitempty"` // Set.ID that they are taken from instead
	Permissions []string                 `yaml:"permissions,omitempty"`
	Services    []string                 `yaml:"services,omitempty"`
	Code        []string                 `yaml:"code,omitempty"`       // prefixes of the classes its file defines
	Libraries   []string                 `yaml:"libraries,omitempty"`  // files of native code
	Components  []string                 `yaml:"components,omitempty"` // classes that its manifest declares
	Hosts       []string                 `yaml:"hosts,omitempty"`      // named in its file
	Kits        []string                 `yaml:"kits,omitempty"`       // Kit.ID: what several apps carry alike
	Signer      string                   `yaml:"signer,omitempty"`     // SHA-256 of its certificate, checked
	System      bool                     `yaml:"system,omitempty"`     // part of the system image
}

// readControls reads every YAML file of a folder and checks that the records hold together.
func readControls(fsys fs.FS) (*Controls, error) {
	all := &Controls{}
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		var one Controls
		dec := yaml.NewDecoder(bytes.NewReader(raw))
		dec.KnownFields(true)
		if err := dec.Decode(&one); err != nil {
			return nil, fmt.Errorf("%s: %w", path.Base(name), err)
		}
		all.Sources = append(all.Sources, one.Sources...)
		all.Sets = append(all.Sets, one.Sets...)
		all.Kits = append(all.Kits, one.Kits...)
		all.Builds = append(all.Builds, one.Builds...)
		all.Controls = append(all.Controls, one.Controls...)
	}
	if len(all.Controls) == 0 {
		return nil, errors.New("no neutral controls found: run this in the root of the repository")
	}
	if err := all.check(); err != nil {
		return nil, err
	}
	return all, all.unpack()
}

// check reports every record that names something that is not there, or is there twice.
func (cs *Controls) check() error {
	var problems []error
	seen := map[string]bool{}
	used := map[string]bool{}
	for i := range cs.Controls {
		c := &cs.Controls[i]
		key := fmt.Sprintf("%s %s %s", c.Platform, c.Kind, c.ID)
		used["source "+c.Seen], used["set "+c.Typical] = true, true
		switch {
		case c.Name == "" || c.Category == "" || c.ID == "" || !c.Kind.Known():
			problems = append(problems, fmt.Errorf("control %q: name, category, id and a known kind are needed", c.Name))
		case seen[key]:
			problems = append(problems, fmt.Errorf("control %q: %s is listed twice", c.Name, key))
		case c.Seen != "" && c.Typical != "":
			problems = append(problems, fmt.Errorf("control %q: seen and typical exclude one another", c.Name))
		case c.Seen != "" && cs.source(c.Seen) == nil:
			problems = append(problems, fmt.Errorf("control %q: unknown source %q", c.Name, c.Seen))
		case c.Typical != "" && cs.set(c.Typical) == nil:
			problems = append(problems, fmt.Errorf("control %q: unknown set %q", c.Name, c.Typical))
		case c.Seen == "" && len(c.Permissions)+len(c.Services) > 0:
			problems = append(problems, fmt.Errorf("control %q: permissions without a source", c.Name))
		case c.Platform == inventory.Android && c.Seen == "" && c.Typical == "":
			problems = append(problems, fmt.Errorf("control %q: an Android app needs permissions, seen or typical", c.Name))
		}
		seen[key] = true
	}
	for _, s := range cs.Sources {
		if !used["source "+s.ID] {
			problems = append(problems, fmt.Errorf("source %q is named by no control", s.ID))
		}
	}
	return errors.Join(problems...)
}

func (cs *Controls) source(id string) *ListSource {
	i := slices.IndexFunc(cs.Sources, func(s ListSource) bool { return s.ID == id })
	if i < 0 {
		return nil
	}
	return &cs.Sources[i]
}

func (cs *Controls) set(id string) *Set {
	i := slices.IndexFunc(cs.Sets, func(s Set) bool { return s.ID == id })
	if i < 0 {
		return nil
	}
	return &cs.Sets[i]
}

// setFor is the set that products of a category take; the empty set where none is meant for it.
func (cs *Controls) setFor(category string) *Set {
	i := slices.IndexFunc(cs.Sets, func(s Set) bool { return slices.Contains(s.Categories, category) })
	if i < 0 {
		return &Set{}
	}
	return &cs.Sets[i]
}

// permissionsOf is what a control asks for and what guards its services, by full names.
func (cs *Controls) permissionsOf(c *Control) (asked, guards []string) {
	asked, guards = c.Permissions, c.Services
	if s := cs.set(c.Typical); s != nil {
		asked, guards = s.Permissions, s.Services
	}
	return fullNames(asked), fullNames(guards)
}

func fullNames(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = n
		if !strings.Contains(n, ".") {
			out[i] = "android.permission." + n
		}
	}
	return out
}
