package software

import (
	"context"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/anchore/syft/syft/file"
	"github.com/bmatcuk/doublestar/v4"
)

// resolver lets syft's catalogers look for files in a tree and read them, within the limits of its source.
type resolver struct {
	*tree
	auditable []string // programs that hold a list of crates, and one of a reasonable size
}

var _ file.Resolver = (*resolver)(nil)

// FileContentsByLocation implements file.ContentResolver.
func (r *resolver) FileContentsByLocation(l file.Location) (io.ReadCloser, error) {
	name := clean(l.RealPath)
	limit := int64(maxManifest)
	if slices.Contains(r.programs(), name) {
		limit = maxExecutable
	}
	return r.open(name, limit)
}

// FileMetadataByLocation implements file.MetadataResolver.
func (r *resolver) FileMetadataByLocation(l file.Location) (file.Metadata, error) {
	f, err := r.open(clean(l.RealPath), maxExecutable)
	if err != nil {
		return file.Metadata{}, err
	}
	f.Close()
	return file.Metadata{Path: l.RealPath}, nil
}

// HasPath implements file.PathResolver.
func (r *resolver) HasPath(name string) bool { return r.has(clean(name)) }

// FilesByPath implements file.PathResolver.
func (r *resolver) FilesByPath(names ...string) (out []file.Location, _ error) {
	for _, name := range names {
		if name = clean(name); r.has(name) && !unneeded.MatchString(path.Base(name)) {
			out = append(out, file.NewLocation(name))
		}
	}
	return out, nil
}

// RelativeFileByPath implements file.PathResolver.
func (r *resolver) RelativeFileByPath(_ file.Location, name string) *file.Location {
	found, _ := r.FilesByPath(name)
	if len(found) == 0 {
		return nil
	}
	return &found[0]
}

// unneeded are files that catalogers ask for and that tell nothing which is kept: texts of licences, and lists of the files of a
// package, which cost more than all else together.
var unneeded = regexp.MustCompile(`(?i)^(licen[sc]e|copying|notice|unlicense)|^(RECORD|installed-files\.txt|top_level\.txt)$`)

// FilesByGlob implements file.PathResolver.
func (r *resolver) FilesByGlob(patterns ...string) (out []file.Location, _ error) {
	for _, p := range patterns {
		for _, name := range r.glob(clean(p)) {
			out = append(out, file.NewLocation(name))
		}
	}
	return out, nil
}

// glob finds files by a pattern, and compares the last part of it with each name once.
func (r *resolver) glob(pattern string) (out []string) {
	last := path.Base(pattern)
	if last == "*" || r.ctx.Err() != nil { // licences beside a manifest, which are not read
		return nil
	}
	simple := pattern == "**/"+last
	take := func(names []string) {
		for _, name := range names {
			if ok, _ := doublestar.Match(pattern, name); simple || ok {
				out = append(out, name)
			}
		}
	}
	if !strings.ContainsAny(last, `*?[{\`) {
		take(r.bases[last])
	} else {
		for base, names := range r.bases {
			if ok, _ := doublestar.Match(last, base); ok {
				take(names)
			}
		}
	}
	slices.Sort(out)
	return out
}

// FilesByMIMEType implements file.PathResolver: of programs alone, for the cataloger that looks into them.
func (r *resolver) FilesByMIMEType(types ...string) (out []file.Location, _ error) {
	if !slices.Contains(types, "application/x-executable") {
		return nil, nil
	}
	for _, name := range r.auditable {
		out = append(out, file.NewLocation(name))
	}
	return out, nil
}

// AllLocations implements file.LocationResolver.
func (r *resolver) AllLocations(context.Context) <-chan file.Location {
	out := make(chan file.Location, len(r.files))
	for _, name := range r.files {
		out <- file.NewLocation(name)
	}
	close(out)
	return out
}

func clean(name string) string {
	return strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/")
}
