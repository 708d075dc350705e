// Package image reads computers out of archives: images of containers as `docker save` and the OCI layout have them, and
// the root folder of a computer in a tar archive. What is inside is read by the scanners of computers, as a copy.
//
// The layers of an image are laid over each other in memory, with what upper ones take away; nothing is written to disk
// and nothing is run.
//
// What the package cannot see: what a container that ran wrote, what is mounted into it, files of compressed archives
// beyond the limits of package rootfs, and whether layers are the ones that their digests name.
package image

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"quaestor/scanners"
	"quaestor/scanners/internal/rootfs"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "host/image"

// Scanner reads images.
type Scanner struct{ computers []scanners.Scanner }

// New returns the scanner. Of list, it lets those that read computers look into the images.
func New(list ...scanners.Scanner) *Scanner {
	s := new(Scanner)
	for _, c := range list {
		if c.Info().Kind == source.KindHost {
			s.computers = append(s.computers, c)
		}
	}
	return s
}

// Info implements scanners.Scanner.
func (*Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "images of containers, root folders in archives",
		Platforms: scanners.Computers(),
		Reads: []string{"archives of docker save and podman save", "OCI image layouts, as folder or tar", "tar archives of a root folder",
			"all of these compressed with gzip or zstd"},
		CannotSee: []string{
			"what containers of this image write while they run, and what is mounted into them",
			"programs that the image brings and no package manager knows, unless another scanner of computers finds them",
		},
	}
}

// Unpacks implements scanners.Unpacker.
func (*Scanner) Unpacks(format string) bool { return format == "tar" || format == "zstd" }

// Recognise implements scanners.Scanner.
func (*Scanner) Recognise(src *source.Source) bool {
	if src.IsDir() {
		return isLayout(src)
	}
	names := namesInHead(src.Head())
	return imageNames(names) || rootNames(names)
}

func isLayout(src *source.Source) bool {
	fsys, err := src.FS()
	if err != nil {
		return false
	}
	for _, name := range []string{"oci-layout", "index.json"} {
		if _, err := fs.Stat(fsys, name); err != nil {
			return false
		}
	}
	return true
}

// Scan implements scanners.Scanner.
func (s *Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	inv := inventory.New()
	if !src.IsDir() && !imageNames(namesInHead(src.Head())) {
		return inv, s.root(ctx, src, inv)
	}
	st, err := openStore(ctx, src)
	defer st.close()
	if err != nil {
		return inv, err
	}
	images, err := st.images()
	if err != nil {
		return inv, err
	}
	inv.Gaps = append(inv.Gaps, st.gaps...)
	for _, im := range images {
		if ctx.Err() != nil {
			return inv, ctx.Err()
		}
		inv.Merge(s.image(ctx, src, st, im, len(images) > 1))
	}
	return inv, nil
}

// image reads one image.
func (s *Scanner) image(ctx context.Context, src *source.Source, st *store, im image, several bool) *inventory.Inventory {
	name := src.Name()
	if several {
		name += "!" + im.name()
	}
	var layers []*rootfs.Layer
	out := inventory.New()
	for i, blob := range im.layers {
		l, err := st.layer(ctx, blob)
		if err != nil {
			out.Gaps = append(out.Gaps, layerGap(name, i+1, len(im.layers), err))
		}
		layers = append(layers, l)
	}
	out.Merge(s.computer(ctx, src, name, im, layers...))
	return out
}

