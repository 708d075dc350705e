package intune

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// maxApps is how many apps of one device are kept.
const maxApps = 20_000

// apps are the apps of a device that are being put together.
type apps struct {
	device   string
	platform inventory.Platform
	told     []*listing
	origins  []inventory.Origin
	over     int
}

func newApps(device string, p inventory.Platform, most int) *apps {
	return &apps{device: device, platform: p, told: make([]*listing, 0, most), origins: make([]inventory.Origin, 0, most)}
}

// add adds an app that a row tells of, none where there is nil.
func (l *apps) add(told *listing, origin inventory.Origin) {
	switch {
	case told == nil:
	case len(l.told) == cap(l.told):
		l.over++
	default:
		l.told, l.origins = append(l.told, told), append(l.origins, origin)
	}
}

// lost says that there were more apps than are kept.
func (l *apps) lost(most int) []inventory.Gap {
	if l.over == 0 {
		return nil
	}
	return []inventory.Gap{{Scanner: ID, Subject: "apps", Kind: inventory.GapLimit, Count: l.over, Detail: fmt.Sprintf("There are more than the %d apps that are kept.", most)}}
}

// identified are the apps with their identifiers, without what is listed twice. An app in several versions is there several times.
func (l *apps) identified() []inventory.App {
	order := make([]int, len(l.told))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int {
		a, b := l.told[x], l.told[y]
		if c := strings.Compare(string(a.kind), string(b.kind)); c != 0 {
			return c
		}
		if c := strings.Compare(a.identifier, b.identifier); c != 0 { // most of the time
			return c
		}
		return cmp.Or(cmp.Compare(a.version, b.version), cmp.Compare(a.publisher, b.publisher), cmp.Compare(x, y))
	})
	list := make([]inventory.App, 0, len(order))
	var before *listing
	for _, i := range order {
		told := l.told[i]
		var versions []string
		if before != nil && before.kind == told.kind && before.identifier == told.identifier {
			if before.version == told.version && before.publisher == told.publisher {
				list[len(list)-1].DeviceCount += told.count
				continue
			}
			versions = []string{told.version, told.publisher}
		}
		before = told
		list = append(list, inventory.App{})
		a := &list[len(list)-1]
		a.ID = inventory.AppID(l.device, told.kind, told.lower, versions...)
		a.Device, a.Platform, a.Origins = l.device, l.platform, l.origins[i:i+1:i+1]
		a.IdentifierKind, a.Identifier, a.Name, a.Publisher, a.Version, a.DeviceCount = told.kind, told.identifier, told.name, told.publisher, told.version, told.count
	}
	return list
}

var (
	// packageName is what only packages of Android are called: a domain of companies in reverse, or one of a country in three parts.
	packageName = regexp.MustCompile(`^(?:(?:com|org|net|edu|gov|io|app|dev)\.[a-zA-Z0-9_]+|[a-z]{2}\.[a-zA-Z0-9_]+\.[a-zA-Z0-9_]+)(?:\.[a-zA-Z0-9_]+)*$`)
	// msixName is what packaged apps of Windows are called, with the hash of their publisher or without.
	msixName = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)+?)(_[a-hj-km-np-tv-z0-9]{13})?$`)
)

// identify tells what a name is: an identifier of its platform where it is surely one, else a name.
func identify(p inventory.Platform, name, publisher string) (inventory.IdentifierKind, string) {
	switch p {
	case inventory.Android:
		if len(name) <= 255 && packageName.MatchString(name) {
			return inventory.AndroidPackage, name
		}
	case inventory.Windows:
		if !strings.Contains(name, ".") || len(name) > 64 {
			break
		}
		m := msixName.FindStringSubmatch(name)
		if m != nil && (m[2] != "" || strings.HasPrefix(strings.TrimSpace(publisher), "CN=")) {
			return inventory.MSIXFamily, m[1]
		}
	}
	return inventory.NameOnly, name
}

// version is the version that people know. Of Apple's apps Intune writes the number of the build, and that version in brackets.
func version(p inventory.Platform, r *record) string {
	if v := strings.TrimSpace(r[fShortVersion]); v != "" {
		return v
	}
	v := strings.TrimSpace(r[fVersion])
	if p != inventory.IOS && p != inventory.MacOS {
		return v
	}
	if _, short, ok := strings.Cut(v, " ("); ok && strings.HasSuffix(short, ")") && len(short) > 1 {
		return strings.TrimSuffix(short, ")")
	}
	return v
}
