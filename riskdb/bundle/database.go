package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"

	"quaestor/riskdb"
	"quaestor/riskdb/export"
)

const maxUnpacked = 128 << 20

// pack compresses the JSON form as one segment, whose head says how large it is. The same text gives the same bytes, with the same version of the library.
func pack(text []byte) ([]byte, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedBestCompression),
		zstd.WithSingleSegment(true), zstd.WithEncoderCRC(true))
	if err != nil {
		return nil, err
	}
	return enc.EncodeAll(text, nil), enc.Close()
}

// unpack decompresses what was signed, in memory that is bounded before it begins.
func unpack(packed []byte, size int64) ([]byte, error) {
	var h zstd.Header
	if err := h.Decode(packed); err != nil {
		return nil, err
	}
	if size < 0 || size > maxUnpacked || !h.HasFCS || h.FrameContentSize != uint64(size) || !h.SingleSegment {
		return nil, fmt.Errorf("it unpacks to another size than signed, or to more than %d MB", maxUnpacked>>20)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxUnpacked))
	if err != nil {
		return nil, err
	}
	defer dec.Close()
	return dec.DecodeAll(packed, make([]byte, 0, size))
}

// Tables unpacks the database.
func (k *Checked) Tables() (*riskdb.Tables, error) {
	text, err := unpack(k.database, k.Size)
	if err != nil {
		return nil, fmt.Errorf("%w: unpacking the database: %w", ErrDamaged, err)
	}
	if sum := sha256.Sum256(text); int64(len(text)) != k.Size || hex.EncodeToString(sum[:]) != k.SHA256 {
		return nil, fmt.Errorf("%w: the unpacked database is not the one that was signed", ErrDamaged)
	}
	t, err := export.Parse(text)
	switch {
	case errors.Is(err, export.ErrUnknown):
		return nil, fmt.Errorf("%w: %w; update the program", ErrFuture, err)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err := k.fits(t); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return t, nil
}

// fits reports tables that are not what is said of them.
func (i *Info) fits(t *riskdb.Tables) error {
	facts := factsOf(t)
	switch {
	case facts != i.Facts:
		return fmt.Errorf("facts of %q, and what it says of itself is %q", facts, i.Facts)
	case i.Kind == Full && t.Layer != (riskdb.Layer{}):
		return fmt.Errorf("the layer %q is an overlay, not a whole database", t.Layer.ID)
	case i.Kind == Overlay && t.Layer.ID != i.Authority:
		return fmt.Errorf("an overlay of %q, published by %q: the layer's id has to be that of the authority", t.Layer.ID, i.Authority)
	}
	return nil
}

// factsOf is the day of the research: that of the layer, for an overlay.
func factsOf(t *riskdb.Tables) riskdb.Date {
	if t.Layer.ID != "" {
		return t.Layer.Date
	}
	return t.Version.Date
}

// jsonOf is the text that is signed, and what is said of it.
func jsonOf(t *riskdb.Tables, info *Info) ([]byte, error) {
	text, err := export.JSON(t)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	info.Schema, info.Facts, info.Size, info.SHA256 = schema, factsOf(t), int64(len(text)), hex.EncodeToString(sum[:])
	if info.Size > maxUnpacked {
		return nil, fmt.Errorf("the database has %d bytes; %d are the most", info.Size, maxUnpacked)
	}
	return bytes.Clone(text), nil
}
