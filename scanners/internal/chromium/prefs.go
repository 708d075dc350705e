package chromium

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/addons"
	"quaestor/scanners/internal/appdata"
	"quaestor/scanners/internal/jsonpart"
)

// maxPrefs is how large a file of settings may be. Those of old profiles have some megabytes.
const maxPrefs = 64 << 20

// prefsFiles hold the settings of a profile. What the second one says is guarded against other programs on some systems, and
// counts there.
var prefsFiles = []string{"Preferences", "Secure Preferences"}

// setting is what the browser noted of one extension, by member.
type setting map[string]jsonpart.Value

// settings are the extensions that the browser noted, in the order of their identifiers.
type settings struct {
	byID map[string]setting
	ids  []string
	read bool // at least one file was read
	cut  bool // there are more than are read
}

// settingKeys are the members that are read; a few of those with a name that no browser writes any more are in old profiles.
var settingKeys = func() map[string]bool {
	set := map[string]bool{}
	for _, key := range strings.Fields("state disable_reasons location path manifest from_webstore creation_flags blacklist blacklist_state omaha_blocklist_state " +
		"extension_telemetry_service_blocklist_state install_time first_install_time active_permissions granted_permissions incognito was_installed_by_default " +
		"was_installed_by_oem newAllowFileAccess") {
		set[key] = true
	}
	return set
}()

// settings reads the files of settings of a profile.
func (s *scan) settings(profile string) settings {
	out := settings{byID: map[string]setting{}}
	for _, file := range prefsFiles {
		name := path.Join(profile, file)
		data, err := appdata.Read(s.Host, name, maxPrefs)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			s.Problem(name, err)
			continue
		}
		if len(bytes.TrimLeft(data, "\x00 \n")) == 0 { // the browser makes it anew, and programs that are no browsers have such files
			if hasExtensions(s.Host, profile) {
				s.Malformed(name, "The settings of the profile are empty or zeros, so the state of its extensions may be missing.")
			}
			continue
		}
		if err := out.add(s.ctx, data); err != nil {
			s.Malformed(name, "The settings of the profile do not parse, so the state of its extensions may be missing.")
			continue
		}
		out.read = true
	}
	if out.cut {
		s.Limit(profile, fmt.Sprintf("The settings of the profile name more than %d extensions; the rest was not read.", addons.MaxOfProfile))
	}
	slices.Sort(out.ids)
	return out
}

// add reads extensions.settings. What it says of a member counts before what was there.
func (s *settings) add(ctx context.Context, data []byte) error {
	top := jsonpart.Begin(data)
	if !top.IsObject() {
		return jsonpart.ErrSyntax
	}
	var extensions jsonpart.Value
	err := top.Fields(func(key string, v jsonpart.Value) bool {
		if key == "extensions" {
			extensions = v
		}
		return true
	})
	var inner error
	outer := extensions.Fields(func(key string, v jsonpart.Value) bool {
		if key == "settings" || key == "opsettings" { // Opera has its own besides
			inner = errors.Join(inner, v.Fields(func(id string, v jsonpart.Value) bool { s.addOne(id, v); return ctx.Err() == nil }))
		}
		return ctx.Err() == nil
	})
	return errors.Join(err, inner, outer)
}

func (s *settings) addOne(id string, v jsonpart.Value) {
	if !v.IsObject() || len(id) > 64 {
		return
	}
	have, ok := s.byID[id]
	if !ok {
		if len(s.ids) == addons.MaxOfProfile {
			s.cut = true
			return
		}
		have = setting{}
		s.byID[id] = have
		s.ids = append(s.ids, id)
	}
	_ = v.Fields(func(key string, value jsonpart.Value) bool { // Parse followed its brackets; a damaged one keeps what comes before
		if settingKeys[key] {
			have[key] = value
		}
		return true
	})
}
