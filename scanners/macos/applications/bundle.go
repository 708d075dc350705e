package applications

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/applecode"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// bundle records one bundle.
func (c *collector) bundle(p place, dir string) {
	contents, wrapped := path.Join(dir, "Contents"), false
	if inner := c.wrapped(dir); inner != "" {
		contents, wrapped = inner, true
	}
	name := path.Join(contents, "Info.plist")
	info := plist.Dict(c.Plist(name))
	id := plist.Text(info, "CFBundleIdentifier")
	if id == "" {
		c.nameless(p, dir)
		return
	}
	a := inventory.App{Device: c.Device, Platform: inventory.MacOS, IdentifierKind: inventory.MacBundle, Identifier: inventory.Text(id),
		System: p.system, Paths: []string{inventory.Text(hostroot.MacPath(dir))}, Origins: c.From(name)}
	if wrapped {
		a.IdentifierKind, a.Flags, a.Distribution = inventory.IOSBundle, []string{"ios-app"}, "app-store"
	}
	if p.user != "" {
		a.Users = []inventory.AppUser{{User: inventory.Text(p.user), Installed: true}}
	}
	iosfacts.AddInfo(&a, info)
	a.Name = cmp.Or(inventory.Text(plist.Text(info, "CFBundleDisplayName")), inventory.Text(plist.Text(info, "CFBundleName")), inventory.Text(base(dir)))
	c.flags(&a, p, dir, info)
	a.Extensions = c.parts(dir, contents)
	if p.system {
		a.Distribution = "system"
	} else {
		c.signature(&a, dir, contents, info)
	}
	c.add(a)
}

func base(dir string) string { return strings.TrimSuffix(path.Base(dir), path.Ext(dir)) }

// wrapped is the folder of an iPhone's app that runs on the Mac: it lies in Wrapper, and has no Contents.
func (c *collector) wrapped(dir string) string {
	if _, err := c.Stat(path.Join(dir, "Wrapper")); err != nil {
		return ""
	}
	for _, name := range c.Names(path.Join(dir, "Wrapper"), ".app") {
		return path.Join(dir, "Wrapper", name)
	}
	return ""
}

// nameless counts bundles that do not say what they are called. An empty folder, or one that may not be read, is another matter.
func (c *collector) nameless(p place, dir string) {
	if _, err := c.Stat(path.Join(dir, "Contents/Info.plist")); err != nil || p.system {
		if _, err := c.Stat(path.Join(dir, "Contents/MacOS")); err != nil {
			return
		}
	}
	g := &c.odd
	g.Scanner, g.Device, g.Kind, g.Subject = ID, c.Device, inventory.GapMalformed, inventory.Text(c.Source().Name())
	g.Detail, g.Next = "Bundles have no Info.plist that says what they are called: they were left out.", "Look at them by hand."
	if g.Count++; len(g.Samples) < 5 {
		g.Samples = append(g.Samples, inventory.Text(hostroot.MacPath(dir)))
	}
}

// flags are what a bundle is besides an app.
func (c *collector) flags(a *inventory.App, p place, dir string, info map[string]any) {
	switch {
	case plist.Bool(info, "LSBackgroundOnly"):
		a.Flags = append(a.Flags, "background-only")
	case plist.Bool(info, "LSUIElement"):
		a.Flags = append(a.Flags, "menu-bar")
	}
	switch path.Ext(dir) {
	case ".prefPane":
		a.Flags = append(a.Flags, "preference-pane")
	case ".plugin":
		a.Flags = append(a.Flags, "web-plug-in")
	}
	if strings.HasSuffix(p.dir, "Library/Input Methods") {
		a.Flags = append(a.Flags, "input-method")
	}
	if v := plist.Text(info, "LSMinimumSystemVersion"); v != "" {
		a.Flags = append(a.Flags, inventory.Text("minimum-os:"+v))
	}
	if copyright := plist.Text(info, "NSHumanReadableCopyright"); copyright != "" {
		a.Publisher = inventory.Text(maker(copyright))
	}
}

