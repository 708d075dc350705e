// Package inputs finds the input methods that are installed on a Linux computer, as IBus and Fcitx list them: programs
// through which everything goes that is typed.
//
// What the package cannot see: which of them a user turned on, plain keyboard layouts, which are no programs, and input
// methods that a single program brings.
package inputs

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/desktopentry"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/owners"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "host/inputs"

const (
	maxFile    = 4 << 20
	maxMethods = 2000
	kind       = "input-method"
)

// Scanner reads the lists of input methods.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "input methods",
		Platforms: []inventory.Platform{inventory.Linux}, Live: []inventory.Platform{inventory.Linux},
		Reads:     []string{"/usr/share/ibus/component/*.xml", "/usr/share/fcitx5/addon/*.conf", "/usr/share/fcitx/addon/*.conf", "/usr/share/fcitx5/inputmethod, /usr/share/fcitx/inputmethod"},
		CannotSee: []string{"which of the installed input methods a user of Linux turned on"},
	}
}

var (
	folders = []string{"usr/share/ibus/component", "usr/local/share/ibus/component"}
	fcitx   = []string{"usr/share/fcitx5", "usr/share/fcitx", "usr/local/share/fcitx5"}
)

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	h, err := hostroot.Open(src)
	return err == nil && slices.ContainsFunc(slices.Concat(folders, fcitx), h.Exists)
}

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	h, err := hostroot.Open(src)
	if err != nil {
		return nil, err
	}
	inv := inventory.New()
	device := h.Device(ID)
	inv.Devices = []inventory.Device{device}
	c := &collector{h: h, inv: inv, device: device.ID, from: map[string]string{}}
	for _, dir := range folders {
		c.each(ctx, dir, ".xml", c.component)
	}
	for _, dir := range fcitx {
		c.each(ctx, path.Join(dir, "addon"), ".conf", c.addon)
		c.each(ctx, path.Join(dir, "inputmethod"), ".conf", c.method)
	}
	c.own(ctx)
	return inv, ctx.Err()
}

type collector struct {
	h      *hostroot.Host
	inv    *inventory.Inventory
	device string
	from   map[string]string // file that each product was read from, by its ID
}

func (c *collector) unread(name string, err error) {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return
	}
	g := c.h.Gap(ID, name, err)
	g.Device = c.device
	c.inv.Gaps = append(c.inv.Gaps, g)
}

func (c *collector) gap(kind inventory.GapKind, name, detail string) {
	c.inv.Gaps = append(c.inv.Gaps, inventory.Gap{Scanner: ID, Device: c.device, Subject: inventory.Text(c.h.Source().Join(name)), Kind: kind,
		Detail: inventory.Text(detail), Next: "Look at the file by hand."})
}

func (c *collector) each(ctx context.Context, dir, ext string, read func(name string, data []byte)) {
	entries, err := c.h.ReadDir(dir)
	c.unread(dir, err)
	for _, e := range entries {
		if path.Ext(e.Name()) != ext || ctx.Err() != nil {
			continue
		}
		name := path.Join(dir, e.Name())
		data, err := c.h.ReadFile(name)
		switch {
		case err != nil:
			c.unread(name, err)
		case len(data) > maxFile:
			c.gap(inventory.GapLimit, name, "The list of input methods is larger than any that is known.")
		default:
			read(name, data)
		}
	}
}

// component is a program that IBus starts.
type component struct {
	Name        string `xml:"name"`
	Description string `xml:"description"`
	Exec        string `xml:"exec"`
	Version     string `xml:"version"`
	Author      string `xml:"author"`
}

// builtIn are the components of IBus itself, which type nothing for anybody: configuration, display, plain layouts.
var builtIn = []string{"org.freedesktop.IBus.Dconf", "org.freedesktop.IBus.Panel", "org.freedesktop.IBus.Panel.Extension", "org.freedesktop.IBus.Panel.Extension.Gtk3", "org.freedesktop.IBus.Simple", "org.freedesktop.IBus.Memconf", "org.freedesktop.IBus.Config"}

func (c *collector) component(name string, data []byte) {
	x, err := parse(data)
	if err != nil {
		c.gap(inventory.GapMalformed, name, fmt.Sprintf("The description of an input method does not parse: %v.", err))
		return
	}
	if slices.Contains(builtIn, x.Name) {
		return
	}
	c.add(inventory.SecurityProduct{Name: cmp.Or(x.Description, x.Name), Identifier: x.Name, Vendor: x.Author, Version: x.Version,
		Path: desktopentry.Program(x.Exec)}, name)
}

func parse(data []byte) (x component, err error) {
	if err := xml.Unmarshal(data, &x); err != nil {
		return x, err
	}
	for _, s := range []*string{&x.Name, &x.Description, &x.Exec, &x.Version, &x.Author} {
		*s = strings.TrimSpace(*s)
	}
	if x.Name == "" {
		return x, errors.New("it has no name")
	}
	return x, nil
}

// method reads the description of an input method of Fcitx.
func (c *collector) method(name string, data []byte) {
	f := desktopentry.Parse(data)
	c.fcitx(name, f.String("InputMethod", "Name"), "")
}

// addon reads the description of a part of Fcitx, most of which are no input methods.
func (c *collector) addon(name string, data []byte) {
	f := desktopentry.Parse(data)
	if category := f.String("Addon", "Category"); category != "InputMethod" && category != "IM" {
		return
	}
	c.fcitx(name, f.String("Addon", "Name"), f.String("Addon", "Version"))
}

func (c *collector) fcitx(name, label, version string) {
	id := strings.TrimSuffix(path.Base(name), ".conf")
	if label == "" {
		label = id
	}
	c.add(inventory.SecurityProduct{Name: label, Identifier: id, Version: version}, name)
}

func (c *collector) add(p inventory.SecurityProduct, name string) {
	if len(c.inv.SecurityProducts) >= maxMethods {
		if len(c.inv.SecurityProducts) == maxMethods && len(c.inv.Gaps) == 0 {
			c.gap(inventory.GapLimit, name, "There are more input methods than are recorded.")
		}
		return
	}
	p.Device, p.Kind, p.State, p.Privileges = c.device, kind, "installed", []string{kind}
	p.Name, p.Identifier, p.Vendor, p.Version, p.Path = inventory.Text(p.Name), inventory.Text(p.Identifier), inventory.Text(p.Vendor), inventory.Text(p.Version), inventory.Text(p.Path)
	p.ID = inventory.FactID("security", p.Device, p.Kind, p.Identifier, name)
	p.Origins = []inventory.Origin{c.h.Origin(ID, name, 0)}
	c.from[p.ID] = name
	c.inv.SecurityProducts = append(c.inv.SecurityProducts, p)
}

// own says which package brought each input method, by the file that describes it.
func (c *collector) own(ctx context.Context) {
	if len(c.from) == 0 {
		return
	}
	bases := map[string]bool{}
	for _, name := range c.from {
		bases[path.Base(name)] = true
	}
	index := owners.Find(ctx, c.h, c.device, func(base []byte) bool { return bases[string(base)] })
	for i := range c.inv.SecurityProducts {
		p := &c.inv.SecurityProducts[i]
		if o, ok := index.Of(c.from[p.ID]); ok {
			p.App = o.App
		}
	}
}
