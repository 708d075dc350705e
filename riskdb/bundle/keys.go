package bundle

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"

	"github.com/sigstore/sigstore/pkg/signature"
	"github.com/theupdateframework/go-tuf/v2/metadata"
)

// Key is a private key that signs.
type Key struct {
	ID      string // of its public half, as in the metadata
	private ed25519.PrivateKey
	public  *metadata.Key
}

// NewKey makes a key of 32 bytes of chance.
func NewKey(chance io.Reader) (*Key, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(chance, seed); err != nil {
		return nil, fmt.Errorf("making a key: %w", err)
	}
	return keyOf(ed25519.NewKeyFromSeed(seed))
}

func keyOf(private ed25519.PrivateKey) (*Key, error) {
	public, err := metadata.KeyFromPublicKey(private.Public())
	if err != nil {
		return nil, err
	}
	id, err := public.ID()
	return &Key{ID: id, private: private, public: public}, err
}

const pemType = "PRIVATE KEY"

// PEM is the key as PKCS#8, as OpenSSL writes it. It is not encrypted.
func (k *Key) PEM() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(k.private)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: pemType, Bytes: der}), nil
}

// ParseKey reads what [Key.PEM] writes.
func ParseKey(text []byte) (*Key, error) {
	block, rest := pem.Decode(text)
	if block == nil || block.Type != pemType || len(rest) > 0 {
		return nil, errors.New("no private key in PEM form (PKCS#8)")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("reading the private key: %w", err)
	}
	private, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("a private key of another kind (%T) than Ed25519", parsed)
	}
	return keyOf(private)
}

func (k *Key) signer() (signature.Signer, error) { return signature.LoadED25519Signer(k.private) }

// usable reports why a public key of a root may not be used. go-tuf knows more kinds of key than a bundle may
// have, and does not check the length of this one.
func usable(id string, k *metadata.Key) error {
	raw, err := hex.DecodeString(k.Value.PublicKey)
	switch {
	case err != nil || len(raw) != ed25519.PublicKeySize || k.Type != metadata.KeyTypeEd25519 || k.Scheme != metadata.KeySchemeEd25519:
		return fmt.Errorf("the key %q is not an Ed25519 key", short(id))
	case len(k.UnrecognizedFields)+len(k.Value.UnrecognizedFields) > 0:
		return fmt.Errorf("the key %q has unknown fields", short(id))
	}
	if real, err := k.ID(); err != nil || real != id {
		return fmt.Errorf("the key %q is listed under the ID of another", short(id))
	}
	return nil
}

// short is the beginning of an ID, to be shown.
func short(id string) string { return id[:min(len(id), 12)] }
