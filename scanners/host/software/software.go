// Package software lists the packages of programming languages on a computer, and known programs by their text: of an image of a
// container wherever they lie, and of any other computer, where it is asked to look deep, in the folders of installed programs.
//
// A package that lies in a file which a package of the system brought belongs to that. What a distribution itself packs for
// everybody, such as Python's libraries below /usr/lib/python3, is told of by the distribution's own package alone: it is
// mended there, under a version of the distribution.
//
// What the package cannot see: see package scanners/internal/software; and programs in other folders than those for programs.
package software

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/owners"
	"quaestor/scanners/internal/software"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "host/software"

// Scanner reads the software of a computer.
type Scanner struct {
	// Deep is to look into the folders of installed programs of computers too, not of images alone.
	Deep bool
}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "what installed software is made of",
		Platforms: scanners.Computers(), Live: scanners.Computers(),
		Reads: []string{
			"images of containers: packages of JavaScript, Python, Java, .NET, Rust and Go in all folders",
			"with --deep: the same below /opt, /usr/local and the folders of packages that hold it (Linux), /Applications (macOS), Program Files and AppData\\Local\\Programs (Windows)",
		},
		CannotSee: []string{
			"code in software that is there without a record of what it is",
		},
	}
}

// Recognise implements scanners.Scanner.
func (s Scanner) Recognise(src *source.Source) bool {
	return hostroot.IsHost(src) && (s.Deep || src.Inside())
}

// Scan implements scanners.Scanner.
func (s Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	h, err := hostroot.Open(src)
	if err != nil {
		return nil, err
	}
	inv := inventory.New()
	d := h.Device(ID)
	inv.Devices = []inventory.Device{d}
	c := &collector{ctx: ctx, h: h, inv: inv, device: d}
	if src.Inside() {
		c.image()
	} else {
		c.installed()
	}
	return inv, ctx.Err()
}

// collector gathers the software of one computer.
type collector struct {
	ctx    context.Context
	h      *hostroot.Host
	inv    *inventory.Inventory
	device inventory.Device
	found  []place
	left   tally.Tally // packages that the distribution answers for
}

// place is what was found below a folder.
type place struct {
	folder string // below the root folder, "" for all of it
	app    string // that the folder is known to belong to
	*software.Result
}

func (c *collector) gap(g inventory.Gap, subject string) {
	g.Scanner, g.Device = ID, c.device.ID
	if g.Subject = inventory.Text(subject); subject == "" {
		g.Subject = inventory.Text(c.h.Source().Name())
	}
	c.inv.Gaps = append(c.inv.Gaps, g)
}

// image reads everything.
func (c *collector) image() {
	r, err := software.Read(c.ctx, c.h.Source(), software.Options{})
	if r == nil {
		c.gap(inventory.Gap{Kind: inventory.GapUnreadable, Detail: inventory.Text(fmt.Sprintf("The files could not be listed: %v.", err)), Next: "Unpack the image and scan the folder as host:FOLDER."}, "")
		return
	}
	c.found = []place{{Result: r}}
	c.told("")
	c.list()
}

// told passes on what of the last place was not read.
func (c *collector) told(subject string) {
	for _, g := range c.found[len(c.found)-1].Gaps {
		c.gap(g, subject)
	}
}

// folder reads one folder of a program.
func (c *collector) folder(name, app string) {
	sub, err := c.h.Source().Sub(name)
	if err != nil || !sub.IsDir() {
		if err == nil {
			sub.Close()
		} else if !errors.Is(err, fs.ErrNotExist) {
			g := c.h.Gap(ID, name, err)
			c.gap(g, g.Subject)
		}
		return
	}
	defer sub.Close()
	r, err := software.Read(c.ctx, sub, software.Options{})
	if r == nil {
		if c.ctx.Err() == nil {
			g := c.h.Gap(ID, name, err)
			c.gap(g, g.Subject)
		}
		return
	}
	c.found = append(c.found, place{folder: name, app: app, Result: r})
	c.told(c.h.Source().Join(name))
}

