package chromium

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/addons"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/inventory"
)

// policyDirs are where an administrator of Linux puts policies, one or more files each.
var policyDirs = []struct{ dir, program string }{
	{"etc/chromium/policies", "chromium"}, {"etc/chromium-browser/policies", "chromium"}, {"etc/opt/chrome/policies", "chrome"},
	{"etc/opt/chrome_for_testing/policies", "chrome-for-testing"}, {"etc/opt/edge/policies", "edge"}, {"etc/brave/policies", "brave"},
	{"etc/opt/vivaldi/policies", "vivaldi"}, {"etc/vivaldi/policies", "vivaldi"}, {"etc/opt/opera/policies", "opera"}, {"etc/opt/yandex/browser/policies", "yandex"},
	{"etc/yandex/browser/policies", "yandex"},
}

const maxPolicy = 8 << 20

// policies reads what administrators lay down.
func (s *scan) policies() {
	for _, p := range policyDirs {
		for _, level := range []string{"managed", "recommended"} {
			s.policyDir(path.Join(p.dir, level), p.program)
		}
	}
	if s.Platform == inventory.MacOS {
		s.managedPreferences()
	}
}

func (s *scan) policyDir(dir, program string) {
	entries, err := s.Host.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.Problem(dir, err)
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if s.ctx.Err() != nil {
			return
		}
		if !strings.HasSuffix(e.Name(), ".json") {
			continue
		}
		if v, ok := s.document(name, maxPolicy); ok {
			s.policyFact(name, program, "")
			forced(v, func(id, updateURL string) { s.forcedByPolicy(name, program, "", id, updateURL) })
		}
	}
}

// policyFact records that there is a policy.
func (s *scan) policyFact(name, program, user string) {
	s.Inv.SecurityProducts = append(s.Inv.SecurityProducts, inventory.SecurityProduct{
		ID: inventory.FactID("security", s.Device, "browser-policy", name), Device: s.Device, User: inventory.Text(user), Kind: "browser-policy",
		Name: program, Identifier: inventory.Text(path.Base(name)), State: "enabled", Path: s.onDevice(name),
		Origins: []inventory.Origin{s.Host.Origin(s.Scanner, name, 0)}})
}

func (s *scan) forcedByPolicy(name, program, user, id, updateURL string) {
	s.Add(addons.Found{Kind: inventory.ChromeExtension, Identifier: id, Trace: inventory.TraceBegun,
		Install: inventory.Install{Program: program, User: inventory.Text(user), Source: "policy", UpdateURL: inventory.Text(updateURL)},
		Origin:  s.Host.Origin(s.Scanner, name, 0)})
}

// installing are the modes of ExtensionSettings by which the browser installs an extension unasked.
var installing = []string{"force_installed", "normal_installed"}

// forced hands out the extensions that a policy makes the browser install.
func forced(v jsonpart.Value, found func(id, updateURL string)) {
	for _, item := range v.Get("ExtensionInstallForcelist").Texts() {
		if id, updateURL, _ := strings.Cut(item, ";"); isID(id) {
			found(id, updateURL)
		}
	}
	_ = v.Get("ExtensionSettings").Fields(func(ids string, set jsonpart.Value) bool { // Parse followed its brackets
		if slices.Contains(installing, set.Get("installation_mode").String()) {
			for id := range strings.SplitSeq(ids, ",") {
				if isID(id) {
					found(id, set.Get("update_url").String())
				}
			}
		}
		return true
	})
}
