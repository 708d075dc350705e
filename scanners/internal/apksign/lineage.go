package apksign

import (
	"bytes"
	"errors"
)

// node is a key of a rotation: each one signs the next.
type node struct {
	cert  *certificate
	flags uint32
}

// rights are what an earlier key may still do, in the order of the bits of flags.
var rights = []string{"installed-data", "shared-uid", "permission", "rollback", "auth"}

func (n *node) rights() (out []string) {
	for i, r := range rights {
		if n.flags&(1<<i) != 0 {
			out = append(out, r)
		}
	}
	return out
}

var errLineage = errors.New("the lineage is malformed")

// readLineage reads the keys of a rotation and checks that each one signs the next.
func readLineage(b []byte) ([]node, error) {
	f := fields{rest: b}
	if f.uint32() != 1 {
		return nil, errors.New("the lineage is of a version that is not known")
	}
	var nodes []node
	var algorithm uint32
	for f.more() {
		if len(nodes) >= maxLineage {
			return nil, tooBig("more than %d keys in a lineage", maxLineage)
		}
		entry := f.list()
		signed := entry.bytes()
		flags, nextAlgorithm, signature := entry.uint32(), entry.uint32(), entry.bytes()
		data := fields{rest: signed}
		raw, signedAlgorithm := data.bytes(), data.uint32()
		if entry.bad || data.bad {
			return nil, errLineage
		}
		c, err := parseCertificate(raw)
		if err != nil {
			return nil, err
		}
		if len(nodes) > 0 {
			if signedAlgorithm != algorithm {
				return nil, errLineage
			}
			if err := nodes[len(nodes)-1].signs(algorithm, signed, signature); err != nil {
				return nil, err
			}
		}
		for _, n := range nodes {
			if bytes.Equal(n.cert.raw, raw) {
				return nil, errors.New("the lineage holds a certificate twice")
			}
		}
		nodes, algorithm = append(nodes, node{c, flags}), nextAlgorithm
	}
	if f.bad {
		return nil, errLineage
	}
	return nodes, nil
}

// signs checks the signature of a key over the next one.
func (n *node) signs(algorithm uint32, signed, signature []byte) error {
	a := blockAlgorithms[algorithm]
	if a == nil || n.cert.key == nil || n.cert.keyErr != nil {
		return errLineage
	}
	if err := a.verify(n.cert.key, signed, signature); err != nil {
		return errors.New("a key of the lineage does not sign the next one")
	}
	return nil
}

// extends reports whether a lineage begins with another one, with the same rights.
func extends(long, short []node) bool {
	if len(short) > len(long) {
		return false
	}
	for i := range short {
		if long[i].flags != short[i].flags || !bytes.Equal(long[i].cert.raw, short[i].cert.raw) {
			return false
		}
	}
	return true
}