// systems are the folders in which distributions put libraries that they pack for everybody.
var systems = []string{"usr/lib/python3/", "usr/lib/python2.7/", "usr/share/nodejs/", "usr/lib/nodejs/", "usr/share/javascript/", "usr/share/java/", "usr/share/maven-repo/", "usr/lib/jvm/",
	"usr/lib/node_modules/npm/", "usr/share/python-wheels/", "usr/share/python3/", "usr/share/gocode/", "usr/share/cargo/"}

// ofDistribution reports whether a file of a package of the system is the distribution's own affair.
func ofDistribution(name string, f *software.Found) bool {
	if f.Basis == software.Text && f.Name != "chromium" && f.Name != "electron" { // a program that the package is about
		return true
	}
	if rest, ok := strings.CutPrefix(name, "usr/lib/python3."); ok && strings.Contains(rest, "/site-packages/") {
		return true
	}
	if rest, ok := strings.CutPrefix(name, "usr/lib64/python3."); ok && strings.Contains(rest, "/site-packages/") {
		return true
	}
	return slices.ContainsFunc(systems, func(s string) bool { return strings.HasPrefix(name, s) })
}

// list makes components of what was found: of the package that brought a file, of the program in whose folder it lies, else of the
// computer.
func (c *collector) list() {
	index := c.owners()
	for i := range c.found {
		p := &c.found[i]
		byApp := map[string][]software.Found{}
		for j := range p.Found {
			for app, files := range c.divide(index, p, &p.Found[j]) {
				part := p.Found[j]
				part.Files = files
				byApp[app] = append(byApp[app], part)
			}
		}
		c.program(p, byApp)
		where := strings.TrimSuffix(c.h.Source().Join(path.Join(p.folder, "x")), "x")
		for _, app := range slices.Sorted(maps.Keys(byApp)) {
			c.inv.Components = append(c.inv.Components, software.Components(byApp[app], ID, where, c.device.ID, app)...)
		}
	}
	if c.left.Count > 0 {
		g := inventory.Gap{Kind: inventory.GapSkipped, Count: c.left.Count,
			Detail: "Packages of programming languages that the distribution packed for everybody are not listed by themselves: its own packages are, and are mended by it."}
		for _, s := range c.left.Samples {
			g.Samples = append(g.Samples, inventory.Text(s))
		}
		c.gap(g, "")
	}
}

// divide tells which app the files belong to that tell of a package.
func (c *collector) divide(index *owners.Index, p *place, f *software.Found) map[string][]string {
	out := map[string][]string{}
	for _, file := range f.Files {
		outer, _, _ := strings.Cut(path.Join(p.folder, file), "!")
		o, owned := index.Of(outer)
		switch {
		case owned && ofDistribution(outer, f):
			c.left.Add(f.PURL)
		case owned:
			out[o.App] = append(out[o.App], file)
		default:
			out[p.app] = append(out[p.app], file)
		}
	}
	return out
}

// owners finds the packages that brought the files which tell of something.
func (c *collector) owners() *owners.Index {
	bases := map[string]bool{}
	for i := range c.found {
		for j := range c.found[i].Found {
			for _, file := range c.found[i].Found[j].Files {
				outer, _, _ := strings.Cut(file, "!")
				bases[path.Base(outer)] = true
			}
		}
	}
	index := owners.Find(c.ctx, c.h, c.device.ID, func(base []byte) bool { return bases[string(base)] })
	for _, u := range index.Unread {
		g := c.h.Gap(ID, u.Name, u.Err)
		g.Kind, g.Detail, g.Next = inventory.GapSkipped, "The files of packages could not be listed, so that it is not told which package some software belongs to.", ""
		c.gap(g, g.Subject)
	}
	return index
}
