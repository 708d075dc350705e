package listing

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/lines"
	"quaestor/scanners/inventory"
)

// maxEntry is the most bytes of one app in JSON. The largest real ones have some 30 kB.
const maxEntry = 4 << 20

// looksJSON reports whether JSON is a list of apps in one of the forms that are known.
func looksJSON(head []byte) bool {
	text := bytes.TrimSpace(lines.Decode(head))
	has := func(s string) bool { return bytes.Contains(text, []byte(s)) }
	switch {
	case len(text) < 2:
		return false
	case text[0] == '[':
		return has(`"CFBundleIdentifier"`) && bytes.HasPrefix(bytes.TrimSpace(text[1:]), []byte("{"))
	case text[0] != '{':
		return false
	}
	return has(`"devicectl.device.info.apps"`) || has(`"installedApps"`) && has(`"bundleIdentifier"`) ||
		has(`"CFBundleIdentifier"`) && has(`"ApplicationType"`) && keyedJSON(text[1:])
}

// keyedJSON reports whether the first value of an object is another object.
func keyedJSON(rest []byte) bool {
	d := json.NewDecoder(io.MultiReader(strings.NewReader("{"), bytes.NewReader(rest)))
	for _, want := range []bool{true, false, true} { // the object, a name, an object
		t, err := d.Token()
		if _, object := t.(json.Delim); err != nil || object != want || want && t != json.Delim('{') {
			return false
		}
	}
	return true
}

func (l *list) json(data []byte) error {
	text := lines.Decode(data)
	head := text[:min(len(text), 64<<10)]
	switch {
	case bytes.Contains(head, []byte(`"devicectl.device.info.apps"`)):
		return l.devicectl(text)
	case bytes.Contains(head, []byte(`"installedApps"`)):
		return l.cfgutil(text)
	}
	p := l.phone("")
	return l.each(text, func(key string, raw json.RawMessage) error { return l.entry(p, key, raw) })
}

// each yields the values of an array or object one after the other, with their names in an object.
func (l *list) each(text []byte, yield func(key string, raw json.RawMessage) error) error {
	d := json.NewDecoder(bytes.NewReader(text))
	first, err := d.Token()
	for err == nil && d.More() {
		var key string
		if first == json.Delim('{') {
			t, err := d.Token()
			if err != nil {
				return cutShort(err)
			}
			key, _ = t.(string)
		}
		var raw json.RawMessage
		if err = d.Decode(&raw); err == nil {
			if err = l.ctx.Err(); err == nil {
				err = yield(key, raw)
			}
		}
	}
	if err == nil {
		_, err = d.Token()
	}
	return cutShort(err)
}

func cutShort(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it is cut short")
	}
	return err
}

// entry states an app as the phone describes it.
func (l *list) entry(p *phone, key string, raw json.RawMessage) error {
	var d map[string]any
	if len(raw) > maxEntry || json.Unmarshal(raw, &d) != nil || d == nil {
		p.broken.Add(fmt.Sprintf("%s: %d bytes that are no app", key, len(raw)))
		return nil
	}
	l.described(p, key, d)
	return nil
}

// devicectl reads what Xcode's tool says of apps. Its identifier of the device is its own.
func (l *list) devicectl(text []byte) error {
	var answer struct {
		Result struct {
			Apps []struct {
				ID        string `json:"bundleIdentifier"`
				Name      string `json:"name"`
				Version   string `json:"version"`
				Build     string `json:"bundleVersion"`
				URL       string `json:"url"`
				Clip      bool   `json:"appClip"`
				Developer bool   `json:"builtByDeveloper"`
				Default   bool   `json:"defaultApp"`
				Hidden    bool   `json:"hidden"`
				Internal  bool   `json:"internalApp"`
			} `json:"apps"`
		} `json:"result"`
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return cutShort(err)
	}
	p := l.phone("")
	p.bare = true
	for _, e := range answer.Result.Apps {
		a := l.app(p, e.ID, 0)
		if a == nil {
			continue
		}
		iosfacts.Fill(&a.Name, e.Name)
		iosfacts.Fill(&a.Version, e.Version)
		iosfacts.Fill(&a.Version, e.Build)
		if u, err := url.Parse(e.URL); err == nil && u.Scheme == "file" {
			iosfacts.AddText(&a.Paths, strings.TrimSuffix(u.Path, "/"))
		}
		a.System = a.System || e.Default || e.Internal
		p.system = p.system || a.System
		flag(a, "IsAppClip", e.Clip)
		flag(a, "builtByDeveloper", e.Developer)
		flag(a, "Hidden", e.Hidden)
	}
	return l.ctx.Err()
}

func flag(a *inventory.App, name string, set bool) {
	if set {
		iosfacts.AddText(&a.Flags, name)
	}
}

// cfgutil reads what Apple Configurator's tool says, of every phone that was plugged in.
func (l *list) cfgutil(text []byte) error {
	var answer struct {
		Output map[string]json.RawMessage
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return cutShort(err)
	}
	for _, ecid := range slices.Sorted(maps.Keys(answer.Output)) {
		var device struct {
			UDID         string
			SerialNumber string `json:"serialNumber"`
			Apps         *[]struct {
				ID      string `json:"bundleIdentifier"`
				Name    string `json:"displayName"`
				Store   string `json:"itunesName"`
				Version string `json:"bundleVersion"`
			} `json:"installedApps"`
		}
		if json.Unmarshal(answer.Output[ecid], &device) != nil || device.Apps == nil { // "Errors" stands among the devices
			continue
		}
		if len(l.phones) >= maxPhones {
			return fmt.Errorf("it is of more than %d devices", maxPhones)
		}
		p := l.phone(ecid)
		p.bare, p.UDID, p.Device.Serial = true, inventory.Text(device.UDID), inventory.Text(device.SerialNumber)
		for _, e := range *device.Apps {
			if a := l.app(p, e.ID, 0); a != nil {
				iosfacts.Fill(&a.Name, e.Name)
				iosfacts.Fill(&a.Name, e.Store)
				iosfacts.Fill(&a.Version, e.Version)
			}
		}
	}
	return l.ctx.Err()
}

// maxPhones is how many phones one answer may be of.
const maxPhones = 200
