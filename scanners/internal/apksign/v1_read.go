package apksign

import (
	"context"
	"errors"
	"path"
	"strings"

	"quaestor/scanners/internal/apkfile"
)

// metaReader reads files of META-INF within a limit on all together.
type metaReader struct {
	ctx  context.Context
	f    *apkfile.File
	left int64
}

// read takes a file whole. Limits end the check, a broken entry is broken too for Android.
func (r *metaReader) read(e *apkfile.Entry, limit int64) (data []byte, broken, err error) {
	if limit > r.left {
		limit = r.left
	}
	if e.Size > limit {
		return nil, nil, tooBig("%q claims %d bytes, more than the limit of %d", clip(e.Name), e.Size, limit)
	}
	if oddMethod(e) {
		data, err = inflateOdd(r.f, e)
	} else {
		data, err = r.f.Read(r.ctx, e, limit)
	}
	r.left -= int64(len(data))
	var reached *apkfile.LimitError
	if errors.As(err, &reached) || r.ctx.Err() != nil {
		return nil, nil, &NotCheckedError{Reason: err.Error(), Limit: true}
	}
	return data, err, nil
}

// readSigners reads the signatures and the signature files that they sign.
func (v *v1) readSigners(r *metaReader) error {
	for i := range v.slots {
		e := v.slots[i].entry
		if !isSignature(e.Name) {
			continue
		}
		at, ok := v.byName[strings.TrimSuffix(e.Name, path.Ext(e.Name))+".SF"]
		if !ok {
			continue // Android passes over a signature without its file
		}
		s := &v1Signer{name: e.Name, fileName: v.slots[at].entry.Name, sections: make(map[bool]error)}
		block, broken, err := r.read(e, maxSignature)
		if err != nil {
			return err
		}
		if broken == nil {
			s.file, broken, err = r.read(v.slots[at].entry, maxManifest)
		}
		if err != nil {
			return err
		}
		if broken != nil {
			v.fail("%w", broken)
			return nil
		}
		if s.data, s.dataErr = parsePKCS7(block); isLimit(s.dataErr) {
			return s.dataErr
		}
		if s.data != nil && isLimit(s.data.certErr) {
			return s.data.certErr
		}
		s.bit = 1 << len(v.signers)
		v.signers = append(v.signers, s)
	}
	if len(v.signers) == 0 {
		v.fail("no signature in META-INF has its .SF file")
	}
	if len(v.signers) > maxSigners {
		v.fail("%d signers, more than the %d that Android takes", len(v.signers), maxSigners)
		v.signers = v.signers[:maxSigners]
	}
	return nil
}

// readManifest reads the digests of the entries.
func (v *v1) readManifest(r *metaReader) error {
	at, ok := v.byName[metaManifest]
	if !ok {
		v.fail("%s is missing", metaManifest)
		return nil
	}
	var broken, err error
	if v.manifest, broken, err = r.read(v.slots[at].entry, maxManifest); err != nil {
		return err
	}
	if broken != nil {
		v.fail("%w", broken)
		return nil
	}
	jar := jarReader{data: v.manifest}
	jar.section() // the main one
	for {
		s, ok := jar.section()
		if !ok {
			return nil
		}
		name, named := s.name()
		if !named {
			v.fail("a section of %s has no name", metaManifest)
			return nil
		}
		i, ok := v.byName[string(name)]
		if !ok {
			v.fail("%s names %q, which is missing", metaManifest, clip(string(name)))
			return nil
		}
		e := &v.slots[i]
		if e.end != 0 {
			v.fail("%s names %q twice", metaManifest, clip(string(name)))
			return nil
		}
		e.start, e.end = s.start, s.end
		if covered(e.entry.Name) {
			e.digests, e.digestErr = s.digests("-Digest", v.sdk)
		}
	}
}
