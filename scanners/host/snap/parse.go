package snap

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"quaestor/scanners/inventory"
)

// Limits; real descriptions stay below 100 kB, and a snap asks for some dozen interfaces.
const (
	maxYAML        = 1 << 20
	maxPermissions = 1000
	maxSnaps       = 10_000
)

// snapYAML is the part of meta/snap.yaml that is recorded.
type snapYAML struct {
	Title         string         `yaml:"title"`
	Version       string         `yaml:"version"`
	Type          string         `yaml:"type"`
	Confinement   string         `yaml:"confinement"`
	Grade         string         `yaml:"grade"`
	License       string         `yaml:"license"`
	Architectures []string       `yaml:"architectures"`
	Plugs         plugs          `yaml:"plugs"`
	Apps          map[string]app `yaml:"apps"`
}

type app struct {
	Plugs plugs `yaml:"plugs"`
}

// plugs are names of interfaces, as a list or as the keys of a map.
type plugs []string

// UnmarshalYAML implements yaml.Unmarshaler.
func (p *plugs) UnmarshalYAML(n *yaml.Node) error {
	switch n.Kind {
	case yaml.SequenceNode:
		for _, e := range n.Content {
			*p = append(*p, e.Value)
		}
	case yaml.MappingNode:
		for i := 0; i < len(n.Content); i += 2 {
			*p = append(*p, n.Content[i].Value)
		}
	}
	return nil
}

func parseYAML(data []byte) (snapYAML, error) {
	var s snapYAML
	if len(data) > maxYAML {
		return s, fmt.Errorf("it has %d bytes, more than %d", len(data), maxYAML)
	}
	err := yaml.Unmarshal(data, &s)
	return s, err
}

// permissions are the interfaces that the snap or one of its commands asks for, each once, and whether they are connected
// where the daemon's state was read.
func (s *snapYAML) permissions(known bool, connected map[string]bool) []inventory.Permission {
	names := slices.Clone(s.Plugs)
	for _, a := range s.Apps {
		names = append(names, a.Plugs...)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	var out []inventory.Permission
	for _, n := range names[:min(len(names), maxPermissions)] {
		if n != "" {
			out = append(out, inventory.Permission{Name: inventory.Text(n), Requested: true, Granted: connected[n], GrantKnown: known})
		}
	}
	return out
}

// installed is what the daemon's state says of one snap.
type installed struct {
	revision, snapID, channel string
	active                    bool
	connected                 map[string]bool // plugs that are connected to a slot
}

// parseState reads the list of snaps from state.json. The file also holds secrets of the user's account;
// nothing else in it is looked at.
func parseState(data []byte) (map[string]installed, error) {
	var state struct {
		Data struct {
			Snaps map[string]struct {
				Active   bool        `json:"active"`
				Channel  string      `json:"channel"`
				Current  json.Number `json:"current"`
				Sequence []revision  `json:"sequence"`
			} `json:"snaps"`
			Conns map[string]connection `json:"conns"`
		} `json:"data"`
	}
	if err := json.Unmarshal(data, &state); err != nil {
		return nil, withoutContent(err)
	}
	out := make(map[string]installed)
	for name, s := range state.Data.Snaps {
		if len(out) == maxSnaps {
			return out, fmt.Errorf("it lists more than %d snaps", maxSnaps)
		}
		in := installed{revision: s.Current.String(), channel: s.Channel, active: s.Active}
		for _, r := range s.Sequence {
			if r.Revision.String() == in.revision {
				in.snapID = r.SnapID
			}
		}
		out[name] = in
	}
	for ends, c := range state.Data.Conns {
		plug, _, _ := strings.Cut(ends, " ")
		name, interfaceName, _ := strings.Cut(plug, ":")
		in, known := out[name]
		if !known || c.Undesired || c.Gone {
			continue
		}
		if in.connected == nil {
			in.connected = make(map[string]bool)
			out[name] = in
		}
		in.connected[interfaceName] = true
	}
	return out, nil
}

// connection is one of a plug to a slot, under the key "snap:plug snap:slot". Undesired is that somebody disconnected it
// for good, gone that the device behind it was taken out.
type connection struct {
	Undesired bool `json:"undesired"`
	Gone      bool `json:"hotplug-gone"`
}

type revision struct {
	Revision json.Number `json:"revision"`
	SnapID   string      `json:"snap-id"`
}

// withoutContent keeps the file's content, which may be secret, out of an error.
func withoutContent(err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return fmt.Errorf("%q has the wrong type at byte %d", wrong.Field, wrong.Offset)
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("it is no JSON at byte %d", syntax.Offset)
	}
	return errors.New("it is no JSON")
}

// publisher looks up who publishes a snap in the assertions that the store signed. Their signatures are not
// checked here.
func (c *collector) publisher(snapID string) string {
	if snapID == "" || !plainName(snapID) {
		return ""
	}
	const dir = "var/lib/snapd/assertions/asserts-v0"
	account := c.assertion(path.Join(dir, "snap-declaration/16", snapID))["publisher-id"]
	if account == "" || !plainName(account) {
		return inventory.Text(account)
	}
	headers := c.assertion(path.Join(dir, "account", account))
	for _, key := range []string{"display-name", "username"} {
		if headers[key] != "" {
			return inventory.Text(headers[key])
		}
	}
	return account
}

// plainName refuses what would lead to another folder.
func plainName(s string) bool { return s != "." && s != ".." && !strings.ContainsAny(s, "/\\\x00") }

// assertion reads the headers of an assertion: the newest format of it has the file name with the highest
// number after "active.".
func (c *collector) assertion(dir string) map[string]string {
	entries, err := c.h.ReadDir(dir)
	c.unread(dir, err)
	newest := ""
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "active") {
			newest = max(newest, e.Name())
		}
	}
	if newest == "" {
		return nil
	}
	data, err := c.h.ReadFile(path.Join(dir, newest))
	c.unread(path.Join(dir, newest), err)
	return parseHeaders(data)
}

// parseHeaders reads the headers of an assertion, up to the first empty line; of a header of several lines
// only the first.
func parseHeaders(data []byte) map[string]string {
	headers := make(map[string]string)
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			break
		}
		key, value, ok := strings.Cut(line, ": ")
		if ok && !strings.HasPrefix(key, " ") {
			headers[key] = value
		}
	}
	return headers
}
