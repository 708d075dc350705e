package yamldb

import (
	"slices"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

var platforms = []inventory.Platform{inventory.Android, inventory.IOS, inventory.Windows, inventory.MacOS, inventory.Linux}

// lifecycle checks that every release says how its security support stands, and in an order that can be.
func (v *checker) lifecycle() {
	for i := range v.set.OSProducts {
		p := &v.set.OSProducts[i]
		r := v.set.rows["os_products"][i]
		v.required(r, "name", p.Name, "as_of", string(p.AsOf))
		v.oneOf(r, "platform", string(p.Platform), words(platforms)...)
		v.oneOf(r, "scope", string(p.Scope), string(riskdb.SystemScope), string(riskdb.ModelScope))
		if len(p.Names) == 0 || len(p.Releases) == 0 {
			v.problem(r, nil, "%q needs names that devices state, and releases", p.ID)
		}
		seen := map[string]bool{}
		for j := range p.Releases {
			n := item(child(r.node, "releases"), j)
			at := row{r.file, n}
			v.release(at, p, &p.Releases[j])
			if c := p.Releases[j].Cycle; seen[c] {
				v.problem(at, n, "cycle %q is listed twice", c)
			} else {
				seen[c] = true
			}
		}
	}
}

func (v *checker) release(r row, p *riskdb.OSProduct, x *riskdb.OSRelease) {
	v.required(r, "cycle", x.Cycle, "released", string(x.Released))
	words := []riskdb.SecurityWord{"", riskdb.SecuritySupported, riskdb.SecurityEnded}
	switch {
	case !slices.Contains(words, x.Security):
		v.problem(r, child(r.node, "security"), "security %q: write supported or ended", x.Security)
	case (x.Security == "") == (x.SecurityEnds == ""):
		v.problem(r, nil, "cycle %q: write security_ends, or security where the source names no day", x.Cycle)
	case x.SecurityEnds != "" && x.SecurityEnds.Last() < x.Released.First():
		v.problem(r, nil, "cycle %q: support ends before the release", x.Cycle)
	case x.ExtendedEnds != "" && x.ExtendedEnds.Last() < x.SecurityEnds.First():
		v.problem(r, nil, "cycle %q: extended support ends before security support", x.Cycle)
	case x.Level < 0 || x.Level > 0 && p.Platform != inventory.Android:
		v.problem(r, child(r.node, "level"), "level is the API level of Android")
	}
}