// maker is whom the notice of a bundle names, without years and marks; nobody's proof.
func maker(notice string) string {
	notice, _, _ = strings.Cut(notice, "\n")
	words := strings.Fields(notice)
	skip := func(w string) bool {
		w = strings.ToLower(strings.Trim(w, ",.;:()"))
		return w == "" || w == "copyright" || w == "©" || w == "c" || strings.Trim(w, "0123456789-–—©,") == ""
	}
	for len(words) > 0 && skip(words[0]) {
		words = words[1:]
	}
	text := strings.Join(words, " ")
	for _, end := range []string{". All rights", " All rights", ". all rights", " all rights"} {
		if i := strings.Index(text, end); i >= 0 {
			text = text[:i]
		}
	}
	return strings.TrimRight(strings.TrimSpace(text), ",;")
}

// maxParts is the most parts of one bundle that are told.
const maxParts = 200

// homes are the folders of a bundle with parts that the system runs on their own, by the ending of the parts.
var homes = []struct{ dir, ending, point string }{
	{"PlugIns", ".appex", ""}, {"Extensions", ".appex", ""}, {"Library/SystemExtensions", ".systemextension", "system-extension"},
	{"Library/SystemExtensions", ".dext", "driver-extension"}, {"Library/LoginItems", ".app", "login-item"}, {"Library/LaunchServices", "", "privileged-helper"},
	{"Helpers", ".app", "app"}, {"Frameworks", ".app", "app"},
}

// parts are the extensions and helpers in a bundle.
func (c *collector) parts(dir, contents string) (list []inventory.AppExtension) {
	for _, h := range homes {
		at := path.Join(contents, h.dir)
		if _, err := c.Stat(at); err != nil {
			continue
		}
		for _, name := range c.Names(at, h.ending) {
			if len(list) == maxParts {
				c.Note(dir, inventory.GapLimit, "The app has more parts than are told.", "Look at it by hand.")
				return list
			}
			file := path.Join(at, name)
			e := inventory.AppExtension{Identifier: inventory.Text(name), Point: h.point, File: inventory.Text(strings.TrimPrefix(file, dir+"/"))}
			if h.ending != "" {
				c.part(&e, file)
			}
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b inventory.AppExtension) int { return cmp.Compare(a.File, b.File) })
	return slices.CompactFunc(list, func(a, b inventory.AppExtension) bool { return a.File == b.File })
}

// part takes what a part says of itself.
func (c *collector) part(e *inventory.AppExtension, dir string) {
	info := plist.Dict(c.Plist(path.Join(dir, "Contents/Info.plist")))
	if info == nil {
		info = plist.Dict(c.Plist(path.Join(dir, "Info.plist"))) // driver extensions, and parts of iPhone apps
	}
	if id := plist.Text(info, "CFBundleIdentifier"); id != "" {
		e.Identifier = inventory.Text(id)
		c.seen[id] = true
	}
	e.Name = cmp.Or(inventory.Text(plist.Text(info, "CFBundleDisplayName")), inventory.Text(plist.Text(info, "CFBundleName")))
	if e.Point == "" {
		e.Point = cmp.Or(inventory.Text(plist.Text(info, "NSExtension", "NSExtensionPointIdentifier")),
			inventory.Text(plist.Text(info, "EXAppExtensionAttributes", "EXExtensionPointIdentifier")), "unknown")
	}
}

// signature reads the main program, and makes it a Binary where it was read whole.
func (c *collector) signature(a *inventory.App, dir, contents string, info map[string]any) {
	program := cmp.Or(plist.Text(info, "CFBundleExecutable"), base(dir))
	file := path.Join(contents, "MacOS", program)
	if _, err := c.Stat(file); err != nil {
		file = path.Join(contents, program)
	}
	if !fs.ValidPath(file) {
		return
	}
	code := c.Code(file)
	c.distribution(a, dir, contents, code)
	if code == nil {
		a.Flags = append(a.Flags, "no-program")
		return
	}
	code.Beside(c.Bytes(path.Join(contents, "Info.plist")), c.Bytes(path.Join(contents, "_CodeSignature/CodeResources")))
	a.Arch = strings.Join(code.CPUs, " ")
	if iosfacts.IsTeam(code.Team) {
		a.Team = code.Team
	}
	if code.Signer != nil {
		a.Signers = []inventory.Signer{*code.Signer}
	}
	for _, g := range plist.Texts(code.Entitlements, "com.apple.security.application-groups") {
		iosfacts.AddText(&a.Groups, g)
	}
	a.Flags = append(a.Flags, codeFlags(code)...)
	if code.SHA256 != "" {
		c.binary(a, file, code)
	}
}

