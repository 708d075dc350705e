package apksign

import (
	"bytes"
	"errors"
	"fmt"
)

// signer finds the certificate of a signature file as API levels from sdk on do.
func (s *v1Signer) signer(sdk int) (*certificate, error) {
	if s.dataErr != nil {
		return nil, fmt.Errorf("%s: %w", s.name, s.dataErr)
	}
	if s.data.certErr != nil {
		return nil, fmt.Errorf("%s: %w", s.name, s.data.certErr)
	}
	try := s.data.signers
	if sdk < firstV2 && len(try) > 1 {
		try = try[:1] // only newer versions look at the rest
	}
	var found *certificate
	for i := range try {
		c, err := s.data.verify(&try[i], s.file, sdk)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		if found == nil {
			found = c
		}
	}
	if found == nil {
		return nil, fmt.Errorf("%s does not sign %s", s.name, s.fileName)
	}
	return found, nil
}

// errIgnored tells that Android passes over a signature file as if it were not there.
var errIgnored = errors.New("the signature file is malformed")

// compare checks what a signature file says of the manifest, as API levels from sdk on do.
func (s *v1Signer) compare(v *v1, sdk int) error {
	early := sdk < firstStrongest
	err, done := s.sections[early]
	if !done {
		err = s.compareFile(v, sdk)
		s.sections[early] = err
	}
	return err
}

func (s *v1Signer) compareFile(v *v1, sdk int) error {
	jar := jarReader{data: s.file}
	main, _ := jar.section()
	if _, ok := main.value("Signature-Version"); !ok {
		return errIgnored
	}
	if ids, ok := main.value("X-Android-APK-Signed"); ok {
		if err := v.stripped(string(ids)); err != nil {
			return err
		}
	}
	createdBy, _ := main.value("Created-By")
	signtool := bytes.Contains(createdBy, []byte("signtool"))
	suffix := "-Digest-Manifest"
	if signtool {
		suffix = "-Digest"
	}
	whole, err := main.digests(suffix, sdk)
	if err != nil {
		return fmt.Errorf("%s: %w", s.fileName, err)
	}
	if !signtool {
		if err := s.compareMain(v, &main, sdk); err != nil {
			return err
		}
	}
	return s.compareSections(v, &jar, sdk, signtool, whole.matches(sdk, v.manifest))
}

// compareMain checks the digest of the manifest's first section, where there is one.
func (s *v1Signer) compareMain(v *v1, main *jarSection, sdk int) error {
	d, err := main.digests("-Digest-Manifest-Main-Attributes", sdk)
	if err != nil {
		return fmt.Errorf("%s: %w", s.fileName, err)
	}
	jar := jarReader{data: v.manifest}
	first, _ := jar.section()
	if d.known(sdk) && !d.matches(sdk, v.manifest[first.start:first.end]) {
		return fmt.Errorf("the digest that %s holds of the main section of %s does not match", s.fileName, metaManifest)
	}
	return nil
}

// compareSections notes which entries the file names. Where the digest of the whole manifest matches, the
// digests of its sections do not count.
func (s *v1Signer) compareSections(v *v1, jar *jarReader, sdk int, signtool, whole bool) error {
	named := make([]bool, len(v.slots))
	others := make(map[string]bool)
	for {
		section, ok := jar.section()
		if !ok {
			return nil
		}
		name, ok := section.name()
		if !ok {
			return errIgnored
		}
		i, known := v.byName[string(name)]
		if !known && others[string(name)] || known && named[i] {
			return errIgnored
		}
		if known {
			named[i] = true
			v.slots[i].signers |= s.bit
		} else {
			others[string(name)] = true
		}
		if whole {
			continue
		}
		if !known || v.slots[i].end == 0 {
			return errIgnored
		}
		if err := s.compareSection(v, &section, &v.slots[i], sdk, signtool); err != nil {
			return err
		}
	}
}

func (s *v1Signer) compareSection(v *v1, section *jarSection, e *slot, sdk int, signtool bool) error {
	d, err := section.digests("-Digest", sdk)
	if err != nil {
		return fmt.Errorf("%s: %w", s.fileName, err)
	}
	text := v.manifest[e.start:e.end]
	if signtool && bytes.HasSuffix(text, []byte("\n\n")) {
		text = text[:len(text)-1]
	}
	if !d.matches(sdk, text) {
		return fmt.Errorf("the digest that %s holds of the section of %q in %s does not match", s.fileName, clip(e.entry.Name), metaManifest)
	}
	return nil
}
