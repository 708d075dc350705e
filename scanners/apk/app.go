package apk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"quaestor/scanners"
	"quaestor/scanners/inventory"
)

// collection gathers the APKs of one source and makes apps of them.
type collection struct {
	inv      *inventory.Inventory
	env      *environment
	readings []*reading
	inside   []inventory.Binary // nested in those that were read
	failed   []error
}

// add reads one APK. A broken one does not stop the others.
func (c *collection) add(ctx context.Context, m *member) error {
	if m.expansion != "" {
		return c.expansion(ctx, m)
	}
	r, err := read(ctx, m, c.env)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	r.m = nil // its content ends with the call
	if m.v4 {
		r.bin.SchemeChecks = append(slices.Clone(r.bin.SchemeChecks), v4Check())
	}
	c.inv.Gaps = append(c.inv.Gaps, r.gaps...)
	c.inv.Components = append(c.inv.Components, r.components...)
	c.nested(r)
	if err != nil {
		c.failed = append(c.failed, err)
		if r.bin.SHA256 != "" {
			c.inv.Binaries = append(c.inv.Binaries, r.bin)
		}
		return nil
	}
	c.readings = append(c.readings, r)
	return nil
}

// nested adds the binaries that are inside of another. They are no apps: nothing says that they get installed.
func (c *collection) nested(r *reading) {
	for _, u := range r.units {
		c.inv.Components = append(c.inv.Components, u.components...)
		c.addNested(&u.bin)
		c.nested(u)
	}
}

// addNested adds one, or its place when the same file was met before.
func (c *collection) addNested(b *inventory.Binary) {
	for i := range c.inside {
		have := &c.inside[i]
		if have.SHA256 != b.SHA256 {
			continue
		}
		have.Inside = append(have.Inside, b.Inside...)
		have.Origins = append(have.Origins, b.Origins...)
		for _, name := range b.FileNames {
			have.FileNames = addName(have.FileNames, name)
		}
		return
	}
	c.inside = append(c.inside, *b)
}

// err is what the scan as a whole says: nil when at least one APK was read; the broken ones are then Gaps.
func (c *collection) err() error {
	if len(c.readings) > 0 {
		for _, err := range c.failed {
			c.inv.Gaps = append(c.inv.Gaps, inventory.Gap{
				Subject: "APK set", Kind: kindOf(err), Detail: inventory.Text(err.Error()), Next: "Fetch the set again.",
			})
		}
		return nil
	}
	if len(c.failed) > 0 {
		return errors.Join(c.failed[:min(3, len(c.failed))]...)
	}
	return errors.New("no APK could be read; see the gaps")
}

// apps makes one App of each package, in the order in which the packages were met.
func (c *collection) apps() {
	var order []string
	byPackage := make(map[string][]*reading)
	for _, r := range c.readings {
		pkg := r.bin.Package
		if pkg == "" { // code that is no app
			c.addNested(&r.bin)
			continue
		}
		if len(byPackage[pkg]) == 0 {
			order = append(order, pkg)
		}
		byPackage[pkg] = append(byPackage[pkg], r)
	}
	for _, pkg := range order {
		for rest := byPackage[pkg]; len(rest) > 0; {
			var others []*reading
			chosen, left := choose(rest)
			others, rest = sameRelease(&chosen[0].bin, left)
			c.app(pkg, chosen)
			c.otherBuilds(&chosen[0].bin, others)
		}
	}
	c.inv.Binaries = append(c.inv.Binaries, c.inside...)
}

func (c *collection) app(pkg string, parts []*reading) {
	slices.SortStableFunc(parts, func(a, b *reading) int {
		return cmp.Or(cmp.Compare(rank(&a.bin), rank(&b.bin)), cmp.Compare(a.bin.Split, b.bin.Split))
	})
	markAbsent(parts[0], slices.Clone(parts[1:]))
	base := &parts[0].bin
	app := inventory.App{
		ID:             inventory.AppID("", inventory.AndroidPackage, pkg, base.SHA256),
		Platform:       inventory.Android,
		IdentifierKind: inventory.AndroidPackage,
		Identifier:     pkg,
		Name:           base.Label,
		Version:        base.Version,
		VersionCode:    base.VersionCode,
		MinSDK:         base.MinSDK,
		TargetSDK:      base.TargetSDK,
		SharedUser:     base.SharedUser,
		Debuggable:     base.Debuggable,
		Signers:        slices.Clone(base.Signers),
	}
	for _, r := range parts {
		b := &r.bin
		if slices.Contains(app.Binaries, b.SHA256) {
			continue
		}
		app.Binaries = append(app.Binaries, b.SHA256)
		app.Origins = append(app.Origins, b.Origins...)
		app.Permissions = inventory.UnitePermissions(app.Permissions, b.Permissions)
		c.inv.Binaries = append(c.inv.Binaries, *b)
		c.compare(base, b)
	}
	if base.Split != "" {
		c.inv.Gaps = append(c.inv.Gaps, scanners.MissingBase(pkg, base.Origins[0].Path))
	}
	c.inv.Apps = append(c.inv.Apps, app)
}

// rank puts a base before its splits.
func rank(b *inventory.Binary) int {
	if b.Split == "" {
		return 0
	}
	return 1
}

// compare notes a member that Android would not install together with its base.
func (c *collection) compare(base, b *inventory.Binary) {
	if b == base || b.Split == "" || base.Split != "" {
		return
	}
	odd := &c.inv.Binaries[len(c.inv.Binaries)-1].Oddities
	if b.VersionCode != base.VersionCode {
		*odd = append(*odd, fmt.Sprintf("version code %d differs from the base's %d", b.VersionCode, base.VersionCode))
	}
	if len(base.Signers) > 0 && !sameSigners(base.Signers, b.Signers) {
		*odd = append(*odd, "not signed by the key of the base")
	}
}

func sameSigners(a, b []inventory.Signer) bool {
	return slices.EqualFunc(a, b, func(x, y inventory.Signer) bool { return x.SHA256 == y.SHA256 })
}