func codeFlags(code *applecode.Code) (flags []string) {
	add := func(yes bool, flag string) {
		if yes {
			flags = append(flags, flag)
		}
	}
	add(code.Hardened, "hardened-runtime")
	add(plist.Bool(code.Entitlements, "com.apple.security.app-sandbox"), "app-sandbox")
	add(code.AdHoc, "signed-by-nobody")
	add(code.State == inventory.SignatureUnsigned && !code.AdHoc, "unsigned")
	add(code.State == inventory.SignatureInvalid, "signature-invalid")
	return flags
}

// distribution is how the app came, as its files show. A receipt of the App Store is not checked: macOS checks it when the app
// starts.
func (c *collector) distribution(a *inventory.App, dir, contents string, code *applecode.Code) {
	exists := func(name string) bool { _, err := c.Stat(path.Join(contents, name)); return err == nil }
	if exists("CodeResources") && path.Base(contents) == "Contents" {
		a.Flags = append(a.Flags, "notarisation-ticket")
	}
	switch {
	case a.Distribution != "":
	case exists("_MASReceipt/receipt"):
		a.Distribution = "app-store"
	case code != nil && code.Signer != nil:
		a.Distribution = distributions[strings.SplitN(code.CommonName, ":", 2)[0]]
	}
}

// distributions are how an app came, by what its signer is called ahead of the colon.
var distributions = map[string]string{"Developer ID Application": "developer-id", "Apple Development": "development", "Mac Developer": "development",
	"Apple Mac OS Application Signing": "app-store", "TestFlight Beta Distribution": "testflight", "Software Signing": "system"}

// binary makes the Binary of an app's main program.
func (c *collector) binary(a *inventory.App, file string, code *applecode.Code) {
	b := inventory.Binary{SHA256: code.SHA256, Size: code.Size, Format: "app", FileNames: []string{inventory.Text(path.Base(file))}, Package: a.Identifier, Label: a.Name,
		Version: a.Version, Signed: code.State, Signers: slices.Clone(a.Signers), ABIs: slices.Sorted(slices.Values(code.CPUs)), Team: a.Team,
		Entitlements: applecode.Entitlements(code.Entitlements), Debuggable: plist.Bool(code.Entitlements, "com.apple.security.get-task-allow"),
		Permissions: slices.Clone(a.Permissions), Extensions: slices.Clone(a.Extensions), Origins: c.From(file)}
	b.Origins[0].SHA256 = code.SHA256
	if code.Problem != nil {
		b.SignatureError = inventory.Text(code.Problem.Error())
	}
	if code.MinOS != "" {
		b.Features = []string{inventory.Text("minimum-os:" + code.MinOS)}
	}
	a.Binaries = []string{b.SHA256}
	if !slices.ContainsFunc(c.Inv.Binaries, func(x inventory.Binary) bool { return x.SHA256 == b.SHA256 }) {
		c.Inv.Binaries = append(c.Inv.Binaries, b)
	}
}

// add records an app. A further copy of one is united with it where they are of one version, else it is an app of its own.
func (c *collector) add(a inventory.App) {
	c.seen[a.Identifier] = true
	key := a.Identifier
	if at, known := c.apps[key]; known {
		first := &c.Inv.Apps[at]
		if first.Version == a.Version && slices.Equal(first.Binaries, a.Binaries) && first.System == a.System {
			first.Paths = append(first.Paths, a.Paths...)
			first.Origins = append(first.Origins, a.Origins...)
			if len(first.Users) == 0 || len(a.Users) == 0 {
				first.Users = nil // one of the copies is everybody's
			} else {
				first.Users = append(first.Users, a.Users...)
			}
			return
		}
		a.ID = inventory.AppID(c.Device, a.IdentifierKind, a.Identifier, a.Paths[0])
	} else {
		a.ID = inventory.AppID(c.Device, a.IdentifierKind, a.Identifier)
	}
	if len(c.Inv.Apps) >= maxApps {
		c.dropped++
		return
	}
	if _, known := c.apps[key]; !known {
		c.apps[key] = len(c.Inv.Apps)
	}
	c.Inv.Apps = append(c.Inv.Apps, a)
}
