package software

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/anchore/syft/syft/pkg"
	"github.com/anchore/syft/syft/pkg/cataloger/binary"
	"github.com/anchore/syft/syft/pkg/cataloger/dotnet"
	"github.com/anchore/syft/syft/pkg/cataloger/javascript"
	"github.com/anchore/syft/syft/pkg/cataloger/python"
	"github.com/anchore/syft/syft/pkg/cataloger/rust"
)

// cataloger is one of syft's, and what it goes by.
type cataloger struct {
	pkg.Cataloger
	basis string
}

// catalogers are those that are linked: what is installed, what lists of dependencies name, and known programs by their text.
// Java, Go and packages of the system are read by this house: syft's catalogers of those weigh more than all else.
func catalogers() []cataloger {
	return []cataloger{
		{javascript.NewPackageCataloger(), Metadata},
		{python.NewInstalledPackageCataloger(), Metadata},
		{dotnet.NewDotnetDepsBinaryCataloger(dotnet.DefaultCatalogerConfig()), Metadata},
		{rust.NewAuditBinaryCataloger(), Metadata},
		{binary.NewClassifierCataloger(binary.DefaultClassifierCatalogerConfig()), Text},
		{javascript.NewLockCataloger(javascript.DefaultCatalogerConfig()), List},
		{python.NewPackageCataloger(python.DefaultCatalogerConfig()), List},
		{dotnet.NewDotnetPackagesLockCataloger(), List},
		{rust.NewCargoLockCataloger(), List},
	}
}

// catalogue asks every cataloger for what is in a tree.
func (w *work) catalogue(t *tree) {
	r := &resolver{tree: t}
	for _, name := range t.programs() {
		if w.audited(t, name) {
			r.auditable = append(r.auditable, name)
		}
	}
	if w.ask == nil {
		w.ask = catalogers()
	}
	for _, c := range w.ask {
		if w.ctx.Err() != nil {
			return
		}
		packages, err := ask(w.ctx, c, r)
		for i := range packages {
			w.take(t, &packages[i], c.basis)
		}
		for _, e := range apart(err) {
			w.malformed(t.place, e)
		}
	}
}

// ask runs a cataloger. One that panics has read what it did before.
func ask(ctx context.Context, c cataloger, r *resolver) (packages []pkg.Package, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s gave up: %v", c.Name(), p)
		}
	}()
	packages, _, err = c.Catalog(ctx, r)
	return packages, err
}

// apart are the errors that were joined.
func apart(err error) []error {
	if err == nil {
		return nil
	}
	var many interface{ Unwrap() []error }
	if !errors.As(err, &many) {
		return []error{err}
	}
	var out []error
	for _, e := range many.Unwrap() {
		out = append(out, apart(e)...)
	}
	return out
}

// take keeps what a cataloger found.
func (w *work) take(t *tree, p *pkg.Package, basis string) {
	if p.Name == "" || p.PURL == "" {
		return
	}
	files := evidence(p)
	if len(files) == 0 {
		return
	}
	if basis == Metadata && p.Type == pkg.NpmPkg && (p.Version == "" || !isPackage(files[0])) {
		return // a package.json that says how its folder is to be read, and is no package
	}
	if _, ok := p.Metadata.(pkg.DotnetPortableExecutableEntry); ok && p.Type == pkg.DotnetPkg { // the package is called after what the library calls itself
		basis = Name
	}
	found := Found{PURL: colons(p.PURL), Name: p.Name, Version: p.Version, Basis: basis}
	if p.Type == pkg.NpmPkg && strings.HasPrefix(p.PURL, "pkg:npm/") {
		namespace, name := "", p.Name
		if strings.HasPrefix(name, "@") {
			namespace, name = path.Dir(name), path.Base(name)
		}
		found.PURL = purl("npm", namespace, name, p.Version)
	}
	for _, l := range p.Licenses.ToSlice() {
		stated := l.SPDXExpression
		if stated == "" {
			stated = l.Value
		}
		found.Licences = append(found.Licences, licences(stated)...)
	}
	for _, file := range files {
		w.add(t, found, file)
	}
}

// evidence are the files that tell of a package.
func evidence(p *pkg.Package) (out []string) {
	for _, l := range p.Locations.ToSlice() {
		if kind := l.Annotations[pkg.EvidenceAnnotationKey]; kind == "" || kind == pkg.PrimaryEvidenceAnnotation {
			out = append(out, clean(l.RealPath))
		}
	}
	return out
}

// isPackage reports whether a package.json is that of a package: of one that was installed, or of the software itself. Others
// are templates and tests that packages bring along.
func isPackage(file string) bool {
	dir := path.Dir(file)
	at := strings.LastIndex("/"+dir+"/", "/node_modules/")
	if at < 0 {
		return true
	}
	rest := strings.Split(strings.Trim(("/" + dir + "/")[at+len("/node_modules/"):], "/"), "/")
	return len(rest) == 1 || len(rest) == 2 && strings.HasPrefix(rest[0], "@")
}

// colons writes a package URL in today's form, in which a colon stands for itself.
func colons(s string) string { return strings.ReplaceAll(s, "%3A", ":") }
