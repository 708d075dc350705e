package apksign

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"path"
	"regexp"
	"strings"

	"quaestor/scanners/internal/axml"
)

const (
	manifestName = "AndroidManifest.xml"
	metaManifest = "META-INF/MANIFEST.MF"
)

var (
	lineBreaks   = regexp.MustCompile(`\r\n?|\n`)
	manifestLine = regexp.MustCompile(`(?mi)^name: AndroidManifest\.xml$`)
	digestLine   = regexp.MustCompile(`(?mi)^(sha1|sha-256|sha-384|sha-512)-digest: (\S+)$`)
)

var hashes = map[string]func() hash.Hash{
	"sha1": sha1.New, "sha-256": sha256.New, "sha-384": sha512.New384, "sha-512": sha512.New,
}

// manifestDigest checks that a v1 signature covers AndroidManifest.xml. The apkverifier in use compares the
// digests of all files but this one when it is present, so that a changed manifest would pass.
// It is called after apkverifier found MANIFEST.MF to be what its signers signed.
func (c *checker) manifestDigest() error {
	section, err := c.section(metaManifest)
	if err != nil {
		return err
	}
	for i := range c.f.Entries {
		name := c.f.Entries[i].Clean()
		if !strings.HasPrefix(name, "META-INF/") || path.Ext(name) != ".SF" || !c.paired(name) {
			continue
		}
		if _, err := c.section(name); err != nil {
			return err
		}
	}
	data, err := c.f.Read(c.ctx, c.f.Lookup(manifestName), axml.MaxBytes)
	if err != nil {
		return err
	}
	return compareDigests(section, data)
}

// paired reports whether a signature block belongs to a signature file.
func (c *checker) paired(sf string) bool {
	base := strings.TrimSuffix(sf, ".SF")
	return c.f.Lookup(base+".RSA") != nil || c.f.Lookup(base+".DSA") != nil || c.f.Lookup(base+".EC") != nil
}

// section returns the part of a signature file that speaks of AndroidManifest.xml. Two of them would leave
// open which one was signed.
func (c *checker) section(name string) (string, error) {
	e := c.f.Lookup(name)
	if e == nil || c.f.Lookup(manifestName) == nil {
		return "", fmt.Errorf("no %s or no %s", name, manifestName)
	}
	data, err := c.f.Read(c.ctx, e, maxManifests)
	if err != nil {
		return "", err
	}
	text := lineBreaks.ReplaceAllString(string(data), "\n")
	text = strings.ReplaceAll(text, "\n ", "") // lines that go on
	at := manifestLine.FindAllStringIndex(text, 2)
	if len(at) != 1 {
		return "", fmt.Errorf("%s names %s %d times, not once", name, manifestName, len(at))
	}
	section, _, _ := strings.Cut(text[at[0][0]:], "\n\n")
	return section, nil
}

// compareDigests checks every digest of a section against the content.
func compareDigests(section string, data []byte) error {
	lines := digestLine.FindAllStringSubmatch(section, -1)
	if len(lines) == 0 {
		return errors.New("MANIFEST.MF holds no known digest of " + manifestName)
	}
	for _, l := range lines {
		want, err := base64.StdEncoding.DecodeString(l[2])
		if err != nil {
			return fmt.Errorf("the digest of %s is malformed: %w", manifestName, err)
		}
		h := hashes[strings.ToLower(l[1])]()
		h.Write(data)
		if subtle.ConstantTimeCompare(h.Sum(nil), want) != 1 {
			return fmt.Errorf("the %s digest of %s does not match", l[1], manifestName)
		}
	}
	return nil
}
