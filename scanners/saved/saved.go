// Package saved reads and writes inventories as files, so that an assessment can be repeated later without
// the device.
//
// The saved form is defined by [Write]: one JSON document of the schema [inventory.Schema]. A scan of very many devices is
// saved by [WriteLine]: a document a line, one for each device, which says that more follow, and at last one for what belongs to none,
// which says how many came before: so a file that was cut off is known. Read accepts
// several documents one after another, each on a line or not, and gzip. Documents of the same model and a
// later revision are read as far as this version knows them; what it leaves out becomes a Gap.
//
// What the package cannot see: whether the facts are true. Anybody can write such a file; keep it where
// only those can change it who may.
package saved

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"

	"quaestor/scanners"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "saved"

// Kind is the target prefix of saved inventories.
const Kind = scanners.KindInventory

// maxBytes bounds the JSON text of one file, after unpacking.
const maxBytes = 512 << 20

// Scanner reads saved inventories.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: Kind, Title: "a saved inventory",
		Platforms: scanners.Platforms(),
		Reads:     []string{"JSON as written with -o inventory (quaestor.inventory/1)", "several such documents in one file", "gzip of these"},
	}
}

// Recognise implements scanners.Scanner. A file that was forced to be an inventory is one, so that Scan can
// say what is wrong with it.
func (Scanner) Recognise(src *source.Source) bool {
	if src.IsDir() {
		return false
	}
	head := src.Head()
	if isGzip(head) {
		head = unpackHead(head)
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if bytes.HasPrefix(text, []byte("{")) && (namesSchema(text) || namesSchema(tail(src))) {
		return true
	}
	return src.Kind() == Kind
}

func namesSchema(text []byte) bool { return bytes.Contains(text, []byte(`"`+schemaPrefix)) }

// tail is the end of a file that is longer than its head: a program that sorted the members of the document
// put the schema there.
func tail(src *source.Source) []byte {
	if src.Size() <= source.HeadBytes {
		return nil
	}
	end := make([]byte, 4096)
	n, _ := src.ReaderAt().ReadAt(end, src.Size()-int64(len(end))) // what cannot be read is not recognised
	return end[:n]
}

func isGzip(head []byte) bool { return bytes.HasPrefix(head, []byte{0x1f, 0x8b}) }

// unpackHead returns what the first bytes of a gzip file unpack to.
func unpackHead(head []byte) []byte {
	zr, err := gzip.NewReader(bytes.NewReader(head))
	if err != nil {
		return nil
	}
	text, _ := io.ReadAll(io.LimitReader(zr, source.HeadBytes)) // the head ends early: that is no error here
	return text
}

// Read reads what Write wrote. Name is what to call the input in gaps.
func Read(ctx context.Context, r io.Reader, name string) (*inventory.Inventory, error) {
	return read(ctx, r, name)
}
