// Package macbundle tells the facts of one bundle of a Mac, wherever it lies: on a Mac, on a copy of its volumes, or in an archive
// that was handed in. What it says of itself is read, and who signed its main program is checked; the files beside that are
// not compared with what its maker sealed.
//
// What the package cannot see: what the code does, and whether a certificate or a notarisation was taken back.
package macbundle

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/applecode"
	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// Files are where a bundle lies. What cannot be read is for them to note; what is not there is no error.
type Files interface {
	Stat(name string) (fs.FileInfo, error)
	Names(dir, ending string) []string
	Plist(name string) any
	Bytes(name string) []byte
	Code(name string) *applecode.Code
}

// Bundle is what was found of one.
type Bundle struct {
	App    inventory.App     // without device and identifier of its own
	Binary *inventory.Binary // its main program, where that was read whole
	Info   string            // the path of its Info.plist
	File   string            // and of its main program
	Parts  []string          // identifiers of what lies in it
	Cut    bool              // it has more parts than are told
}

// Read reads the bundle in a folder. System is that it is a part of macOS, of which no program is looked at. It is nil for a
// folder that does not say what it is called.
func Read(files Files, dir string, system bool) *Bundle {
	r := &reader{Files: files, b: &Bundle{}, dir: dir}
	contents, wrapped := path.Join(dir, "Contents"), false
	if inner := r.wrapped(dir); inner != "" {
		contents, wrapped = inner, true
	}
	r.b.Info = path.Join(contents, "Info.plist")
	info := plist.Dict(files.Plist(r.b.Info))
	id := plist.Text(info, "CFBundleIdentifier")
	if id == "" {
		return nil
	}
	a := &r.b.App
	*a = inventory.App{Platform: inventory.MacOS, IdentifierKind: inventory.MacBundle, Identifier: inventory.Text(id), System: system}
	if wrapped {
		a.IdentifierKind, a.Flags, a.Distribution = inventory.IOSBundle, []string{"ios-app"}, "app-store"
	}
	iosfacts.AddInfo(a, info)
	a.Name = cmp.Or(inventory.Text(plist.Text(info, "CFBundleDisplayName")), inventory.Text(plist.Text(info, "CFBundleName")), inventory.Text(base(dir)))
	flags(a, dir, info)
	a.Extensions = r.parts(contents)
	if system {
		a.Distribution = "system"
	} else {
		r.signature(contents, info)
	}
	return r.b
}

type reader struct {
	Files
	b   *Bundle
	dir string
}

func base(dir string) string { return strings.TrimSuffix(path.Base(dir), path.Ext(dir)) }

// wrapped is the folder of an iPhone's app that runs on the Mac: it lies in Wrapper, and has no Contents.
func (c *reader) wrapped(dir string) string {
	if _, err := c.Stat(path.Join(dir, "Wrapper")); err != nil {
		return ""
	}
	for _, name := range c.Names(path.Join(dir, "Wrapper"), ".app") {
		return path.Join(dir, "Wrapper", name)
	}
	return ""
}

// flags are what a bundle is besides an app.
func flags(a *inventory.App, dir string, info map[string]any) {
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
	if plist.Get(info, "InputMethodConnectionName") != nil || plist.Get(info, "tsInputModeListKey") != nil || plist.Get(info, "ComponentInputModeDict") != nil {
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
func (c *reader) parts(contents string) (list []inventory.AppExtension) {
	for _, h := range homes {
		at := path.Join(contents, h.dir)
		if _, err := c.Stat(at); err != nil {
			continue
		}
		for _, name := range c.Names(at, h.ending) {
			if len(list) == maxParts {
				c.b.Cut = true
				return list
			}
			file := path.Join(at, name)
			e := inventory.AppExtension{Identifier: inventory.Text(name), Point: h.point, File: inventory.Text(strings.TrimPrefix(file, c.dir+"/"))}
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
func (c *reader) part(e *inventory.AppExtension, dir string) {
	info := plist.Dict(c.Plist(path.Join(dir, "Contents/Info.plist")))
	if info == nil {
		info = plist.Dict(c.Plist(path.Join(dir, "Info.plist"))) // driver extensions, and parts of iPhone apps
	}
	if id := plist.Text(info, "CFBundleIdentifier"); id != "" {
		e.Identifier = inventory.Text(id)
		c.b.Parts = append(c.b.Parts, id)
	}
	e.Name = cmp.Or(inventory.Text(plist.Text(info, "CFBundleDisplayName")), inventory.Text(plist.Text(info, "CFBundleName")))
	if e.Point == "" {
		e.Point = cmp.Or(inventory.Text(plist.Text(info, "NSExtension", "NSExtensionPointIdentifier")),
			inventory.Text(plist.Text(info, "EXAppExtensionAttributes", "EXExtensionPointIdentifier")), "unknown")
	}
}

// signature reads the main program, and makes it a Binary where it was read whole.
func (c *reader) signature(contents string, info map[string]any) {
	a := &c.b.App
	program := cmp.Or(plist.Text(info, "CFBundleExecutable"), base(c.dir))
	file := path.Join(contents, "MacOS", program)
	if _, err := c.Stat(file); err != nil {
		file = path.Join(contents, program)
	}
	if !fs.ValidPath(file) {
		return
	}
	code := c.Code(file)
	c.b.File = file
	c.distribution(a, contents, code)
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
		c.b.Binary = binary(a, file, code)
		a.Binaries = []string{code.SHA256}
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
func (c *reader) distribution(a *inventory.App, contents string, code *applecode.Code) {
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
func binary(a *inventory.App, file string, code *applecode.Code) *inventory.Binary {
	b := &inventory.Binary{SHA256: code.SHA256, Size: code.Size, Format: "app", FileNames: []string{inventory.Text(path.Base(file))}, Package: a.Identifier, Label: a.Name,
		Version: a.Version, Signed: code.State, Signers: slices.Clone(a.Signers), ABIs: slices.Sorted(slices.Values(code.CPUs)), Team: a.Team,
		Entitlements: applecode.Entitlements(code.Entitlements), Debuggable: plist.Bool(code.Entitlements, "com.apple.security.get-task-allow"),
		Permissions: slices.Clone(a.Permissions), Extensions: slices.Clone(a.Extensions)}
	if code.Problem != nil {
		b.SignatureError = inventory.Text(code.Problem.Error())
	}
	if code.MinOS != "" {
		b.Features = []string{inventory.Text("minimum-os:" + code.MinOS)}
	}
	return b
}