// computer lets the scanners of computers read what layers make together.
func (s *Scanner) computer(ctx context.Context, src *source.Source, name string, im image, layers ...*rootfs.Layer) *inventory.Inventory {
	fsys, err := rootfs.Tree(name, layers...)
	inside := source.Computer(name, fsys, src.Limits())
	out := scanners.Inside(ctx, s.computers, inside)
	if err != nil {
		out.Gaps = append(out.Gaps, inventory.Gap{Scanner: ID, Subject: inventory.Text(name), Kind: inventory.GapLimit,
			Detail: inventory.Text(sentence(err)), Next: "Unpack the image and scan the folder as host:FOLDER."})
	}
	bad, cut := 0, 0
	for _, l := range layers {
		bad, cut = bad+l.Bad, cut+l.Cut
	}
	if cut > 0 {
		out.Gaps = append(out.Gaps, inventory.Gap{Scanner: ID, Subject: inventory.Text(name), Kind: inventory.GapLimit, Count: cut,
			Detail: "There are more files than are kept, so that what is installed may be missing.", Next: "Unpack the image and scan the folder as host:FOLDER."})
	}
	if bad > 0 {
		out.Gaps = append(out.Gaps, inventory.Gap{Scanner: ID, Subject: inventory.Text(name), Kind: inventory.GapMalformed, Count: bad,
			Detail: "Entries whose names lead outside of the archive or are malformed were left out.", Next: "Look at the archive by hand: build tools make no such names."})
	}
	for i := range out.Devices {
		im.describe(&out.Devices[i], inside.Name())
	}
	return out
}

// root reads a tar archive of a root folder.
func (s *Scanner) root(ctx context.Context, src *source.Source, inv *inventory.Inventory) error {
	rd := rootfs.NewReader(src.Name(), src.Size(), src.Limits())
	l, err := rd.Read(ctx, src.ReaderAt(), src.Size())
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		if l.Entries() == 0 {
			return fmt.Errorf("%q could not be read: %w", src.Name(), err)
		}
		inv.Gaps = append(inv.Gaps, layerGap(src.Name(), 1, 1, err))
	}
	fsys, _ := rootfs.Tree(src.Name(), l)
	if !isComputer(fsys) {
		return fmt.Errorf("%q holds folders of a computer, but neither a description of its system nor a list of its packages; pack its whole root folder", src.Name())
	}
	inv.Merge(s.computer(ctx, src, src.Name(), image{}, l))
	return nil
}

// isComputer asks for what only the root folder of a computer has.
func isComputer(fsys fs.FS) bool {
	for _, name := range []string{"etc/os-release", "usr/lib/os-release", "var/lib/dpkg/status", "var/lib/dpkg/status.d", "lib/apk/db/installed", "var/lib/rpm",
		"usr/lib/sysimage/rpm", "var/lib/pacman/local", "System/Library/CoreServices/SystemVersion.plist", "Windows/System32", "WINDOWS/system32"} {
		if _, err := fs.Stat(fsys, name); err == nil {
			return true
		}
	}
	return false
}

// errNoLayer is that the manifest names a layer that is not there.
var errNoLayer = errors.New("the archive lacks the layer")

func layerGap(name string, layer, of int, err error) inventory.Gap {
	g := inventory.Gap{Scanner: ID, Subject: inventory.Text(name), Kind: inventory.GapMalformed, Next: "Save the image again and scan that; or unpack it and scan the folder as host:FOLDER."}
	var limit *source.LimitError
	if errors.As(err, &limit) {
		g.Kind = inventory.GapLimit
	}
	what := "The archive"
	if of > 1 {
		what = fmt.Sprintf("Layer %d of %d", layer, of)
	}
	if errors.Is(err, errNoLayer) {
		if of == 1 {
			what = "The only layer"
		}
		g.Detail = inventory.Text(fmt.Sprintf("%s is not in the archive, so that what is installed may be missing or already gone: %v.", what, err))
		return g
	}
	g.Detail = inventory.Text(fmt.Sprintf("%s was not read to its end, so that what is installed may be missing or already gone: %v.", what, err))
	return g
}

func sentence(err error) string { return "Not all of it was read: " + err.Error() + "." }

// namesInHead lists the first entries of a tar archive, compressed or not.
func namesInHead(head []byte) []string { return rootfs.NamesInHead(head) }
