package image

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// Limits of one archive.
const (
	maxImages = 20
	maxLayers = 512
	maxNested = 4 // lists of lists of images
	maxTags   = 20
)

// image is one image: its layers from the lowest, and what is said of it.
type image struct {
	tags    []string
	digest  string // of the manifest, or the name of its configuration
	layers  []string
	created string
	arch    string
}

// name is what a reader would call the image.
func (im *image) name() string {
	if len(im.tags) > 0 {
		return im.tags[0]
	}
	return im.digest
}

// describe adds what the image says to the computer that was found in it.
func (im *image) describe(d *inventory.Device, where string) {
	set := func(key, value string) {
		if value == "" {
			return
		}
		if d.Properties == nil {
			d.Properties = map[string]string{}
		}
		d.Properties[key] = inventory.Text(value)
	}
	set("image.reference", strings.Join(im.tags, " "))
	set("image.digest", im.digest)
	set("image.created", im.created)
	if d.Arch == "" {
		d.Arch = inventory.Text(im.arch)
	}
	d.Origins = append(d.Origins, inventory.Origin{Scanner: ID, Path: inventory.Text(where)})
}

// images lists the images of the archive, by the manifest of docker save or the index of the OCI layout.
func (st *store) images() ([]image, error) {
	var out []image
	var err error
	if data, ok := st.documents["manifest.json"]; ok {
		out, err = st.saved(data)
	} else if data, ok := st.documents["index.json"]; ok {
		out, err = st.index(data, nil, 0)
	} else {
		err = errors.New("it has neither manifest.json nor index.json")
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%q lists no image: %w", st.src.Name(), cmp.Or(err, errors.New("its manifest is empty")))
	}
	if err != nil {
		st.gaps = append(st.gaps, inventory.Gap{Scanner: ID, Subject: inventory.Text(st.src.Name()), Kind: inventory.GapMalformed,
			Detail: inventory.Text("Not all images of the archive are known: " + err.Error() + "."), Next: "Save the images one by one and scan those."})
	}
	return out, nil
}

var errManyImages = &source.LimitError{Name: "the archive", What: "images", Limit: maxImages}

// saved reads manifest.json.
func (st *store) saved(data []byte) (out []image, err error) {
	var list []struct {
		Config   string
		RepoTags []string
		Layers   []string
	}
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("manifest.json does not parse: %w", err)
	}
	for _, m := range list {
		if len(out) == maxImages {
			return out, errManyImages
		}
		if len(m.Layers) > maxLayers {
			err = &source.LimitError{Name: "the image", What: "layers", Limit: maxLayers}
			continue
		}
		im := image{tags: m.RepoTags[:min(len(m.RepoTags), maxTags)], digest: strings.TrimSuffix(path.Base(m.Config), ".json"), layers: m.Layers}
		st.config(path.Clean(m.Config), &im)
		out = append(out, im)
	}
	return out, err
}

// descriptor points to a blob, as the OCI image specification defines it.
type descriptor struct {
	Digest      string            `json:"digest"`
	Annotations map[string]string `json:"annotations"`
}

func (d descriptor) blob() string {
	algorithm, hex, _ := strings.Cut(d.Digest, ":")
	return path.Join("blobs", algorithm, hex)
}

// index reads an index of images, which may name further ones.
func (st *store) index(data []byte, out []image, depth int) ([]image, error) {
	var doc struct {
		Manifests []descriptor `json:"manifests"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return out, fmt.Errorf("an index of images does not parse: %w", err)
	}
	var problem error
	for _, d := range doc.Manifests {
		if len(out) == maxImages {
			return out, errManyImages
		}
		if d.Annotations["vnd.docker.reference.type"] == "attestation-manifest" {
			continue // says how an image was built
		}
		next, err := st.manifest(d, out, depth)
		if out = next; err != nil {
			problem = err
		}
	}
	return out, problem
}

// manifest reads what a descriptor of an index points to.
func (st *store) manifest(d descriptor, out []image, depth int) ([]image, error) {
	data, ok := st.documents[d.blob()]
	if !ok {
		return out, fmt.Errorf("the archive lacks the manifest %q", d.Digest)
	}
	var doc struct {
		Manifests json.RawMessage `json:"manifests"`
		Config    descriptor      `json:"config"`
		Layers    []descriptor    `json:"layers"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return out, fmt.Errorf("the manifest %q does not parse: %w", d.Digest, err)
	}
	if len(doc.Manifests) > 0 {
		if depth == maxNested {
			return out, errors.New("indexes of images lie in each other too deep")
		}
		return st.index(data, out, depth+1)
	}
	if len(doc.Layers) > maxLayers {
		return out, &source.LimitError{Name: "the image", What: "layers", Limit: maxLayers}
	}
	im := image{digest: d.Digest}
	for _, key := range []string{"io.containerd.image.name", "org.opencontainers.image.ref.name"} {
		if tag := d.Annotations[key]; tag != "" && len(im.tags) == 0 {
			im.tags = []string{tag}
		}
	}
	for _, l := range doc.Layers {
		im.layers = append(im.layers, l.blob())
	}
	st.config(doc.Config.blob(), &im)
	return append(out, im), nil
}

// config reads when and for which processor an image was built. What it runs and with which environment is left alone:
// that may hold passwords.
func (st *store) config(name string, im *image) {
	var doc struct {
		Created      string `json:"created"`
		Architecture string `json:"architecture"`
	}
	if json.Unmarshal(st.documents[name], &doc) == nil {
		im.created, im.arch = doc.Created, doc.Architecture
	}
}
